// An answer in the middle of which the model asks for tools.
#include "run/answer.hpp"

#include "chat/tool_calls.hpp"

#include <gtest/gtest.h>

namespace kontor::run {
namespace {

using chat::model_event;
using enum chat::finish_reason;

chat::tool_call call(std::string name, std::string arguments = "{}", std::string id = "") {
  return {.id = std::move(id), .name = std::move(name), .arguments = std::move(arguments)};
}
model_event ended(chat::finish_reason how, std::optional<chat::model_usage> used = std::nullopt) {
  return chat::model_done{.finish = how, .usage = used, .model = "m-1", .filtered = {}};
}
chat::tool_outcome good(std::string content) {
  return {.is_good = true, .content = std::move(content), .chart = std::nullopt};
}

answer with_tools() {
  return answer(400, chat::tool_use::as_it_likes);
}
void ask(answer& of, std::vector<chat::tool_call> calls, std::optional<chat::model_usage> used = std::nullopt) {
  for (auto& one : calls)
    of.take(std::move(one));
  of.take(ended(tool_calls, used));
}
/// Stores the row that waits.
row keep(answer& of) {
  auto what = of.take_row().value();
  of.row_kept();
  return what;
}
void do_one(answer& of, std::string content = "1") {
  of.take(good(std::move(content)));
  keep(of);
}

}  // namespace

TEST(AnswerWithTools, AsksIsAnsweredAndIsAskedAgain) {
  auto made = with_tools();
  made.take(chat::text_delta{"Let me look."});
  ask(made, {call("x", "{}", "a"), call("y", "{}", "b")}, chat::model_usage{10, 5});
  EXPECT_EQ(made.where(), phase::calls);
  EXPECT_FALSE(made.end());
  EXPECT_EQ(made.take_pieces().size(), 1U);
  const auto asked = std::get<asking>(keep(made));
  EXPECT_EQ(asked.text, "Let me look.");
  EXPECT_EQ(asked.model, "m-1");
  EXPECT_EQ(asked.used, (usage{10, 5, false}));
  ASSERT_EQ(asked.calls.size(), 2U);
  EXPECT_EQ(made.text(), "") << "it stands in the row";
  for (const char* const id : {"a", "b"}) {
    EXPECT_EQ(made.where(), phase::calls);
    ASSERT_NE(made.next_call(), nullptr);
    EXPECT_EQ(made.next_call()->id, id);
    EXPECT_FALSE(made.known_outcome());
    made.take(good(id));
    EXPECT_TRUE(made.has_row());
    const auto result = std::get<done_call>(keep(made));
    EXPECT_EQ(result.call.id, id);
    EXPECT_EQ(result.outcome.content, id);
  }
  EXPECT_EQ(made.next_call(), nullptr);
  made.ask_again(800);
  EXPECT_EQ(made.where(), phase::asks);
  made.take(chat::text_delta{"It is 3."});
  EXPECT_EQ(made.take_pieces().front().number, 0) << "counted from the last row";
  made.take(ended(stop, chat::model_usage{20, 7}));
  EXPECT_EQ(made.end()->how, finish::complete);
  EXPECT_EQ(made.end()->used, (usage{30, 12, false})) << "of all questions";
  EXPECT_EQ(made.text(), "It is 3.");
}

TEST(AnswerWithTools, WhoWasOfferedNoneFails) {
  answer made(400);
  ask(made, {call("x")});
  ASSERT_TRUE(made.end());
  EXPECT_EQ(made.end()->why->words, "The model asks for tools, and was offered none.");
  EXPECT_FALSE(made.has_row());
  answer both(400);
  both.take(chat::text_delta{"It is 3."});
  ask(both, {call("x")});
  ASSERT_TRUE(both.end());
  EXPECT_EQ(both.end()->how, finish::complete) << "it has answered as well";
  EXPECT_EQ(both.text(), "It is 3.");
  EXPECT_FALSE(both.has_row());
}

TEST(AnswerWithTools, SaysWhatWasBookedWithItsRows) {
  auto made = with_tools();
  ask(made, {call("x")}, chat::model_usage{10, 5});
  keep(made);
  do_one(made);
  made.ask_again(800);
  made.take(chat::text_delta{"x"});
  made.take(ended(stop, chat::model_usage{20, 7}));
  EXPECT_EQ(made.end()->booked, 15);
  // The row was on its way when it was stopped: then it counts when it is there.
  auto stopped = with_tools();
  ask(stopped, {call("x")}, chat::model_usage{10, 5});
  (void)stopped.take_row();
  stopped.stop(finish::cancelled);
  EXPECT_EQ(stopped.end()->booked, 0);
  stopped.row_kept();
  EXPECT_EQ(stopped.end()->booked, 15);
  auto lost = with_tools();
  ask(lost, {call("x")}, chat::model_usage{10, 5});
  (void)lost.take_row();
  lost.row_lost();
  lost.stop(finish::cancelled);
  EXPECT_FALSE(lost.has_row());
  EXPECT_EQ(lost.end()->booked, 0);
  EXPECT_EQ(lost.end()->used, (usage{10, 5, false}));
}

TEST(AnswerWithTools, CallsAreDoneWhatEverTheReasonToEndIsCalled) {
  auto none = with_tools();
  none.take(chat::text_delta{"abc"});
  none.take(ended(tool_calls));
  EXPECT_EQ(none.end()->how, finish::complete) << "there are none";
  auto nothing = with_tools();
  nothing.take(ended(tool_calls));
  EXPECT_EQ(nothing.end()->why->kind, "broken-answer");
}

TEST(AnswerWithTools, TheSameAgainIsNotDoneAgain) {
  auto made = with_tools();
  ask(made, {call("x", R"({"a":1,"b":2})"), call("x", R"({ "b": 2, "a": 1 })"), call("y", R"({"a":1,"b":2})")});
  keep(made);
  do_one(made, "first");
  ASSERT_TRUE(made.known_outcome());
  EXPECT_EQ(made.known_outcome()->content, "first");
  made.take(*made.known_outcome());
  keep(made);
  EXPECT_FALSE(made.known_outcome()) << "another tool";
  do_one(made);
  ask(made, {call("x", R"({"a":1,"b":2})"), call("x", R"({"a":1,"b":3})")});
  keep(made);
  EXPECT_EQ(made.known_outcome()->content, "first") << "in a later round as well";
  made.take(*made.known_outcome());
  keep(made);
  EXPECT_FALSE(made.known_outcome()) << "other arguments";
}

TEST(AnswerWithTools, AnIdNamesOneCallOfTheRun) {
  auto made = with_tools();
  ask(made, {call("x", "{}", "a"), call("y", "{}", "a"), call("z", "{}", "")});
  const auto first = std::get<asking>(keep(made)).calls;
  for (int i = 0; i < 3; ++i)
    do_one(made);
  ask(made, {call("x", "{1}", "a"), call("rm -rf\n", "{\x1b}", std::string(500, 'i'))});
  auto all = std::get<asking>(keep(made)).calls;
  EXPECT_EQ(all[1].name, "rm_-rf_");
  EXPECT_EQ(all[1].arguments, "{}");
  EXPECT_LE(all[1].id.size(), 200U);
  all.insert(all.end(), first.begin(), first.end());
  std::set<std::string> ids;
  for (const auto& one : all)
    EXPECT_TRUE(!one.id.empty() && ids.insert(one.id).second) << one.id;
  EXPECT_EQ(first[0].id, "a");
}

TEST(AnswerWithTools, AsMuchAsMayBeAskedForCanBeReadAgain) {
  auto made = with_tools();
  const std::vector<chat::tool_call> many(16, call("", std::string(chat::most_bytes_of_calls / 16, 'x')));
  ask(made, many);
  const auto asked = std::get<asking>(keep(made)).calls;
  EXPECT_EQ(chat::parse_tool_calls(chat::to_json(asked)), asked);
}

TEST(AnswerWithTools, EightRoundsAndNotOneMore) {
  auto made = with_tools();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(made.may_use(), chat::tool_use::as_it_likes);
    ask(made, {call("x", std::to_string(i))});
    ASSERT_EQ(made.where(), phase::calls) << i;
    keep(made);
    do_one(made);
    made.ask_again(400);
  }
  EXPECT_EQ(made.may_use(), chat::tool_use::none);
  ask(made, {call("x", "8")});
  ASSERT_TRUE(made.end());
  EXPECT_EQ(made.end()->how, finish::failed);
  EXPECT_EQ(made.end()->why->kind, "too-many-calls");
}

TEST(AnswerWithTools, SixteenCallsAreDoneAndNotOneMore) {
  auto made = with_tools();
  const auto round = [&made](int from, int count) {
    std::vector<chat::tool_call> calls;
    for (int i = 0; i < count; ++i)
      calls.push_back(call("x", std::to_string(from + i)));
    ask(made, std::move(calls));
    keep(made);
  };
  round(0, 15);
  for (int i = 0; i < 15; ++i)
    do_one(made);
  EXPECT_EQ(made.may_use(), chat::tool_use::as_it_likes);
  round(15, 2);
  EXPECT_FALSE(made.known_outcome()) << "the sixteenth";
  do_one(made);
  ASSERT_TRUE(made.known_outcome()) << "the seventeenth";
  EXPECT_FALSE(made.known_outcome()->is_good);
  made.take(*made.known_outcome());
  keep(made);
  EXPECT_EQ(made.may_use(), chat::tool_use::none);
  made.take(chat::text_delta{"done"});
  made.take(ended(stop));
  EXPECT_EQ(made.end()->how, finish::complete);
}

TEST(AnswerWithTools, StoppedAtEachPoint) {
  // Nobody has begun to store what it asks for: as if it had not.
  auto waiting = with_tools();
  waiting.take(chat::text_delta{"abc"});
  ask(waiting, {call("x")}, chat::model_usage{1, 2});
  waiting.stop(finish::cancelled);
  EXPECT_FALSE(waiting.has_row());
  EXPECT_EQ(waiting.text(), "abc");
  EXPECT_EQ(waiting.end()->used, (usage{1, 2, false}));
  // It is being stored: then the text stands there.
  auto storing = with_tools();
  storing.take(chat::text_delta{"abc"});
  ask(storing, {call("x")}, chat::model_usage{1, 2});
  (void)storing.take_row();
  storing.stop(finish::cancelled);
  EXPECT_TRUE(storing.has_row());
  storing.row_kept();
  EXPECT_EQ(storing.text(), "");
  EXPECT_EQ(storing.end()->used, (usage{1, 2, false})) << "it was not asked again";
  // What was done is kept in any case.
  auto with_result = with_tools();
  ask(with_result, {call("x"), call("y")}, chat::model_usage{1, 2});
  keep(with_result);
  with_result.take(good("1"));
  with_result.stop(finish::interrupted);
  EXPECT_TRUE(with_result.has_row());
  EXPECT_EQ(std::get<done_call>(keep(with_result)).call.name, "x");
  with_result.take(good("late"));
  EXPECT_FALSE(with_result.has_row());
  // Not asked again yet: that question is not counted.
  auto between = with_tools();
  ask(between, {call("x")}, chat::model_usage{1, 2});
  keep(between);
  do_one(between);
  between.stop(finish::cancelled);
  EXPECT_EQ(between.end()->used, (usage{1, 2, false}));
  // Asked again, and stopped before the first piece.
  auto asked = with_tools();
  ask(asked, {call("x")}, chat::model_usage{1, 2});
  keep(asked);
  do_one(asked);
  asked.ask_again(800);
  asked.stop(finish::cancelled);
  EXPECT_EQ(asked.end()->used, (usage{201, 2, true}));
}

TEST(AnswerWithTools, TheTextOfAllRoundsIsCutAt256KiB) {
  auto made = with_tools();
  made.take(chat::text_delta{std::string(max_answer - 1, 'x')});
  ask(made, {call("x")});
  keep(made);
  do_one(made);
  made.take(chat::text_delta{"yz"});
  ASSERT_TRUE(made.end());
  EXPECT_EQ(made.end()->how, finish::length);
  EXPECT_EQ(made.text(), "y");
}

TEST(AnswerWithTools, WhatAToolSaysHasNoControlCharacters) {
  auto made = with_tools();
  ask(made, {call("x")});
  keep(made);
  made.take(good("a\x1b[31mb"));
  EXPECT_EQ(std::get<done_call>(keep(made)).outcome.content, "a[31mb");
}

}  // namespace kontor::run
