#include "run/context_window.hpp"

#include <gtest/gtest.h>

namespace kontor::run {
namespace {

using messages = std::vector<chat::model_message>;

// `u30 a12`: a message of the user of 30 bytes, one of the assistant of 12.
messages branch_of(std::string_view written) {
  messages out;
  while (!written.empty()) {
    const auto end = std::min(written.find(' '), written.size());
    const auto size = std::stoul(std::string(written.substr(1, end - 1)));
    out.push_back({.role = written[0] == 'u'   ? "user"
                           : written[0] == 's' ? "system"
                                               : "assistant",
                   .content = std::string(size, written[0])});
    written.remove_prefix(std::min(end + 1, written.size()));
  }
  return out;
}

std::string shape_of(const std::optional<messages>& shown) {
  if (!shown) return "too long";
  std::string out;
  for (const auto& message : *shown)
    out.append(out.empty() ? "" : " ").append(message.role, 0, 1) += std::to_string(message.content.size());
  return out;
}

}  // namespace

TEST(ContextWindow, HasTheLatestMessagesThatFit) {
  // A window of 40 tokens has room for 30 of messages: 90 bytes.
  struct row {
    const char* branch;
    const char* shown;
  };
  for (const auto& [branch, shown] : std::initializer_list<row>{
           {"u90", "u90"},
           {"u91", "too long"},
           {"u30 a30 u30", "u30 a30 u30"},
           {"u31 a30 u30", "u30"},  // The answer that is left would be the first.
           {"u9 a3 u30 a30 u30", "u30 a30 u30"},
           {"u30 u30 u30 u30", "u30 u30 u30"},
           {"a30 u30", "u30"},
           {"s30 u30", "s30 u30"},
       })
    EXPECT_EQ(shape_of(fit_into_window(branch_of(branch), "", 40)), shown) << branch;
}

TEST(ContextWindow, CountsTheInstructions) {
  const std::string instructions(30, 'i');
  EXPECT_EQ(shape_of(fit_into_window(branch_of("u60"), instructions, 40)), "s30 u60");
  EXPECT_EQ(shape_of(fit_into_window(branch_of("u61"), instructions, 40)), "too long");
}

TEST(ContextWindow, AnAnswerIsGoneOnWithByRequest) {
  const auto shown = fit_into_window(branch_of("u30 a30"), "", 1000);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->size(), 3U);
  EXPECT_EQ(shown->at(1).role, "assistant");
  EXPECT_EQ(shown->at(2).role, "user");
  // What it answers must be there with it.
  EXPECT_EQ(shape_of(fit_into_window(branch_of("u3000 a30"), "", 1000)), "too long");
  // Nothing was asked before, in what came from elsewhere.
  EXPECT_TRUE(fit_into_window(branch_of("a30"), "", 1000));
}

namespace {

messages with_calls() {
  return {{.role = "user", .content = std::string(30, 'u')},
          {.role = "assistant",
           .content = "",
           .tool_calls = {{.id = "a", .name = "x", .arguments = "{}"}, {.id = "b", .name = "y", .arguments = "{}"}}},
          {.role = "tool", .content = std::string(30, 'r'), .tool_call_id = "a", .tool_name = "x"},
          {.role = "tool", .content = std::string(30, 's'), .tool_call_id = "b", .tool_name = "y"}};
}

/// `tool:a` for results, `assistant(a,b)` for who asks.
std::string calls_of(const messages& shown) {
  std::string out;
  for (const auto& message : shown) {
    out += (out.empty() ? "" : " ") + message.role;
    if (!message.tool_call_id.empty()) out += ":" + message.tool_call_id;
    for (const auto& call : message.tool_calls)
      out += (&call == &message.tool_calls.front() ? "(" : ",") + call.id;
    if (!message.tool_calls.empty()) out += ")";
  }
  return out;
}

}  // namespace

TEST(ContextWindow, EachCallHasItsResultRightBehindIt) {
  EXPECT_EQ(calls_of(with_whole_calls(with_calls())), "user assistant(a,b) tool:a tool:b");
  auto turned = with_calls();
  std::swap(turned[2], turned[3]);
  EXPECT_EQ(calls_of(with_whole_calls(turned)), "user assistant(a,b) tool:a tool:b");
  // The program was killed after the first one.
  auto half = with_calls();
  half.pop_back();
  const auto whole = with_whole_calls(half);
  EXPECT_EQ(calls_of(whole), "user assistant(a,b) tool:a tool:b");
  EXPECT_EQ(whole[3].content, R"({"error":"This was stopped before it was done."})");
  EXPECT_EQ(whole[3].tool_name, "y");
  // A branch that begins between them.
  auto branch = with_calls();
  branch.resize(2);
  branch.push_back({.role = "user", .content = "another way"});
  EXPECT_EQ(calls_of(with_whole_calls(branch)), "user assistant(a,b) tool:a tool:b user");
  // Results whose call is not there.
  auto orphans = with_calls();
  orphans.erase(orphans.begin() + 1);
  EXPECT_EQ(calls_of(with_whole_calls(orphans)), "user tool tool");
  auto others = with_calls();
  others.push_back({.role = "tool", .content = "1", .tool_call_id = "c", .tool_name = "z"});
  EXPECT_EQ(calls_of(with_whole_calls(others)), "user assistant(a,b) tool:a tool:b");
}

TEST(ContextWindow, NobodyAsksToGoOnBehindAResult) {
  EXPECT_EQ(calls_of(*fit_into_window(with_calls(), "", 1000)), "user assistant(a,b) tool:a tool:b");
  // One of the predecessor's is an answer as any other.
  EXPECT_EQ(shape_of(fit_into_window({{.role = "user", .content = "a"}, {.role = "tool", .content = "b"}}, "", 1000))
                .substr(0, 6),
            "u1 t1 ");
}

TEST(ContextWindow, CallsAndResultsGoTogetherWithTheirQuestion) {
  auto branch = with_calls();
  branch.push_back({.role = "assistant", .content = std::string(30, 'a')});
  branch.push_back({.role = "user", .content = std::string(30, 'v')});
  // The calls take 6 bytes each, a result 32: 30 + 8 + 64 + 30 + 30.
  EXPECT_EQ(calls_of(*fit_into_window(branch, "", 1000)), "user assistant(a,b) tool:a tool:b assistant user");
  for (std::int64_t window = 14; window < 70; ++window) {
    const auto shown = calls_of(*fit_into_window(branch, "", window));
    EXPECT_TRUE(shown == "user" || shown == "user assistant(a,b) tool:a tool:b assistant user") << window << shown;
  }
}

TEST(ContextWindow, ResultsThatDoNotFitAreLeftOutTheOldestFirst) {
  auto branch = with_calls();
  branch[2].content = std::string(3000, 'r');
  branch[3].content = std::string(3000, 's');
  const auto sizes = [&branch](std::int64_t window) {
    const auto shown = fit_into_window(branch, "", window);
    return shown ? std::to_string(shown->at(2).content.size()) + " " + std::to_string(shown->at(3).content.size())
                 : "too long";
  };
  EXPECT_EQ(sizes(4000), "3000 3000");
  EXPECT_EQ(sizes(2000), "88 3000");
  EXPECT_EQ(sizes(500), "88 88");
  EXPECT_EQ(sizes(40), "too long");
}

TEST(ContextWindow, LeavesAQuarterForTheAnswerButNotMoreThanItNeeds) {
  EXPECT_EQ(answer_room(8000), 2000);
  EXPECT_EQ(answer_room(32'768), 8192);
  EXPECT_EQ(answer_room(200'000), 8192);
  EXPECT_EQ(useful_bytes(40), 90);
}

}  // namespace kontor::run
