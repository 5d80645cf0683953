#include "chat/conversation_service.hpp"

#include "chat/chat_fixture.hpp"
#include "chat/purger.hpp"
#include "chat/words.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace kontor::chat {
namespace {

using base::errc;

struct remembering_watcher final : watcher {
  void changed(const base::user_id&, const conversation_id&, change how) noexcept override { seen.push_back(how); }
  std::vector<change> seen;
};

// Says of one conversation that it is being answered.
struct one_run final : run_view {
  std::vector<running> in_progress(sql::session&, const base::user_id& owner) const override {
    if (owner != ann) return {};
    return {{.conversation = talk, .run = "a run"}};
  }
  std::optional<run_so_far> so_far(sql::session&, const base::user_id&, const conversation_id&) const override {
    return run_so_far{
        .run = "a run", .answers = 1, .content = std::string(size, 'x'), .reasoning = "", .started_at = noon};
  }
  std::optional<std::string> why_unanswered(sql::session&, const base::user_id&, const conversation_id&,
                                            std::int64_t) const override {
    return std::nullopt;
  }
  std::size_t size = 0;
};

// So many messages that all say the same.
brought_conversation brought(int messages, base::timestamp updated_at) {
  brought_conversation one;
  one.head = {.id = crypto::random_id<conversation_id>(), .title = "old", .created_at = noon, .updated_at = updated_at};
  for (int i = 0; i < messages; ++i)
    one.messages.push_back({.what = said("btc"), .words = words_of("btc")});
  return one;
}

struct Service : on_chat {
  opened_conversation opened(const page_wish& what = {}) { return await(service.open(ann, talk, what)).value(); }
  static std::vector<std::int64_t> numbers_of(const opened_conversation& what) {
    std::vector<std::int64_t> numbers;
    for (const auto& each : what.messages)
      numbers.push_back(each.what.number);
    return numbers;
  }
  std::string file_of(file_format format, std::optional<conversation_id> only = std::nullopt) {
    const auto file = await(service.begin_file({.owner = ann, .only = only, .format = format})).value();
    std::string all;
    while (true) {
      const auto piece = await(file->next()).value();
      EXPECT_LE(piece.size(), conversation_file::largest_piece);
      if (piece.empty()) return all;
      all += piece;
    }
  }
  base::manual_clock clock{noon};
  remembering_watcher watching;
  no_runs nothing;
  conversation_service service{*store, nothing, watching, clock};
};
INSTANTIATE_TEST_SUITE_P(Databases, Service, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Service, TellsOfEveryChangeOnceItIsThere) {
  const auto made = await(service.create(ann, "one")).value();
  const auto id = made.head.id;
  ASSERT_TRUE(await(service.change(ann, id, {.title = "two", .is_pinned = true})).has_value());
  ASSERT_TRUE(await(service.remove(ann, id, removal::for_a_while)).has_value());
  ASSERT_TRUE(await(service.restore(ann, id)).has_value());
  ASSERT_TRUE(await(service.remove(ann, id, removal::for_good)).has_value());
  EXPECT_EQ(watching.seen, (std::vector<change>{change::created, change::changed, change::deleted, change::restored,
                                                change::removed}));
  watching.seen.clear();
  EXPECT_EQ(await(service.change(ann, id, {.title = "x", .is_pinned = std::nullopt})).error().code, errc::not_found);
  EXPECT_EQ(await(service.remove(ann, id, removal::for_good)).error().code, errc::not_found);
  EXPECT_TRUE(watching.seen.empty());
}

TEST_P(Service, CVE_2026_45349_WhatIsSomebodyElsesIsNotFound) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(append(ann, said("hers")));
  EXPECT_EQ(await(service.find(bob, talk)).error().code, errc::not_found);
  EXPECT_EQ(await(service.open(bob, talk, {})).error().code, errc::not_found);
  EXPECT_EQ(await(service.change(bob, talk, {.title = "x", .is_pinned = true})).error().code, errc::not_found);
  EXPECT_EQ(await(service.remove(bob, talk, removal::for_good)).error().code, errc::not_found);
  EXPECT_EQ(await(service.remove(bob, talk, removal::for_a_while)).error().code, errc::not_found);
  EXPECT_EQ(await(service.restore(bob, talk)).error().code, errc::not_found);
  EXPECT_EQ(await(service.show_branch(bob, talk, 1)).error().code, errc::not_found);
  EXPECT_EQ(await(service.begin_file({.owner = bob, .only = talk})).error().code, errc::not_found);
  EXPECT_TRUE(await(service.search(bob, "hers", 10))->empty());
  EXPECT_TRUE(await(service.list(bob, statements::standing::here, {}, 10))->empty());
  EXPECT_EQ(await(service.find(ann, talk))->head.title, "Ann's");
}

TEST_P(Service, ADeletedOneComesBackUntilItsTimeIsOver) {
  ASSERT_TRUE(begin(ann, "Ann's"));
  const auto until = await(service.remove(ann, talk, removal::for_a_while)).value();
  EXPECT_EQ(until, noon + time_to_restore);
  clock.advance(time_to_restore);
  ASSERT_TRUE(await(service.restore(ann, talk)).has_value());
  ASSERT_TRUE(await(service.remove(ann, talk, removal::for_a_while)).has_value());
  clock.advance(time_to_restore + std::chrono::microseconds(1));
  EXPECT_EQ(await(service.restore(ann, talk)).error().code, errc::not_found);
}

TEST_P(Service, ThePurgerRemovesWhatNobodyCanBringBack) {
  purger sweeping(*store, watching, clock);
  ASSERT_TRUE(begin(ann, "Ann's"));
  ASSERT_TRUE(begin(bob, "Bob's"));
  ASSERT_TRUE(await(service.remove(ann, talk, removal::for_a_while)).has_value());
  clock.advance(time_to_restore);
  EXPECT_EQ(sweeping.purge({}).value(), 0U);
  clock.advance(std::chrono::microseconds(1));
  watching.seen.clear();
  EXPECT_EQ(sweeping.purge({}).value(), 1U);
  EXPECT_EQ(watching.seen, std::vector<change>{change::removed});
  EXPECT_EQ(await(service.remove(ann, talk, removal::for_good)).error().code, errc::not_found);
  EXPECT_TRUE(await(service.find(bob, talk)).has_value());
  sweeping.start();
  sweeping.stop();
}

TEST_P(Service, OpensTheLastMessagesAndThoseBefore) {
  ASSERT_TRUE(begin(ann, ""));
  EXPECT_TRUE(opened().messages.empty());
  for (std::int64_t i = 1; i <= 5; ++i)
    ASSERT_TRUE(append(ann, said("m", i == 1 ? std::nullopt : std::optional(i - 1))));
  ASSERT_TRUE(append(ann, said("another second", 1)));  // 6
  ASSERT_TRUE(await(service.show_branch(ann, talk, 2)).has_value());
  auto page = opened({.limit = 2, .before = std::nullopt});
  EXPECT_EQ(numbers_of(page), (std::vector<std::int64_t>{4, 5}));
  EXPECT_TRUE(page.has_more);
  page = opened({.limit = 2, .before = 4});
  EXPECT_EQ(numbers_of(page), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(page.messages[0].siblings, (std::vector<std::int64_t>{2, 6}));
  EXPECT_TRUE(page.messages[1].siblings.empty());
  page = opened({.limit = 2, .before = 2});
  EXPECT_EQ(numbers_of(page), std::vector<std::int64_t>{1});
  EXPECT_FALSE(page.has_more);
  EXPECT_TRUE(opened({.limit = 2, .before = 1}).messages.empty());
  EXPECT_TRUE(opened({.limit = 2, .before = 99}).messages.empty());
  EXPECT_EQ(opened().view.head.messages, 6);
}

TEST_P(Service, APageHasAtMostSoMuchText) {
  ASSERT_TRUE(begin(ann, ""));
  const std::string quarter(most_text_at_once / 4, 'x');
  for (std::int64_t i = 1; i <= 6; ++i)
    ASSERT_TRUE(append(ann, said(quarter, i == 1 ? std::nullopt : std::optional(i - 1))));
  EXPECT_EQ(numbers_of(opened()), (std::vector<std::int64_t>{3, 4, 5, 6}));
  // What is being answered takes its part of it.
  one_run run;
  run.size = quarter.size();
  conversation_service answering(*store, run, watching, clock);
  auto page = await(answering.open(ann, talk, {})).value();
  EXPECT_EQ(numbers_of(page), (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(page.run->content.size(), quarter.size());
  EXPECT_EQ(page.view.run, "a run");
  run.size = 2 * most_text_at_once;
  page = await(answering.open(ann, talk, {})).value();
  EXPECT_EQ(numbers_of(page), std::vector<std::int64_t>{6});
}

TEST_P(Service, KnowsWhichAreBeingAnswered) {
  ASSERT_TRUE(begin(ann, "answered"));
  const auto other = await(service.create(ann, "not")).value();
  const one_run run;
  conversation_service answering(*store, run, watching, clock);
  const auto listed = await(answering.list(ann, statements::standing::here, {}, 10)).value();
  ASSERT_EQ(listed.size(), 2U);
  for (const auto& each : listed)
    EXPECT_EQ(each.run.has_value(), each.head.id == talk);
  EXPECT_EQ(await(answering.find(ann, talk))->run, "a run");
  EXPECT_FALSE(await(answering.find(ann, other.head.id))->run);
}

TEST_P(Service, FindsWithAnExcerptAroundThePlace) {
  ASSERT_TRUE(begin(ann, "Gold"));
  ASSERT_TRUE(append(ann, said("Was kostet eine Unze Größe heute?")));
  auto found = await(service.search(ann, "GROSSE", 10)).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].number, 1);
  EXPECT_EQ(found[0].title, "Gold");
  EXPECT_EQ(found[0].excerpt, (std::vector<excerpt_piece>{{.text = "Was kostet eine Unze ", .is_found = false},
                                                          {.text = "Größe", .is_found = true},
                                                          {.text = " heute?", .is_found = false}}));
  found = await(service.search(ann, "gold", 10)).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].number, std::nullopt);
  EXPECT_EQ(found[0].excerpt, (std::vector<excerpt_piece>{{.text = "Gold", .is_found = true}}));
  EXPECT_TRUE(await(service.search(ann, "...", 10))->empty());
}

TEST_P(Service, AFileHasAllBranchesAndComesBackAsItWas) {
  ASSERT_TRUE(begin(ann, "a \"title\""));
  ASSERT_TRUE(append(ann, said("question <b>")));
  auto answer = said("answer", 1, "assistant");
  answer.agent_name = "gpt-4o";
  answer.finish = "complete";
  ASSERT_TRUE(append(ann, answer));
  ASSERT_TRUE(append(ann, said("another", 1, "assistant")));
  ASSERT_TRUE(await(service.show_branch(ann, talk, 2)).has_value());
  ASSERT_TRUE(await(service.create(ann, "other")).has_value());
  const auto deleted = await(service.create(ann, "deleted")).value();
  ASSERT_TRUE(await(service.remove(ann, deleted.head.id, removal::for_a_while)).has_value());
  const auto file = file_of(file_format::json);
  EXPECT_TRUE(file.starts_with(R"({"format":"kontor-conversations-1","conversations":[{"conversation_id":")")) << file;
  EXPECT_TRUE(file.ends_with("]}]}")) << file;
  EXPECT_NE(file.find(R"("shown":2,"messages":[{"number":1,"role":"user","content":"question <b>","timestamp":)"),
            std::string::npos)
      << file;
  EXPECT_NE(file.find(R"({"number":2,"parent":1,"role":"assistant","content":"answer","agent_name":"gpt-4o",)"),
            std::string::npos)
      << file;
  EXPECT_NE(file.find("another"), std::string::npos);
  EXPECT_EQ(file.find(deleted.head.id.str()), std::string::npos);
  const auto one = file_of(file_format::json, talk);
  EXPECT_LT(one.size(), file.size());
}

TEST_P(Service, MarkdownHasTheBranchThatIsShown) {
  ASSERT_TRUE(begin(ann, "*Gold*"));
  ASSERT_TRUE(append(ann, said("question")));
  ASSERT_TRUE(append(ann, said("left", 1, "assistant")));
  ASSERT_TRUE(append(ann, said("shown", 1, "assistant")));
  const auto text = file_of(file_format::markdown, talk);
  EXPECT_TRUE(text.starts_with("# \\*Gold\\*\n\n2027-01-15 08:00 UTC\n")) << text;
  EXPECT_NE(text.find("\n---\n\n**You**, 2027-01-15 08:00 UTC\n\nquestion\n"), std::string::npos) << text;
  EXPECT_NE(text.find("**Assistant**"), std::string::npos);
  EXPECT_EQ(text.find("left"), std::string::npos);
  EXPECT_NE(text.find("shown\n"), std::string::npos);
}

TEST_P(Service, AnEmptyFileIsAFile) {
  EXPECT_EQ(file_of(file_format::json), R"({"format":"kontor-conversations-1","conversations":[]})");
  EXPECT_EQ(file_of(file_format::markdown), "");
}

TEST_P(Service, ALongFileComesInPieces) {
  ASSERT_TRUE(begin(ann, "long"));
  for (std::int64_t i = 1; i <= 40; ++i)
    ASSERT_TRUE(
        append(ann, said(std::string(20'000, 'a') + std::to_string(i), i == 1 ? std::nullopt : std::optional(i - 1))));
  const auto file = file_of(file_format::json);
  EXPECT_GT(file.size(), 800'000U);
  for (int i = 1; i <= 40; ++i)
    EXPECT_NE(file.find("a" + std::to_string(i) + "\""), std::string::npos) << i;
}

TEST_P(Service, BringsOnceWhatIsBroughtTwice) {
  const auto all = std::make_shared<const std::vector<brought_conversation>>(std::vector<brought_conversation>{
      {.head = {.id = talk, .title = "brought", .created_at = noon, .updated_at = noon, .is_pinned = true, .leaf = 2},
       .messages = {{.what = said("question"), .words = words_of("question")},
                    {.what = said("one", 1, "assistant"), .words = words_of("one")},
                    {.what = said("two", 1, "assistant"), .words = words_of("two")}}}});
  auto done = await(service.bring(ann, all, sql::always)).value();
  EXPECT_EQ(done.taken.size(), 1U);
  EXPECT_EQ(done.left, 0);
  EXPECT_EQ(watching.seen, std::vector<change>{change::created});
  const auto page = opened();
  EXPECT_EQ(numbers_of(page), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(page.messages[1].siblings, (std::vector<std::int64_t>{2, 3}));
  EXPECT_TRUE(page.view.head.is_pinned);
  EXPECT_EQ(await(service.search(ann, "two", 10))->size(), 1U);
  // Changed meanwhile, and even deleted, it is left as it is.
  ASSERT_TRUE(await(service.change(ann, talk, {.title = "mine", .is_pinned = std::nullopt})).has_value());
  done = await(service.bring(ann, all, sql::always)).value();
  EXPECT_TRUE(done.taken.empty());
  EXPECT_EQ(done.left, 1);
  EXPECT_EQ(await(service.find(ann, talk))->head.title, "mine");
  // For somebody else it is a conversation of its own.
  EXPECT_EQ(await(service.bring(bob, all, sql::always))->taken.size(), 1U);
}

TEST_P(Service, BringsNoMoreOnceWhoAskedMayNot) {
  std::vector<brought_conversation> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(brought(200, noon - std::chrono::hours(i)));
  const auto asked = std::make_shared<std::atomic<int>>(0);
  const auto twice = [asked](sql::session&) -> base::result<void> {
    if (++*asked > 2) return base::error{errc::unauthenticated, "invalid-token", "", "over"};
    return {};
  };
  const auto done = await(service.bring(ann, std::make_shared<const std::vector<brought_conversation>>(all), twice));
  EXPECT_EQ(done.error().code, errc::unauthenticated);
  EXPECT_EQ(*asked, 3);
  EXPECT_EQ(await(service.list(ann, statements::standing::here, {}, 10))->size(), 2U);
}

TEST_P(Service, BringsALargeFileInPartsAndWhatIsThereStays) {
  std::vector<brought_conversation> all;
  for (int i = 0; i < 5; ++i) {
    auto& one = all.emplace_back(brought(200, noon - std::chrono::hours(i)));
    // The last part cannot be stored.
    if (i == 4) one.head.title = std::string(max_title + 1, 'x');
  }
  EXPECT_EQ(batches_of(all).size(), 5U);
  const auto bring = [&] {
    return await(service.bring(ann, std::make_shared<const std::vector<brought_conversation>>(all), sql::always));
  };
  EXPECT_THROW((void)bring(), sql::sql_error);
  EXPECT_EQ(watching.seen, std::vector<change>(4, change::created));
  EXPECT_EQ(await(service.list(ann, statements::standing::here, {}, 10))->size(), 4U);
  // The same once more, without what was wrong.
  all.back().head.title = "good";
  const auto done = bring();
  EXPECT_EQ(done->taken, std::vector<conversation_id>{all.back().head.id});
  EXPECT_EQ(done->left, 4);
}

TEST_P(Service, BatchesHaveTheLatestFirstAndNeverPartsOfAConversation) {
  std::vector<brought_conversation> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(brought(i == 3 ? 1000 : 60, noon + std::chrono::hours((i * 7) % 10)));
  std::vector<std::vector<std::int64_t>> hours;
  for (const auto& batch : batches_of(all)) {
    auto& of_batch = hours.emplace_back();
    for (const auto* each : batch)
      of_batch.push_back((each->head.updated_at - noon) / std::chrono::hours(1));
  }
  // The one of 1,000 messages is that of 1 o'clock (3 * 7 % 10).
  EXPECT_EQ(hours, (std::vector<std::vector<std::int64_t>>{{6, 7, 8, 9}, {2, 3, 4, 5}, {1}, {0}}));
}

// On SQLite what came last is looked at first, and only so much of it.
TEST_P(Service, FindsTheNewestFirstAlsoAfterManyOldOnesWereBrought) {
  ASSERT_TRUE(begin(ann, "new"));
  ASSERT_TRUE(append(ann, said("btc today")));
  auto old = std::make_shared<std::vector<brought_conversation>>();
  for (int i = 0; i < 30; ++i)
    old->push_back(brought(400, noon - std::chrono::hours(100 + i)));
  ASSERT_EQ(await(service.bring(ann, old, sql::always))->taken.size(), 30U);
  const auto found = await(service.search(ann, "btc", 20)).value();
  ASSERT_EQ(found.size(), 20U);
  EXPECT_EQ(found[0].id, talk);
  for (std::size_t i = 1; i < found.size(); ++i)
    EXPECT_EQ(found[i].id, (*old)[i - 1].head.id);
}

}  // namespace kontor::chat
