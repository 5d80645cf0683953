#include "chat/conversation_statements.hpp"

#include "chat/chat_export.hpp"
#include "chat/chat_fixture.hpp"
#include "chat/word_statements.hpp"
#include "chat/words.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::chat {
namespace {

struct Conversations : on_chat {
  std::optional<conversation> find(const base::user_id& owner, statements::standing how = statements::standing::here) {
    return write([owner, how](sql::session& in) { return statements::find_conversation(in, owner, talk, how); });
  }
  std::vector<conversation> page(const base::user_id& owner, const statements::list_place& after,
                                 statements::standing how = statements::standing::here, std::int64_t limit = 100) {
    return write(
        [owner, after, how, limit](sql::session& in) { return statements::list_page(in, owner, how, after, limit); });
  }
  std::vector<statements::place> places(const base::user_id& owner, const std::string& text) {
    return write(
        [owner, text](sql::session& in) { return statements::find_places(in, owner, words_to_find(text), 100); });
  }
  std::int64_t rows() {
    return write([](sql::session& in) {
      constexpr sql::query<std::int64_t> count{
          "SELECT (SELECT COUNT(*) FROM conversations) + (SELECT COUNT(*) FROM messages)"
          " + (SELECT COUNT(*) FROM message_words)"};
      return std::get<0>(in.first(count).value());
    });
  }
  std::vector<numbered_message> messages(const base::user_id& owner) {
    return write([owner](sql::session& in) { return statements::list_messages(in, owner, talk, 0, 100); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Conversations, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Conversations, MessagesAreNumberedInTheOrderInWhichTheyCome) {
  ASSERT_TRUE(begin(ann, "Über BTC 📈"));
  EXPECT_EQ(append(ann, said("first")), 1);
  auto answer = said("**yes**\nline two", 1);
  answer.role = "assistant";
  answer.metadata = R"({"agents":["one"]})";
  EXPECT_EQ(append(ann, answer), 2);
  EXPECT_EQ(append(ann, said("another way to ask", 1)), 3);

  const auto all = messages(ann);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].what.parent, std::nullopt);
  EXPECT_EQ(all[1].number, 2);
  EXPECT_EQ(all[1].what.parent, 1);
  EXPECT_EQ(all[1].what.role, "assistant");
  EXPECT_EQ(all[1].what.content, "**yes**\nline two");
  EXPECT_EQ(all[1].what.metadata, R"({"agents":["one"]})");
  EXPECT_EQ(all[1].what.created_at, noon);
  EXPECT_EQ(all[2].what.parent, 1);
}

TEST_P(Conversations, WhatIsSomebodyElsesIsNotThere) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  EXPECT_EQ(append(bob, said("his")), std::nullopt);
  EXPECT_TRUE(messages(bob).empty());
  // The same id is free for everybody, and what stands under it is not the same.
  EXPECT_TRUE(begin(bob, "Bob's"));
  EXPECT_FALSE(begin(bob, "again"));
  EXPECT_EQ(append(bob, said("his")), 1);
  EXPECT_EQ(messages(ann).at(0).what.content, "hers");
}

TEST_P(Conversations, GoWithTheirOwner) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  write([](sql::session& in) { return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}}); });
  EXPECT_TRUE(messages(ann).empty());
}

TEST_P(Conversations, ARoleNobodyKnowsOrAParentThatComesLaterIsRefused) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  auto odd = said("x");
  odd.role = "root";
  EXPECT_THROW((void)append(ann, odd), sql::sql_error);
  EXPECT_THROW((void)append(ann, said("x", 1)), sql::sql_error);
  EXPECT_TRUE(messages(ann).empty());
  EXPECT_EQ(append(ann, said("x")), 1);
}

TEST_P(Conversations, WhatIsSaidMovesTheConversationAndNamesIt) {
  ASSERT_TRUE(begin(ann, ""));
  auto later = said("  What moves gold?\nTell me.");
  later.created_at = noon + std::chrono::seconds(5);
  ASSERT_EQ(append(ann, later), 1);
  auto head = find(ann).value();
  EXPECT_EQ(head.title, "What moves gold?");
  EXPECT_EQ(head.updated_at, later.created_at);
  EXPECT_EQ(head.leaf, 1);
  EXPECT_EQ(head.messages, 1);
  // A clock that goes back moves nothing back, and the title stays.
  ASSERT_EQ(append(ann, said("another", 1)), 2);
  head = find(ann).value();
  EXPECT_EQ(head.updated_at, later.created_at);
  EXPECT_EQ(head.title, "What moves gold?");
  EXPECT_EQ(head.leaf, 2);
}

TEST_P(Conversations, WhatIsBroughtKeepsTimesAndTitle) {
  ASSERT_TRUE(begin(ann, ""));
  auto later = said("hello");
  later.created_at = noon + std::chrono::seconds(5);
  EXPECT_EQ(write([later](sql::session& in) {
              return statements::bring_message(in, ann, talk, later, words_of(later.content));
            }),
            1);
  const auto head = find(ann).value();
  EXPECT_EQ(head.title, "");
  EXPECT_EQ(head.updated_at, noon);
  EXPECT_EQ(head.leaf, 1);
  EXPECT_EQ(write([](sql::session& in) { return statements::bring_message(in, bob, talk, said("x"), ""); }),
            std::nullopt);
}

TEST_P(Conversations, AnAnswerKeepsHowItEnded) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  auto answer = said("half an ans", 1);
  answer.role = "assistant";
  answer.agent_name = "gpt-4o";
  answer.finish = "failed";
  answer.failure = R"({"kind":"unavailable","message":"busy"})";
  answer.token_usage = R"({"input_tokens":1,"output_tokens":2,"estimated":false})";
  ASSERT_EQ(append(ann, answer), 2);
  const auto read = write([](sql::session& in) { return statements::find_message(in, ann, talk, 2); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->what.agent_name, answer.agent_name);
  EXPECT_EQ(read->what.finish, answer.finish);
  EXPECT_EQ(read->what.failure, answer.failure);
  EXPECT_EQ(read->what.token_usage, answer.token_usage);
  EXPECT_FALSE(write([](sql::session& in) { return statements::find_message(in, bob, talk, 2).has_value(); }));
}

TEST_P(Conversations, NumbersOfEventsAreTakenOnce) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  const auto take = [this](const base::user_id& owner, std::int64_t count) {
    return write([owner, count](sql::session& in) { return statements::take_seq(in, owner, talk, count); });
  };
  EXPECT_EQ(take(ann, 3), 3);
  EXPECT_EQ(take(ann, 1), 4);
  EXPECT_EQ(take(bob, 1), std::nullopt);
  EXPECT_EQ(find(ann)->last_seq, 4);
}

TEST_P(Conversations, ADeletedOneIsHiddenUntilItIsBroughtBack) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  const auto mark = [this](const base::user_id& owner) {
    return write([owner](sql::session& in) { return statements::mark_deleted(in, owner, talk, noon); });
  };
  EXPECT_FALSE(mark(bob));
  EXPECT_TRUE(mark(ann));
  EXPECT_FALSE(mark(ann));
  EXPECT_FALSE(find(ann));
  EXPECT_EQ(find(ann, statements::standing::deleted)->deleted_at, noon);
  EXPECT_TRUE(page(ann, {}).empty());
  EXPECT_EQ(page(ann, {}, statements::standing::deleted).size(), 1U);
  EXPECT_TRUE(places(ann, "hers").empty());
  EXPECT_EQ(append(ann, said("more", 1)), std::nullopt);
  EXPECT_FALSE(write([](sql::session& in) { return statements::rename(in, ann, talk, "new"); }));
  EXPECT_FALSE(write([](sql::session& in) { return statements::pin(in, ann, talk, true); }));
  EXPECT_FALSE(write([](sql::session& in) { return statements::show_branch(in, ann, talk, 1); }));
  // An answer that was on its way is there when it comes back.
  auto answer = said("answer", 1);
  answer.role = "assistant";
  EXPECT_EQ(write([answer](sql::session& in) {
              return statements::append_message(in, ann, talk, answer, statements::reach::deleted_as_well);
            }),
            2);
  const auto bring_back = [this](const base::user_id& owner, base::timestamp since) {
    return write([owner, since](sql::session& in) { return statements::restore(in, owner, talk, since); });
  };
  EXPECT_FALSE(bring_back(bob, noon));
  EXPECT_FALSE(bring_back(ann, noon + std::chrono::microseconds(1)));
  EXPECT_TRUE(bring_back(ann, noon));
  EXPECT_FALSE(bring_back(ann, noon));
  EXPECT_EQ(find(ann)->messages, 2);
  EXPECT_EQ(places(ann, "hers").size(), 1U);
}

TEST_P(Conversations, WhatIsRemovedLeavesNoRow) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  const auto remove = [this](const base::user_id& owner) {
    return write([owner](sql::session& in) { return statements::remove(in, owner, talk); });
  };
  EXPECT_FALSE(remove(bob));
  EXPECT_EQ(rows(), 4);  // the conversation, its message, the words of both
  EXPECT_TRUE(remove(ann));
  EXPECT_FALSE(remove(ann));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Conversations, AreOnlyPurgedWhenTheirTimeIsOver) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  const auto due = [this](base::timestamp before) {
    return write([before](sql::session& in) { return statements::list_to_purge(in, before, 10).size(); });
  };
  const auto purge = [this](base::timestamp before) {
    return write([before](sql::session& in) { return statements::purge(in, {ann, talk}, before); });
  };
  EXPECT_FALSE(purge(noon + std::chrono::hours(1)));
  write([](sql::session& in) { return statements::mark_deleted(in, ann, talk, noon); });
  EXPECT_EQ(due(noon), 0U);
  EXPECT_FALSE(purge(noon));
  EXPECT_EQ(rows(), 4);
  EXPECT_EQ(due(noon + std::chrono::microseconds(1)), 1U);
  EXPECT_TRUE(purge(noon + std::chrono::microseconds(1)));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Conversations, AreListedPinnedFirstThenTheLatest) {
  std::vector<conversation_id> ids;
  for (int i = 0; i < 7; ++i) {
    ids.push_back(crypto::random_id<conversation_id>());
    write([id = ids.back(), i](sql::session& in) {
      return statements::insert_conversation(in, ann,
                                             {.id = id,
                                              .title = std::to_string(i),
                                              .created_at = noon,
                                              // Two of each time, so that the id decides.
                                              .updated_at = noon + std::chrono::seconds(i / 2),
                                              .is_pinned = i == 1});
    });
  }
  ASSERT_TRUE(begin(bob, "Bob's"));
  std::vector<std::string> titles;
  statements::list_place after;
  for (auto listed = page(ann, after, statements::standing::here, 2); !listed.empty();
       listed = page(ann, after, statements::standing::here, 2)) {
    for (const auto& each : listed)
      titles.push_back(each.title);
    const auto& last = listed.back();
    after = {
        .pinned = last.is_pinned ? 1 : 0, .updated_at = base::to_microseconds(last.updated_at), .id = last.id.str()};
  }
  ASSERT_EQ(titles.size(), 7U);
  EXPECT_EQ(titles[0], "1");
  EXPECT_EQ(titles[1], "6");
  EXPECT_EQ((std::set<std::string>{titles[2], titles[3]}), (std::set<std::string>{"4", "5"}));
  EXPECT_EQ((std::set<std::string>{titles[4], titles[5]}), (std::set<std::string>{"2", "3"}));
  EXPECT_EQ(titles[6], "0");
}

TEST_P(Conversations, TheArchiveHasEveryMessageOnce) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(begin(bob, "Bob's"));
  constexpr int many = 120;
  write([](sql::session& in) {
    for (int i = 1; i <= many; ++i)
      (void)statements::append_message(in, ann, talk, said(std::to_string(i)));
    return statements::append_message(in, bob, talk, said("Bob's"));
  });
  std::vector<std::string> read;
  std::optional<std::string> from;
  do {
    const auto page = write([from](sql::session& in) { return message_export().read(in, ann, from); });
    for (const auto& row : page.rows)
      read.push_back(std::get<std::string>(row.at(4)));
    from = page.next;
  } while (from);
  ASSERT_EQ(read.size(), static_cast<std::size_t>(many));
  for (int i = 1; i <= many; ++i)
    EXPECT_EQ(read[static_cast<std::size_t>(i - 1)], std::to_string(i));
  const auto heads = write([](sql::session& in) { return conversation_export().read(in, ann, std::nullopt); });
  ASSERT_EQ(heads.rows.size(), 1U);
  EXPECT_EQ(std::get<std::string>(heads.rows[0].at(1)), "Ann's");
}

}  // namespace kontor::chat
