// Runs in which the model asks for tools, from the question to the rows.
#include "chat/tool_calls.hpp"
#include "run/chat_side.hpp"
#include "run/run_jobs.hpp"
#include "run/runner_fixture.hpp"

namespace kontor::run {
namespace {

struct RunnerTools : runner_fixture {
  RunnerTools() { offered = {{.name = "x", .description = "Does x.", .parameters = R"({"type":"object"})"}}; }

  void ask_for(std::vector<chat::tool_call> calls, std::string text = "") {
    if (!text.empty()) provider.say(chat::text_delta{std::move(text)});
    for (auto& one : calls)
      provider.say(std::move(one));
    provider.say(chat::model_done{
        .finish = chat::finish_reason::tool_calls, .usage = chat::model_usage{10, 5}, .model = "m-1", .filtered = {}});
  }
  void answer_with(std::string text) {
    provider.say(chat::text_delta{std::move(text)});
    provider.say(chat::model_done{
        .finish = chat::finish_reason::stop, .usage = chat::model_usage{20, 7}, .model = "m-1", .filtered = {}});
  }
  /// `2<1 assistant "text" x(a)`: number, parent, role, and what it is.
  std::string history(const chat::conversation_id& of) {
    std::string out;
    for (const auto& [number, what] : messages(of)) {
      if (!out.empty()) out += " | ";
      out += std::to_string(number) + "<" + std::to_string(what.parent.value_or(0)) + " " + what.role;
      if (what.tool_call_id) out += ":" + *what.tool_call_id + (*what.is_good ? "" : "!");
      for (const auto& call : chat::tool_calls_of(what))
        out += " " + call.name + "(" + call.id + ")";
      if (what.role != "tool" && !what.content.empty()) out += " " + what.content;
      if (what.finish) out += " " + *what.finish;
    }
    return out;
  }
  std::string heard_types() {
    const std::scoped_lock lock(heard->mutex);
    std::string out;
    for (const auto& one : heard->frames) {
      const auto type = text_at(one, "type");
      out += (out.empty() ? "" : " ") + (type == "status" ? text_at(one, "status") : type);
    }
    return out;
  }
  /// The roles and calls that the model was shown with its question `number`.
  std::string shown(std::size_t number) {
    const std::scoped_lock lock(provider.mutex);
    std::string out;
    for (const auto& one : provider.asked.at(number).messages) {
      out += (out.empty() ? "" : " ") + one.role + (one.tool_call_id.empty() ? "" : ":" + one.tool_call_id);
      for (const auto& call : one.tool_calls)
        out += "/" + call.id;
    }
    return out;
  }
  std::optional<chat::run_so_far> so_far(const chat::conversation_id& of) {
    return write([of](sql::session& in) { return progress_view().so_far(in, ann, of); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, RunnerTools, tests::each_database, tests::database_name);

const chat::tool_call x_a{.id = "a", .name = "x", .arguments = R"({"n":1})"};
const chat::tool_call x_b{.id = "b", .name = "x", .arguments = R"({"n":2})"};
constexpr auto a_chart = "cccccccc-cccc-4ccc-8ccc-cccccccccccc";

}  // namespace

TEST_P(RunnerTools, DoesWhatTheModelAsksForAndAsksItAgain) {
  const auto work = go();
  ask_for({x_a, x_b}, "Let me look.");
  tools.give("[1]");
  tools.give("[2]", a_chart);
  answer_with("It is 3.");
  const auto result = heard->await("result");
  heard->await("idle");
  EXPECT_EQ(history(work.which.conversation),
            "1<0 user Why gold? | 2<1 assistant x(a) x(b) Let me look. | 3<2 tool:a | 4<3 tool:b | "
            "5<4 assistant It is 3. complete");
  EXPECT_EQ(heard_types(),
            "processing message text message tool_call tool_call tool_result tool_result text result idle");
  EXPECT_EQ(result.at("usage").at("input_tokens"), 30);
  EXPECT_EQ(result.at("usage").at("output_tokens"), 12);
  EXPECT_EQ(await(runs->usage(ann))->tokens, 42);
  EXPECT_EQ(shown(0), "system user");
  EXPECT_EQ(shown(1), "system user assistant/a/b tool:a tool:b");
  EXPECT_EQ(provider.asked[1].tools.size(), 1U);
  EXPECT_EQ(provider.asked[1].messages.back().content, "[2]");
  const auto call = heard->await("tool_call");
  EXPECT_EQ(call.at("number"), 2);
  EXPECT_EQ(text_at(call.at("call"), "arguments"), R"({"n":1})");
  const auto told = heard->frames.at(7);
  EXPECT_EQ(text_at(told, "call_id"), "b");
  EXPECT_EQ(text_at(told, "name"), "x");
  EXPECT_EQ(text_at(told, "content"), "[2]");
  EXPECT_EQ(text_at(told, "chart_id"), a_chart);
  EXPECT_EQ(told.at("is_good"), true);
  EXPECT_EQ(told.at("number"), 4);
  EXPECT_EQ(told.at("parent"), 3);
  // The next question is shown all of it.
  heard = std::make_shared<ear>();
  auto next = begun("And now?", work.which.conversation);
  works->begin(std::move(next));
  answer_with("4.");
  until([&] { return works->size() == 0; });
  EXPECT_EQ(shown(2), "system user assistant/a/b tool:a tool:b assistant user");
}

TEST_P(RunnerTools, WhatWasNotOfferedIsNotDone) {
  const auto work = go();
  ask_for({{.id = "a", .name = "get_balances", .arguments = "{}"}});
  answer_with("I cannot.");
  heard->await("result");
  EXPECT_EQ(tools.count(), 0U);
  EXPECT_EQ(messages(work.which.conversation)[2].what.content, R"({"error":"There is no such tool."})");
}

TEST_P(RunnerTools, WhatIsUnderWayIsSeen) {
  const auto work = go();
  ask_for({x_a, x_b}, "Let me look.");
  heard->await("tool_call");
  auto now = so_far(work.which.conversation);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->answers, 2);
  EXPECT_EQ(now->content, "") << "it stands in the message";
  EXPECT_EQ(now->calls, (std::vector{x_a, x_b}));
  tools.give("[1]");
  heard->await("tool_result");
  now = so_far(work.which.conversation);
  EXPECT_EQ(now->answers, 3);
  EXPECT_EQ(now->calls, std::vector{x_b});
  tools.give("[2]");
  provider.say(chat::text_delta{"It"});
  until([&] { return so_far(work.which.conversation)->content == "It"; });
  EXPECT_TRUE(so_far(work.which.conversation)->calls.empty());
  provider.say(chat::model_done{});
  heard->await("idle");
}

TEST_P(RunnerTools, StoppingInTheMiddleLeavesAWholeHistory) {
  const auto work = go();
  ask_for({x_a, x_b}, "Let me look.");
  tools.give("[1]");
  heard->await("tool_result");
  until([&] { return tools.count() == 2; });
  works->cancel(ann, work.which.conversation);
  heard->await("cancelled");
  until([&] { return works->size() == 0; });
  EXPECT_EQ(history(work.which.conversation),
            "1<0 user Why gold? | 2<1 assistant x(a) x(b) Let me look. | 3<2 tool:a | 4<3 tool:b!");
  EXPECT_EQ(messages(work.which.conversation).back().what.content,
            R"({"error":"The answer was stopped. It is not known whether this was done."})");
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
  // It can be gone on with, behind the last result.
  begin({.text = std::nullopt, .conversation = work.which.conversation, .parent = 4, .request_key = {}});
}

TEST_P(RunnerTools, StoppingWhileAToolWaitsIsNoFault) {
  testing::internal::CaptureStderr();
  const auto work = go();
  ask_for({x_a});
  until([&] { return tools.count() == 1; });
  works->cancel(ann, work.which.conversation);
  heard->await("cancelled");
  until([&] { return works->size() == 0; });
  const auto logged = testing::internal::GetCapturedStderr();
  EXPECT_EQ(logged.find("a run broke"), std::string::npos) << logged;
}

TEST_P(RunnerTools, AtTheEndOfTheProgramTheHistoryIsWhole) {
  const auto work = go();
  ask_for({x_a});
  heard->await("tool_call");
  works->stop();
  EXPECT_EQ(history(work.which.conversation), "1<0 user Why gold? | 2<1 assistant x(a) | 3<2 tool:a!");
  EXPECT_FALSE(await(runs->state(ann, work.which.conversation))->running);
}

TEST_P(RunnerTools, WhatAKilledProgramLeftIsMadeWholeByTheNext) {
  const auto work = begun("Why gold?");
  auto at = append(work, 2, {{event_kind::text, "Let me look.", 0}}).seq;
  const asking asked{.text = "Let me look.", .calls = {x_a, x_b}, .model = "m-1", .used = {10, 5, false}};
  auto stored = await(runs->append(work.which, at, {}, row(asked))).value();
  EXPECT_EQ(stored.told.size(), 3U);
  const done_call done{.call = x_a, .outcome = {.is_good = true, .content = "[1]", .chart = std::nullopt}};
  stored = await(runs->append(work.which, stored.seq, {}, row(done))).value();
  run_store next(*store, clock);
  clock.advance(run_store::gone_after + std::chrono::seconds(1));
  other.emplace(next, provider, tools, listeners, [this](const run_key&) { ++ended; }, quick);
  other->start(loops.at(1));
  until([&] { return ended == 1; });
  EXPECT_EQ(history(work.which.conversation),
            "1<0 user Why gold? | 2<1 assistant x(a) x(b) Let me look. | 3<2 tool:a | 4<3 tool:b!");
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
  other->stop();
  other.reset();
}

TEST_P(RunnerTools, WhoTakesARunOverWaitsForWhatIsBeingStored) {
  const auto work = begun("Why gold?");
  run_store next(*store, clock);
  std::future<base::result<std::vector<told_event>>> taken;
  const auto take_over = [&] { taken = await_on(1, next.interrupt(work.which)); };
  write([&](sql::session& in) {
    const jobs::step from{
        .which = work.which, .program = runs->program(), .seq = work.seq, .pieces = {}, .now = clock.now()};
    const asking asked{.text = "", .calls = {x_a, x_b}, .model = "m-1", .used = {10, 5, false}};
    EXPECT_FALSE(jobs::append(in, from, row(asked)).is_lost);
    if (runs->is_alone()) return true;
    take_over();
    static constexpr sql::query<std::int64_t> waiting{
        "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"};
    until([&] { return std::get<0>(in.first(waiting).value()) > 0; });
    return true;
  });
  if (runs->is_alone()) take_over();
  EXPECT_FALSE(taken.get().value().empty());
  EXPECT_EQ(history(work.which.conversation),
            "1<0 user Why gold? | 2<1 assistant x(a) x(b) | 3<2 tool:a! | 4<3 tool:b!");
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
}

TEST_P(RunnerTools, WhatWasThoughtInEarlierRoundsIsBookedOnce) {
  const auto work = begun("Why gold?");
  auto at = append(work, 2, {{event_kind::reasoning, std::string(4000, 'x'), 0}}).seq;
  const asking asked{.text = "", .calls = {x_a}, .model = "m-1", .used = {10, 1005, false}};
  at = await(runs->append(work.which, at, {}, row(asked)))->seq;
  const done_call done{.call = x_a, .outcome = {.is_good = true, .content = "[1]", .chart = std::nullopt}};
  at = await(runs->append(work.which, at, {}, row(done)))->seq;
  append(work, at, {{event_kind::reasoning, "hmhm", 0}, {event_kind::text, "It is", 0}});
  run_store next(*store, clock);
  EXPECT_FALSE(await(next.interrupt(work.which))->empty());
  const auto said = messages(work.which.conversation).back().what;
  EXPECT_EQ(said.content, "It is");
  EXPECT_NE(said.token_usage.value().find(R"("output_tokens":1008)"), std::string::npos) << *said.token_usage;
}

TEST_P(RunnerTools, TokensAreBookedWithEachQuestion) {
  const auto work = begun("Why gold?");
  const asking asked{.text = "", .calls = {x_a}, .model = "m-1", .used = {10, 5, false}};
  const auto stored = await(runs->append(work.which, work.seq, {}, row(asked))).value();
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
  await(runs->append(work.which, work.seq, {}, row(asked))).value();
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15) << "the same once more";
  finish(work, stored.seq, {.how = finish::complete, .used = {30, 12, false}}, "x");
  EXPECT_EQ(await(runs->usage(ann))->tokens, 42);
}

TEST_P(RunnerTools, TheTokensOfTheDayAreLookedAtBeforeEachQuestion) {
  limits.tokens_per_day = 15;
  const auto work = go();
  ask_for({x_a});
  tools.give("[1]");
  EXPECT_EQ(text_at(heard->await("error"), "code"), "no-tokens-left");
  heard->await("idle");
  EXPECT_EQ(provider.asked.size(), 1U);
  EXPECT_EQ(history(work.which.conversation), "1<0 user Why gold? | 2<1 assistant x(a) | 3<2 tool:a");
  until([&] { return works->size() == 0; });
  limits.tokens_per_day = 31;
  heard = std::make_shared<ear>();
  go();
  ask_for({x_b});
  tools.give("[2]");
  answer_with("There is one left.");
  heard->await("result");
}

TEST_P(RunnerTools, InASmallWindowACutAnswerIsGoneOnWithBehindItsQuestion) {
  model.context_window = 8192;
  const auto work = begun("Why gold?");
  const asking asked{.text = "", .calls = {x_a, x_b}, .model = "m-1", .used = {10, 5, false}};
  auto at = await(runs->append(work.which, work.seq, {}, row(asked)))->seq;
  for (const auto& call : {x_a, x_b}) {
    const done_call done{.call = call, .outcome = {true, std::string(20 * 1024, 'x'), std::nullopt}};
    at = await(runs->append(work.which, at, {}, row(done)))->seq;
  }
  finish(work, at, {.how = finish::length}, "It is");
  const auto on = begin({.text = {}, .conversation = work.which.conversation, .parent = 5, .request_key = {}});
  const auto& shown = on.value().work.value().shown;
  ASSERT_EQ(shown.size(), 7U);
  EXPECT_EQ(shown[1].content, "Why gold?");
  EXPECT_EQ(shown[2].tool_calls.size(), 2U);
  EXPECT_EQ(shown[5].content, "It is");
}

TEST_P(RunnerTools, ARowIsStoredOnceHoweverOftenItIsTried) {
  const auto work = begun("Why gold?");
  const asking asked{.text = "", .calls = {x_a}, .model = "m-1", .used = {10, 5, false}};
  const auto first = await(runs->append(work.which, work.seq, {}, row(asked))).value();
  const auto again = await(runs->append(work.which, work.seq, {}, row(asked))).value();
  EXPECT_FALSE(again.is_lost);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(shape_of(again.told), shape_of(first.told));
  EXPECT_EQ(history(work.which.conversation), "1<0 user Why gold? | 2<1 assistant x(a)");
}

TEST_P(RunnerTools, AFailureBehindAResultIsToldThere) {
  const auto work = go();
  ask_for({x_a});
  tools.give("[1]");
  chat::model_failed busy;
  busy.kind = chat::model_failure::unavailable;
  provider.say(std::move(busy));
  heard->await("error");
  heard->await("idle");
  EXPECT_EQ(history(work.which.conversation), "1<0 user Why gold? | 2<1 assistant x(a) | 3<2 tool:a");
  const auto why = [&](std::int64_t message) {
    return write([&, message](sql::session& in) {
      return progress_view().why_unanswered(in, ann, work.which.conversation, message);
    });
  };
  EXPECT_TRUE(why(3));
  EXPECT_FALSE(why(1));
}

TEST_P(RunnerTools, ATooLongCallAndABrokenOneAreResults) {
  quick.call_time = std::chrono::milliseconds(30);
  const auto work = go();
  ask_for({x_a});
  heard->await("tool_result");
  tools.breaks = true;
  ask_for({x_b});
  answer_with("Sorry.");
  heard->await("result");
  EXPECT_EQ(history(work.which.conversation),
            "1<0 user Why gold? | 2<1 assistant x(a) | 3<2 tool:a! | 4<3 assistant x(b) | 5<4 tool:b! | "
            "6<5 assistant Sorry. complete");
  const auto said = messages(work.which.conversation);
  EXPECT_EQ(said[2].what.content, R"({"error":"This took too long. It is not known whether it was done."})");
  EXPECT_EQ(said[4].what.content, R"({"error":"Something went wrong here. Do not try it again."})");
}

TEST_P(RunnerTools, AWholeRunEndsInTime) {
  quick.run_time = std::chrono::milliseconds(50);
  const auto work = go();
  ask_for({x_a});
  EXPECT_EQ(text_at(heard->await("error"), "code"), "timed-out");
  heard->await("idle");
  EXPECT_EQ(history(work.which.conversation), "1<0 user Why gold? | 2<1 assistant x(a) | 3<2 tool:a!");
}

TEST_P(RunnerTools, WhatIsRemovedInTheMiddleOfACallEndsAndIsBooked) {
  const auto work = go();
  ask_for({x_a});
  heard->await("tool_call");
  write([&](sql::session& in) { return chat::statements::remove(in, ann, work.which.conversation); });
  until([&] { return works->size() == 0; });
  EXPECT_EQ(await(runs->usage(ann))->tokens, 15);
}

TEST_P(RunnerTools, ASmallWindowIsOfferedNone) {
  model.context_window = 2048;
  offered.front().description = std::string(1536, 'x');
  const auto small = begun("Why gold?");
  EXPECT_TRUE(small.tools.empty());
  EXPECT_EQ(small.window, 2048);
  offered.front().description = std::string(1500, 'x');
  const auto large = begun("Why gold?");
  EXPECT_EQ(large.tools.size(), 1U);
  EXPECT_LT(large.window, 2048);
  EXPECT_NE(small.shown.front().content, large.shown.front().content) << "it is told what it has";
}

TEST_P(RunnerTools, APinIsShownBeforeTheMessage) {
  const chat::chart_pin pin{.market = "spot",
                            .symbol = "BTCUSDT",
                            .interval = "4H",
                            .from = 1'800'000'000'000,
                            .to = 1'800'014'400'000,
                            .indicators = {"rsi(14)"},
                            .hash = std::string(64, 'a')};
  new_message what{.text = "Is it high?", .conversation = {}, .parent = {}, .request_key = {}, .chart = pin};
  const auto work = begin(std::move(what)).value().work.value();
  EXPECT_EQ(work.shown.back().content,
            "The user speaks of a chart of BTCUSDT (spot), interval 4H, candles from 2027-01-15 08:00 UTC to "
            "2027-01-15 12:00 UTC, rsi(14). The hash of its data is " +
                std::string(64, 'a') + ".\n\nIs it high?");
  const auto said = messages(work.which.conversation).front().what;
  EXPECT_EQ(said.content, "Is it high?");
  EXPECT_EQ(chat::pin_of(said), pin);
}

}  // namespace kontor::run
