#include "run/run_fixture.hpp"

#include "run/failure_kinds.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <future>

namespace kontor::run {
namespace {

struct RunStore : run_fixture {};
INSTANTIATE_TEST_SUITE_P(Databases, RunStore, tests::each_database, tests::database_name);

piece text(std::string what, std::int64_t at) {
  return {.kind = event_kind::text, .text = std::move(what), .number = at};
}

ending complete(usage used = {10, 5, false}) {
  ending how;
  how.used = used;
  how.model = "m-1-large";
  return how;
}

std::string type_of(const base::result<beginning>& refused) {
  return refused ? "begun" : refused.error().type;
}

}  // namespace

TEST_P(RunStore, AMessageAndItsRunBeginTogether) {
  const auto made =
      begin({.text = "Why gold?", .conversation = std::nullopt, .parent = std::nullopt, .request_key = {}});
  ASSERT_TRUE(made);
  const auto& work = made->work.value();
  EXPECT_EQ(made->answer.number, 1);
  EXPECT_EQ(made->answer.seq, 0);
  EXPECT_EQ(work.seq, 2);
  EXPECT_EQ(shape_of(work.told), "processing#1 message#2");
  EXPECT_TRUE(work.is_new_conversation);
  ASSERT_EQ(work.shown.size(), 2U) << "instructions and the message";
  EXPECT_EQ(work.shown[1].content, "Why gold?");

  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].what.role, "user");
  EXPECT_EQ(await(runs->state(ann, work.which.conversation))->running, work.which.id);
  const auto frame = boost::json::parse(*work.told[1].text);
  EXPECT_EQ(frame.at("message").at("content").as_string(), "Why gold?");
}

TEST_P(RunStore, AnAnswerGrowsAndBecomesAMessage) {
  const auto work = begun("Why gold?");
  const auto& talk = work.which.conversation;
  const auto first = append(work, 2, {text("Be", 0)});
  EXPECT_FALSE(first.is_lost);
  EXPECT_EQ(first.seq, 3);
  EXPECT_EQ(shape_of(append(work, 3, {text("cause", 2), {event_kind::reasoning, "hm", 0}}).told), "text#4 reasoning#5");
  EXPECT_EQ(shape_of(finish(work, 5, complete(), "Because.", {text(".", 7)}).told), "text#6 result#7 idle#8");

  const auto said = messages(talk);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.role, "assistant");
  EXPECT_EQ(said[1].what.content, "Because.");
  EXPECT_EQ(said[1].what.parent, 1);
  EXPECT_EQ(said[1].what.agent_name, "m-1-large");
  EXPECT_EQ(said[1].what.finish, "complete");
  EXPECT_FALSE(await(runs->state(ann, talk))->running);
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
  EXPECT_EQ(await(runs->usage(bob))->tokens, 0);

  // All of it can be heard again, from anywhere.
  EXPECT_EQ(shape_of(events(talk, 0).told), "processing#1 message#2 text#3 text#4 reasoning#5 text#6 result#7 idle#8");
  EXPECT_EQ(shape_of(events(talk, 6).told), "result#7 idle#8");
  EXPECT_TRUE(events(talk, 8).has_all);
  EXPECT_FALSE(events(talk, 9).has_all) << "a number that never was";

  // The next run's events take their place.
  const auto next = begun("And silver?", talk);
  EXPECT_EQ(next.parent, 3);
  EXPECT_EQ(shape_of(next.told), "processing#9 message#10");
  EXPECT_FALSE(events(talk, 6).has_all);
  EXPECT_EQ(shape_of(events(talk, 8).told), "processing#9 message#10");
  ASSERT_EQ(next.shown.size(), 4U);
  EXPECT_EQ(next.shown[2].content, "Because.");
}

TEST_P(RunStore, WhatWasStoredAlreadyIsNotStoredTwice) {
  const auto work = begun("Why gold?");
  const std::vector<piece> pieces = {text("Be", 0), text("cause", 2)};
  EXPECT_EQ(append(work, 2, pieces).seq, 4);
  // The answer to the first time was lost on its way.
  const auto again = append(work, 2, pieces);
  EXPECT_FALSE(again.is_lost);
  EXPECT_EQ(again.seq, 4);
  EXPECT_EQ(shape_of(again.told), "text#3 text#4");
  finish(work, 4, complete(), "Because");
  const auto once_more = finish(work, 4, complete(), "Because");
  EXPECT_TRUE(once_more.is_lost);
  EXPECT_EQ(shape_of(once_more.told), "result#5 idle#6");
  EXPECT_EQ(messages(work.which.conversation).size(), 2U);
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
  EXPECT_TRUE(append(work, 6, {text("late", 7)}).is_lost);
}

TEST_P(RunStore, OneRunPerConversationAndAsManyAsTheLimitAllows) {
  limits.runs_at_once = 2;
  const auto first = begun("one");
  EXPECT_EQ(
      type_of(begin({.text = "again", .conversation = first.which.conversation, .parent = {}, .request_key = {}})),
      "run-in-progress");
  EXPECT_EQ(messages(first.which.conversation).size(), 1U) << "what was refused left something behind";
  (void)begun("two");
  const auto third = begin({.text = "three", .conversation = {}, .parent = {}, .request_key = {}});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().type, "too-many-runs");
  EXPECT_GT(third.error().retry_after.count(), 0);
  // Another account has its own.
  EXPECT_TRUE(begin({.text = "Bob's", .conversation = {}, .parent = {}, .request_key = {}}, bob));
  finish(first, 2, complete(), "done");
  EXPECT_TRUE(begin({.text = "three", .conversation = {}, .parent = {}, .request_key = {}}));
}

TEST_P(RunStore, OfManyAtOnceAsManyBeginAsTheLimitAllows) {
  limits.runs_at_once = 3;
  std::vector<std::future<base::result<beginning>>> all;
  for (std::size_t i = 0; i < 12; ++i) {
    new_message what{.text = "at once", .conversation = {}, .parent = {}, .request_key = {}};
    all.push_back(await_on(i % 2, runs->begin(ann, std::move(what), model, limits)));
  }
  int begun = 0;
  for (auto& one : all) {
    const auto got = one.get();
    if (got)
      ++begun;
    else
      EXPECT_EQ(got.error().type, "too-many-runs");
  }
  EXPECT_EQ(begun, 3);
}

TEST_P(RunStore, TheTokensOfADayAreALimit) {
  limits.tokens_per_day = 15;
  auto first = begun("one");
  finish(first, 2, complete({10, 4, false}), "x");
  first = begun("14 of 15 are used");
  finish(first, 2, complete({1, 0, false}), "x");
  const auto refused = begin({.text = "15 of 15", .conversation = {}, .parent = {}, .request_key = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "no-tokens-left");
  EXPECT_EQ(refused.error().retry_after, std::chrono::hours(12)) << "until the day ends";
  EXPECT_EQ(await(runs->usage(ann))->day_ends_at, noon + std::chrono::hours(12));
  clock.advance(std::chrono::hours(12));
  EXPECT_TRUE(begin({.text = "the next day", .conversation = {}, .parent = {}, .request_key = {}}));
}

TEST_P(RunStore, ARequestThatComesAgainIsToldWhatItBegan) {
  new_message what{.text = "Why gold?", .conversation = {}, .parent = {}, .request_key = "key 1"};
  const auto first = begin(what);
  ASSERT_TRUE(first && first->work);
  const auto again = begin(what);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->work);
  EXPECT_EQ(again->answer.run, first->answer.run);
  EXPECT_EQ(again->answer.conversation, first->answer.conversation);
  EXPECT_EQ(again->answer.number, 1);
  EXPECT_EQ(again->answer.seq, 0);

  // Also when the limits would not let it begin.
  limits.tokens_per_day = 0;
  EXPECT_TRUE(begin(what));
  limits.tokens_per_day.reset();

  auto other = what;
  other.text = "Why silver?";
  EXPECT_EQ(type_of(begin(other)), "idempotency-key-reused");
  // Another account's key is another key.
  const auto bobs = begin(other, bob);
  ASSERT_TRUE(bobs);
  EXPECT_TRUE(bobs->work);

  clock.advance(std::chrono::hours(24) - std::chrono::microseconds(1));
  EXPECT_FALSE(begin(what)->work);
  clock.advance(std::chrono::microseconds(1));
  EXPECT_TRUE(begin(what)->work) << "forgotten after a day";
}

TEST_P(RunStore, OfManyEqualRequestsOneBegins) {
  limits.runs_at_once = 100;
  std::vector<std::future<base::result<beginning>>> all;
  for (std::size_t i = 0; i < 8; ++i) {
    new_message what{.text = "at once", .conversation = {}, .parent = {}, .request_key = "same"};
    all.push_back(await_on(i % 2, runs->begin(ann, std::move(what), model, limits)));
  }
  int begun = 0;
  std::vector<run_id> told;
  for (auto& one : all) {
    const auto got = one.get();
    ASSERT_TRUE(got);
    if (got->work) ++begun;
    told.push_back(got->answer.run);
  }
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(std::count(told.begin(), told.end(), told[0]), 8);
}

TEST_P(RunStore, AnsweringOnceMoreMakesABranch) {
  const auto work = begun("Why gold?");
  const auto talk = work.which.conversation;
  finish(work, 2, complete(), "One.");
  const auto again = begin({.text = {}, .conversation = talk, .parent = 1, .request_key = {}});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->answer.number);
  EXPECT_EQ(shape_of(again->work->told), "processing#5");
  EXPECT_EQ(again->work->shown.back().content, "Why gold?");
  const auto ended = finish(*again->work, 5, complete(), "Two.");
  const auto result = boost::json::parse(*ended.told.at(0).text);
  EXPECT_EQ(boost::json::serialize(result.at("message").at("siblings")), "[2,3]");
  // An edited message is one as well.
  const auto edited = begun("Why silver?", talk, 0);
  EXPECT_EQ(messages(talk).back().what.parent, std::nullopt);
  EXPECT_EQ(edited.shown.size(), 2U);
}

TEST_P(RunStore, WhatCannotBeAnsweredIsRefused) {
  const auto work = begun("Why gold?");
  const auto talk = work.which.conversation;
  finish(work, 2, complete(), "Because.");
  const auto refuse = [&](std::optional<std::string> said, std::optional<std::int64_t> parent) {
    return type_of(begin({.text = std::move(said), .conversation = talk, .parent = parent, .request_key = {}}));
  };
  EXPECT_EQ(refuse(std::nullopt, 2), "nothing-to-answer") << "it is complete";
  EXPECT_EQ(refuse(std::nullopt, 3), "nothing-to-answer") << "there is none";
  EXPECT_EQ(refuse(std::nullopt, 0), "nothing-to-answer");
  EXPECT_EQ(refuse("x", 3), "nothing-to-answer");
  EXPECT_EQ(messages(talk).size(), 2U);
}

TEST_P(RunStore, AnAnswerThatWasCutOffIsGoneOnWith) {
  auto work = begun("Why gold?");
  ending stopped;
  stopped.how = finish::cancelled;
  finish(work, 2, stopped, "Becau");
  const auto on = begin({.text = {}, .conversation = work.which.conversation, .parent = 2, .request_key = {}});
  ASSERT_TRUE(on && on->work);
  EXPECT_EQ(on->work->parent, 2);
  ASSERT_EQ(on->work->shown.size(), 4U);
  EXPECT_EQ(on->work->shown[2].content, "Becau");
  EXPECT_EQ(on->work->shown[3].role, "user");
}

TEST_P(RunStore, HowItEndedDecidesWhatIsTold) {
  struct row {
    run::finish how;
    std::string text;
    bool fails;
    std::string told;
  };
  for (const auto& [how, text, fails, told] : std::vector<row>{
           {finish::complete, "x", false, "result#3 idle#4"},
           {finish::length, "x", false, "result#3 idle#4"},
           {finish::filtered, "", false, "result#3 idle#4"},
           {finish::cancelled, "x", false, "result#3 cancelled#4"},
           {finish::cancelled, "", false, "cancelled#3"},
           {finish::interrupted, "", false, "idle#3"},
           {finish::failed, "", true, "error#3 idle#4"},
           {finish::failed, "x", true, "error#3 result#4 idle#5"},
       }) {
    SCOPED_TRACE(name_of(how));
    const auto work = begun("Why gold?");
    ending end;
    end.how = how;
    if (fails) end.why = failure{.kind = "key-rejected", .words = "No such key.", .status = 401};
    const auto ended = finish(work, 2, end, text);
    EXPECT_EQ(shape_of(ended.told), told);
    if (!fails) continue;
    const auto error = boost::json::parse(*ended.told[0].text);
    EXPECT_EQ(text_at(error, "message"), "No such key.");
    EXPECT_EQ(text_at(error, "code"), "key-rejected");
    EXPECT_NE(text_at(error, "details").find("settings"), std::string::npos);
  }
}

TEST_P(RunStore, AMessageThatDoesNotFitIsForNobody) {
  model.context_window = 400;
  const auto work = begun(std::string(2000, 'x'));
  EXPECT_TRUE(work.shown.empty());
}

// Open WebUI CVE-2025-63681, CVE-2026-70483; LibreChat CVE-2026-31950, CVE-2024-41703; Open WebUI CVE-2026-45349.
TEST_P(RunStore, WhatIsSomebodyElsesIsNotThere) {
  const auto work = begun("Ann's");
  const auto talk = work.which.conversation;
  const auto unknown = chat::conversation_id::parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").value();
  for (const auto& which : {talk, unknown}) {
    const auto said = begin({.text = "Bob's", .conversation = which, .parent = {}, .request_key = {}}, bob);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code, base::errc::not_found);
    const auto answered = begin({.text = {}, .conversation = which, .parent = 1, .request_key = {}}, bob);
    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().code, base::errc::not_found);
    EXPECT_EQ(await(runs->state(bob, which)).error().code, base::errc::not_found);
    EXPECT_EQ(await(runs->events_after(bob, which, 0, 10)).error().code, base::errc::not_found);
    EXPECT_EQ(await(runs->ask_to_stop(bob, which)).error().code, base::errc::not_found);
  }
  auto foreign = work.which;
  foreign.owner = bob;
  EXPECT_TRUE(await(runs->append(foreign, 2, {text("x", 0)}))->is_lost);
  EXPECT_EQ(await(runs->watch())->at(0).is_to_stop, false) << "Bob stopped Ann's run";
}

TEST_P(RunStore, ARunIsToStopWhenAskedDeletedOrItsOwnerIsOut) {
  const auto asked = begun("asked");
  const auto deleted = begun("deleted");
  const auto bobs = begin({.text = "Bob's", .conversation = {}, .parent = {}, .request_key = {}}, bob)->work.value();
  EXPECT_TRUE(await(runs->ask_to_stop(ann, asked.which.conversation)).value());
  write([&](sql::session& in) { return chat::statements::mark_deleted(in, ann, deleted.which.conversation, noon); });
  write([](sql::session& in) { return in.execute("UPDATE users SET is_active = 0 WHERE id = :id", {{"id", bob}}); });
  const auto watched = await(runs->watch()).value();
  EXPECT_EQ(watched.size(), 3U);
  for (const auto& one : watched)
    EXPECT_TRUE(one.is_to_stop) << one.which.conversation.text();
  // What was deleted keeps what came, for when it is brought back.
  ending stopped;
  stopped.how = finish::cancelled;
  EXPECT_FALSE(finish(deleted, 2, stopped, "so far").is_lost);
  EXPECT_EQ(messages(deleted.which.conversation).back().what.content, "so far");
  finish(asked, 2, stopped, "");
  EXPECT_FALSE(await(runs->ask_to_stop(ann, asked.which.conversation)).value()) << "nothing is on its way";
}

TEST_P(RunStore, WhatGoesTakesItsRunsAlong) {
  const auto removed = begun("removed");
  write([&](sql::session& in) { return chat::statements::remove(in, ann, removed.which.conversation); });
  EXPECT_TRUE(append(removed, 2, {text("x", 0)}).is_lost);
  EXPECT_TRUE(finish(removed, 2, complete(), "x").is_lost);
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15) << "what was used is booked all the same";
  EXPECT_TRUE(await(runs->watch())->empty());
  const auto work = begun("Ann's");
  finish(work, 2, complete(), "x");
  write([](sql::session& in) { return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}}); });
  EXPECT_TRUE(finish(work, 2, complete(), "x").is_lost);
  static constexpr sql::query<std::int64_t> count{
      "SELECT (SELECT COUNT(*) FROM runs) + (SELECT COUNT(*) FROM run_events) + (SELECT COUNT(*) FROM usage_days)"};
  EXPECT_EQ(std::get<0>(write([](sql::session& in) { return in.first(count); }).value()), 0);
}

TEST_P(RunStore, WhatAnotherProgramLeftIsEndedOnceWithAllThatWasStored) {
  const auto work = begun("Why gold?");
  append(work, 2, {text("Be", 0), {event_kind::reasoning, "hm", 0}});
  append(work, 4, {text("cause", 2)});
  run_store next(*store, clock);
  run_store third(*store, clock);
  if (!next.is_alone()) {
    clock.advance(run_store::gone_after);
    EXPECT_TRUE(await(next.find_abandoned())->empty()) << "not for so long";
    clock.advance(std::chrono::microseconds(1));
    EXPECT_EQ(await(next.find_abandoned())->size(), 1U);
    await(runs->beat()).value();
    EXPECT_TRUE(await(next.find_abandoned())->empty()) << "it is there again";
    clock.advance(run_store::gone_after + std::chrono::microseconds(1));
  }
  const auto left = await(next.find_abandoned()).value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_TRUE(await(runs->find_abandoned())->empty()) << "its own";
  EXPECT_EQ(shape_of(await(next.interrupt(left[0])).value()), "result#6 idle#7");
  EXPECT_TRUE(await(third.interrupt(left[0]))->empty());
  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.content, "Because");
  EXPECT_EQ(said[1].what.finish, "interrupted");
  EXPECT_GT(await(runs->usage(ann))->tokens, 0) << "what was used is booked";
  // The one that comes back too late finds that it lost the run.
  EXPECT_TRUE(append(work, 5, {text(" of it", 7)}).is_lost);
  const auto late = finish(work, 5, complete(), "Because of it");
  EXPECT_TRUE(late.is_lost);
  EXPECT_EQ(shape_of(late.told), "result#6 idle#7");
  EXPECT_EQ(messages(work.which.conversation).size(), 2U);
}

TEST_P(RunStore, OthersAreFollowedWhereTheyWork) {
  run_store next(*store, clock);
  EXPECT_TRUE(await(next.find_moved())->empty());
  const auto work = begun("Why gold?");
  auto moved = await(next.find_moved()).value();
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].seq, 2);
  EXPECT_TRUE(await(runs->find_moved())->empty()) << "one's own";
  finish(work, 2, complete(), "x");
  moved = await(next.find_moved()).value();
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].seq, 4);
  clock.advance(std::chrono::seconds(31));
  EXPECT_TRUE(await(next.find_moved())->empty());
}

}  // namespace kontor::run
