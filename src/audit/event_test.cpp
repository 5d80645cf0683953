#include "audit/event.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <stdexcept>

namespace kontor::audit {
namespace {

TEST(Action, EveryNameIsItsOwnAndFindsItsActAgain) {
  std::set<std::string_view> names;
  const std::regex form("[a-z]+(_[a-z]+)*\\.[a-z]+(_[a-z]+)*");
  for (const auto& [value, name] : action_names) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(std::regex_match(std::string(name), form)) << name;
    EXPECT_EQ(name_of(value), name);
    EXPECT_EQ(parse_action(name), value);
  }
  // The last of the enumeration: a new act without its name does not get past this.
  EXPECT_EQ(action_names.size(), static_cast<std::size_t>(action::backup_restored) + 1);
}

TEST(Action, NothingElseIsAnAct) {
  for (const auto* other : {"", "session", "session.", "Session.created", "session.created ", "session.refreshed"})
    EXPECT_FALSE(parse_action(other)) << other;
}

TEST(Result, EveryNameFindsItsResultAgain) {
  std::set<std::string_view> names;
  for (const auto outcome : {result::ok, result::refused, result::failed}) {
    EXPECT_TRUE(names.insert(name_of(outcome)).second);
    EXPECT_EQ(parse_result(name_of(outcome)), outcome);
  }
  EXPECT_FALSE(parse_result(""));
  EXPECT_FALSE(parse_result("OK"));
}

event with_detail(std::string detail) {
  return {.owner = {}, .actor = {}, .action = action::policy_changed, .detail = std::move(detail), .at = {}};
}

TEST(Event, TheDetailIsNothingOrAJsonObject) {
  for (const auto* good : {"", "{}", R"({"from":1,"to":{"a":[null]}})"})
    EXPECT_NO_THROW(check(with_detail(good))) << good;
  for (const auto* bad :
       {" ", "[]", "null", "\"text\"", "{", "{}{}", R"({"a":1,"a":2})", "{\"a\":\"\xff\"}", "{'a':1}"})
    EXPECT_THROW(check(with_detail(bad)), std::invalid_argument) << bad;
}

TEST(Event, TextsHaveLimits) {
  const auto detail_of = [](std::size_t size) { return R"({"a":")" + std::string(size - 8, 'x') + "\"}"; };
  EXPECT_NO_THROW(check(with_detail(detail_of(max_detail))));
  EXPECT_THROW(check(with_detail(detail_of(max_detail + 1))), std::invalid_argument);

  auto what = with_detail("");
  what.address = std::string(max_address, 'f');
  what.request_id = std::string(max_request_id, 'f');
  EXPECT_NO_THROW(check(what));
  what.address += 'f';
  EXPECT_THROW(check(what), std::invalid_argument);
  what.address.clear();
  what.request_id += 'f';
  EXPECT_THROW(check(what), std::invalid_argument);
}

}  // namespace
}  // namespace kontor::audit
