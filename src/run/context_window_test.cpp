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

TEST(ContextWindow, LeavesAQuarterForTheAnswerButNotMoreThanItNeeds) {
  EXPECT_EQ(answer_room(8000), 2000);
  EXPECT_EQ(answer_room(32'768), 8192);
  EXPECT_EQ(answer_room(200'000), 8192);
  EXPECT_EQ(useful_bytes(40), 90);
}

}  // namespace kontor::run
