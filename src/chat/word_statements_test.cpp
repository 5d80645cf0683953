#include "chat/word_statements.hpp"

#include "chat/chat_fixture.hpp"
#include "chat/tidying.hpp"
#include "chat/words.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

namespace kontor::chat {
namespace {

using numbers = std::vector<std::int64_t>;

struct WordIndex : on_chat {
  numbers find(const base::user_id& owner, const std::string& text, std::int64_t limit = 100) {
    return read([owner, text, limit](sql::session& in) {
      numbers found;
      for (const auto& each : statements::find_places(in, owner, words_to_find(text), limit))
        found.push_back(each.number);
      return found;
    });
  }
  std::int64_t count_words() {
    constexpr sql::query<std::int64_t> count{"SELECT COUNT(*) FROM message_words"};
    return read([&count](sql::session& in) { return std::get<0>(in.first(count).value()); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, WordIndex, tests::each_database, tests::database_name);

}  // namespace

TEST_P(WordIndex, AreFoundInAnyCaseWithAndWithoutAccentsAndByTheBeginningOfTheLast) {
  ASSERT_TRUE(begin(ann, "Größere Märkte"));
  ASSERT_EQ(append(ann, said("Was bewegt den Goldpreis heute?")), 1);
  ASSERT_EQ(append(ann, said("Vor allem der US-Dollar, 1.5 % und 比特币.", 1)), 2);
  EXPECT_EQ(find(ann, "goldpreis"), numbers{1});
  EXPECT_EQ(find(ann, "GOLD"), numbers{1});
  EXPECT_EQ(find(ann, "heute gold"), numbers{1});
  EXPECT_EQ(find(ann, "gold heute"), numbers{});  // only the last may be a beginning
  EXPECT_EQ(find(ann, "markte grossere"), numbers{0});
  EXPECT_EQ(find(ann, "MÄRKTE"), numbers{0});
  EXPECT_EQ(find(ann, "dollar us"), numbers{2});
  EXPECT_EQ(find(ann, "特"), numbers{2});
  EXPECT_EQ(find(ann, "5"), numbers{2});
  EXPECT_EQ(find(ann, "silber"), numbers{});
  EXPECT_EQ(find(ann, "goldpreis dollar"), numbers{});  // in one message
  EXPECT_EQ(find(ann, "???"), numbers{});
}

TEST_P(WordIndex, ASingleLetterIsNoBeginning) {
  ASSERT_TRUE(begin(ann, ""));
  ASSERT_EQ(append(ann, said("plan b")), 1);
  ASSERT_EQ(append(ann, said("btc", 1)), 2);
  EXPECT_EQ(find(ann, "b"), numbers{1});  // it is the title, too
  EXPECT_EQ(find(ann, "bt"), numbers{2});
}

// Neither database may take what is searched for as a language of its own.
TEST_P(WordIndex, WhatLooksLikeAQueryIsJustWords) {
  ASSERT_TRUE(begin(ann, "-"));
  ASSERT_EQ(append(ann, said("not and or near alpha")), 1);
  for (const auto* text : {"NOT alpha", "alpha AND", "alpha\" OR \"", "alpha' | 'x", "alpha:*", "words : alpha",
                           "^alpha", "NEAR(alpha)", "alpha*", "(alpha", "alpha & !x"})
    EXPECT_NO_THROW((void)find(ann, text)) << text;
  EXPECT_EQ(find(ann, "NOT alpha"), numbers{1});
  EXPECT_EQ(find(ann, "(alpha"), numbers{1});
}

TEST_P(WordIndex, OfOthersAreNotFound) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("secret plan")));
  ASSERT_TRUE(begin(bob, "Bob's"));
  // Not even by writing another's mark in front of a word.
  ASSERT_TRUE(append(bob, said(statements::mark_of(ann) + "plan")));
  EXPECT_EQ(find(bob, "secret"), numbers{});
  EXPECT_EQ(find(bob, statements::mark_of(ann) + "secret"), numbers{});
  EXPECT_EQ(find(ann, "plan"), numbers{1});
}

TEST_P(WordIndex, FollowARenamedTitleAndGoWithTheConversation) {
  ASSERT_TRUE(begin(ann, "alpha"));
  ASSERT_TRUE(append(ann, said("gamma")));
  EXPECT_TRUE(write([](sql::session& in) { return statements::rename(in, ann, talk, "beta"); }));
  EXPECT_EQ(find(ann, "alpha"), numbers{});
  EXPECT_EQ(find(ann, "beta"), numbers{0});
  write([](sql::session& in) { return statements::remove(in, ann, talk); });
  EXPECT_EQ(count_words(), 0);
  EXPECT_EQ(find(ann, "beta"), numbers{});
  EXPECT_EQ(find(ann, "gamma"), numbers{});
}

TEST_P(WordIndex, EachConversationIsFoundOnceTheOneWithTheLatestMessageFirst) {
  std::vector<conversation_id> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(crypto::random_id<conversation_id>());
    ASSERT_TRUE(begin(ann, "gold", ids.back()));
    for (int k = 0; k < 3; ++k) {
      auto what = said("gold and silver");
      what.created_at = noon + std::chrono::seconds((i * 7) % 5);
      ASSERT_TRUE(append(ann, what, ids.back()));
    }
  }
  const auto found = read([](sql::session& in) {
    std::vector<conversation_id> all;
    for (const auto& each : statements::find_places(in, ann, words_to_find("gold"), 4)) {
      EXPECT_EQ(each.number, 3);
      EXPECT_EQ(each.title, "gold");
      all.push_back(each.conversation);
    }
    return all;
  });
  EXPECT_EQ(found, (std::vector<conversation_id>{ids[2], ids[4], ids[1], ids[3]}));
}

TEST_P(WordIndex, ThatStandInVeryManyMessagesAreFoundElsewhereToo) {
  const auto other = conversation_id::parse("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb").value();
  ASSERT_TRUE(begin(ann, "gold", other));
  ASSERT_TRUE(begin(ann, "long"));
  // In parts: a job may take as long as a request, on a busy machine too.
  for (int part = 0; part < 25; ++part)
    write([](sql::session& in) {
      for (int i = 0; i < 100; ++i)
        (void)statements::bring_message(in, ann, talk, said("gold"), " gold");
    });
  EXPECT_EQ(find(ann, "gold").size(), 2U);
}

TEST_P(WordIndex, WhatIsInTheBinIsFoundWhenItIsRestored) {
  const auto other = conversation_id::parse("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb").value();
  ASSERT_TRUE(begin(ann, "kept"));
  ASSERT_TRUE(begin(ann, "deleted", other));
  ASSERT_EQ(append(ann, said("gold")), 1);
  ASSERT_EQ(append(ann, said("silver"), other), 1);
  ASSERT_EQ(append(ann, said("gold", 1), other), 2);
  EXPECT_EQ(find(ann, "gold").size(), 2U);
  ASSERT_TRUE(write([other](sql::session& in) { return statements::mark_deleted(in, ann, other, noon); }));
  EXPECT_EQ(find(ann, "gold"), numbers{1});
  EXPECT_EQ(find(ann, "silver"), numbers{});
  ASSERT_TRUE(write([other](sql::session& in) { return statements::restore(in, ann, other, noon); }));
  EXPECT_EQ(find(ann, "silver"), numbers{1});
}

// What SQLite's index remembers of what was deleted stands in no column.
TEST_P(WordIndex, NothingOfWhatWasDeletedStaysInTheIndex) {
  if (GetParam() != sql::kind::sqlite) return;
  ASSERT_TRUE(begin(ann, "first"));
  const auto other = conversation_id::parse("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb").value();
  ASSERT_TRUE(begin(ann, "second", other));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(append(ann, said("xylophonist" + std::to_string(i))));
    ASSERT_TRUE(append(ann, said("gardener" + std::to_string(i)), other));
  }
  write([](sql::session& in) { return statements::remove(in, ann, talk); });
  ASSERT_TRUE(tidy_words(*store, {}).has_value());
  EXPECT_EQ(find(ann, "xylophonist7"), numbers{});
  EXPECT_EQ(find(ann, "gardener7").size(), 1U);
  constexpr sql::query<std::int64_t> count{
      "SELECT COUNT(*) FROM message_search_data WHERE instr(block, CAST('xylophonist' AS BLOB))"
      " + instr(block, CAST('lophonist' AS BLOB)) > 0"};
  EXPECT_EQ(read([&count](sql::session& in) { return std::get<0>(in.first(count).value()); }), 0);
}

TEST_P(WordIndex, TidyingEndsWhenAsked) {
  std::stop_source ending;
  ending.request_stop();
  EXPECT_EQ(tidy_words(*store, ending.get_token()).error().code, base::errc::unavailable);
}

TEST_P(WordIndex, AVeryLongMessageOfOtherWordsIsTaken) {
  ASSERT_TRUE(begin(ann, "t"));
  std::string text;
  for (int i = 0; text.size() < max_content; ++i)
    text += "w" + std::to_string(i) + " ";
  ASSERT_EQ(append(ann, said(text)), 1);
  EXPECT_EQ(find(ann, "w17"), numbers{1});
}

}  // namespace kontor::chat
