#include "run/runner.hpp"

#include "run/runner_fixture.hpp"

namespace kontor::run {
namespace {

struct Runner : runner_fixture {};
INSTANTIATE_TEST_SUITE_P(Databases, Runner, tests::each_database, tests::database_name);

// SQLite has one program at a time.
struct TwoPrograms : Runner {};
INSTANTIATE_TEST_SUITE_P(Databases, TwoPrograms, testing::Values(sql::kind::postgresql), tests::database_name);

}  // namespace

TEST_P(Runner, TellsWhatComesAndKeepsIt) {
  const auto work = go();
  heard->await("processing");
  provider.say(chat::text_delta{"Be"});
  heard->await("text");
  for (int i = 0; i < 300; ++i)
    provider.say(chat::text_delta{std::to_string(i) + " €"});
  chat::model_done done;
  done.usage = chat::model_usage{7, 9};
  provider.say(std::move(done));
  const auto result = heard->await("result");
  heard->await("idle");
  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.content, heard->text());
  EXPECT_EQ(text_at(result, "content"), heard->text());
  EXPECT_EQ(provider.asked.at(0).messages.back().content, "Why gold?");
  until([&] { return ended == 1 && works->size() == 0; });
  EXPECT_EQ(await(runs->usage(ann))->tokens, 16);
  EXPECT_EQ(provider.open, 0);
}

TEST_P(Runner, StoppingClosesTheProvidersConnectionAndBooksWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"so far"});
  heard->await("text");
  const auto before = std::chrono::steady_clock::now();
  works->cancel(ann, work.which.conversation);
  until([&] { return provider.open == 0; });
  heard->await("cancelled");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(messages(work.which.conversation).back().what.finish, "cancelled");
  EXPECT_GT(await(runs->usage(ann))->tokens, 0);
}

TEST_P(Runner, StoppingBeforeTheFirstPieceEndsItToo) {
  const auto work = go();
  until([&] { return provider.open == 1; });
  works->cancel(ann, work.which.conversation);
  heard->await("cancelled");
  EXPECT_EQ(provider.open, 0);
  EXPECT_EQ(messages(work.which.conversation).size(), 1U);
}

// Open WebUI CVE-2025-63681, CVE-2026-70483.
TEST_P(Runner, NobodyStopsTheRunOfAnother) {
  const auto work = go();
  until([&] { return provider.open == 1; });
  works->cancel(bob, work.which.conversation);
  provider.say(chat::text_delta{"goes on"});
  provider.say(chat::model_done{});
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "complete");
}

TEST_P(Runner, WhatIsDeletedOrAskedForElsewhereEndsToo) {
  const auto asked = go();
  until([&] { return provider.open == 1; });
  EXPECT_TRUE(await(runs->ask_to_stop(ann, asked.which.conversation)).value());
  heard->await("cancelled");
  until([&] { return provider.open == 0; });

  const auto deleted = go("another");
  until([&] { return provider.open == 1; });
  write([&](sql::session& in) { return chat::statements::mark_deleted(in, ann, deleted.which.conversation, noon); });
  until([&] { return provider.open == 0 && works->size() == 0; });

  const auto removed = go("one more");
  until([&] { return provider.open == 1; });
  write([&](sql::session& in) { return chat::statements::remove(in, ann, removed.which.conversation); });
  until([&] { return provider.open == 0 && works->size() == 0; });

  const auto gone = go("the last one");
  until([&] { return provider.open == 1; });
  write([](sql::session& in) { return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}}); });
  until([&] { return provider.open == 0 && works->size() == 0; });
}

// Revoked means now: whoever began it could go on reading and making charts by it.
TEST_P(Runner, WhatASessionBeganEndsWithTheSession) {
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  const auto still = [is_over](sql::session&) -> base::result<void> {
    if (*is_over) return base::error{base::errc::unauthenticated, "invalid-token", "", "over"};
    return {};
  };
  const auto work = go("Why gold?", still);
  provider.say(chat::text_delta{"so far"});
  heard->await("text");
  *is_over = true;
  heard->await("cancelled");
  until([&] { return provider.open == 0 && works->size() == 0; });
  const auto last = messages(work.which.conversation).back().what;
  EXPECT_EQ(last.content, "so far");
  EXPECT_EQ(last.finish, "cancelled");
}

// Or the limit of a day could be walked around by deleting each conversation while it is answered.
TEST_P(Runner, WhatIsRemovedForGoodIsBookedAllTheSame) {
  const auto work = go();
  provider.say(chat::text_delta{"an answer of some length"});
  heard->await("text");
  write([&](sql::session& in) { return chat::statements::remove(in, ann, work.which.conversation); });
  provider.say(chat::text_delta{" and more"});
  until([&] { return provider.open == 0 && works->size() == 0; });
  EXPECT_GT(await(runs->usage(ann))->tokens, 0);
}

TEST_P(Runner, AFailureIsToldWithWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"half"});
  heard->await("text");
  chat::model_failed broken;
  broken.kind = chat::model_failure::truncated;
  provider.say(std::move(broken));
  EXPECT_EQ(text_at(heard->await("error"), "code"), "truncated");
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "failed");
  heard->await("idle");
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "half");
}

TEST_P(Runner, WhoCannotBeAskedIsToldWhy) {
  provider.refusal = base::error{base::errc::conflict, "secret-unreadable"};
  const auto work = go();
  EXPECT_EQ(text_at(heard->await("error"), "code"), "key-unreadable");
  heard->await("idle");
  EXPECT_EQ(messages(work.which.conversation).size(), 1U);
}

TEST_P(Runner, ADefectEndsOneRunAndNotTheOthers) {
  provider.breaks = true;
  go();
  EXPECT_EQ(text_at(heard->await("error"), "code"), "internal");
  heard->await("idle");
  until([&] { return works->size() == 0; });
  provider.breaks = false;
  heard = std::make_shared<ear>();
  go("again");
  provider.say(chat::text_delta{"fine"});
  provider.say(chat::model_done{});
  heard->await("result");
}

TEST_P(Runner, WhatCannotBeStoredEndsTheRunWithWhatWas) {
  const auto work = go();
  provider.say(chat::text_delta{"fine"});
  heard->await("text");
  provider.say(chat::text_delta{"\xff"});  // No text at all: a defect of whoever says it.
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "interrupted");
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "fine");
  until([&] { return provider.open == 0 && works->size() == 0; });
}

TEST_P(Runner, ARunThatNobodyWorksOnIsEnded) {
  working();
  const auto work = begun("Why gold?");
  clock.advance(std::chrono::seconds(11));
  until([&] { return ended == 1; });
  EXPECT_FALSE(await(runs->state(ann, work.which.conversation))->running);
}

TEST_P(Runner, AMessageThatDoesNotFitAsksNobody) {
  model.context_window = 400;
  go(std::string(2000, 'x'));
  EXPECT_EQ(text_at(heard->await("error"), "code"), "context-too-long");
  EXPECT_TRUE(provider.asked.empty());
}

TEST_P(Runner, AnAnswerThatIsTooLongEndsAndClosesTheConnection) {
  const auto work = go();
  for (int i = 0; i < 9; ++i)
    provider.say(chat::text_delta{std::string(32 * 1024, 'x')});
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "length");
  EXPECT_EQ(messages(work.which.conversation).back().what.content.size(), max_answer);
  until([&] { return provider.open == 0; });
}

TEST_P(Runner, AtTheEndOfTheProgramRunsAreInterruptedWithWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"so far"});
  heard->await("text");
  works->stop();
  EXPECT_EQ(provider.open, 0);
  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.content, "so far");
  EXPECT_EQ(said[1].what.finish, "interrupted");
}

TEST_P(Runner, WhatAProgramLeftIsEndedByTheNext) {
  const auto work = begun("Why gold?");
  append(work, 2, {{event_kind::text, "so far", 0}});
  run_store next(*store, clock);
  clock.advance(run_store::gone_after + std::chrono::seconds(1));
  other.emplace(next, provider, tools, listeners, [this](const run_key&) { ++ended; }, quick);
  other->start(loops.at(1));
  until([&] { return ended == 1; });
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "so far");
  other->stop();
  other.reset();
}

TEST_P(TwoPrograms, SocketsAtTheOtherOneHearAllOfIt) {
  run_store next(*store, clock);
  hub far;
  const auto far_ear = std::make_shared<ear>();
  other.emplace(next, provider, tools, far, [](const run_key&) {}, quick);
  other->start(loops.at(1));
  const auto work = go();
  far.enter({ann, work.which.conversation}, far_ear);
  far.go_live({ann, work.which.conversation}, *far_ear, 0);
  for (int i = 0; i < 500; ++i)
    provider.say(chat::text_delta{"word "});
  heard->await("text");
  far_ear->await("text");
  provider.say(chat::model_done{});
  heard->await("idle");
  far_ear->await("idle");
  EXPECT_EQ(far_ear->text(), heard->text());
  other->stop();
  other.reset();
}

}  // namespace kontor::run
