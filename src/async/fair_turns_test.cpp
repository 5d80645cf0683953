#include "async/fair_turns.hpp"

#include "async/event_loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace kontor::async {
namespace {

base::user_id account(char name) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.fill(static_cast<std::uint8_t>(name));
  return base::user_id(base::uuid::from_random(bytes));
}

// `aab`: these stand in line, in this order; `-a`: a turn of a is over. Told is who began, in order; `!`: was refused.
std::string play(turn_limits limits, std::string_view script) {
  turn_order order(limits);
  std::map<turn_order::ticket, char> names;
  std::string out;
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i] == '-') {
      order.leave(account(script[++i]));
    } else if (const auto ticket = order.stand(account(script[i]))) {
      names[*ticket] = script[i];
    } else {
      out += '!';
    }
    while (const auto next = order.next())
      out += names.at(*next);
  }
  return out;
}

struct TurnOrder : testing::Test {
  static constexpr turn_limits four{.at_once = 4, .of_one = 2, .most_waiting = 4};
};

struct FairTurns : testing::Test {
  FairTurns() { loops.start(); }
  auto take(char who) {
    return boost::asio::co_spawn(loops.at(0).get_executor(), turns.take(account(who)), boost::asio::use_future);
  }
  void await_waiting(std::size_t count) {
    while (turns.waiting() < count)
      std::this_thread::yield();
  }
  // The loop goes last of all, so that whoever still waits is told while it is there.
  event_loops loops{1};
  fair_turns turns{{.at_once = 1, .of_one = 1, .most_waiting = 1}};
};

}  // namespace

TEST_F(TurnOrder, OneAfterTheOtherWhoeverWaits) {
  struct row {
    std::string_view script, began;
  };
  constexpr std::array<row, 11> rows{{
      {"", ""},
      {"a", "a"},
      {"aaa", "aa"},                   // half of the turns for one
      {"aaab", "aab"},                 // there is room for another
      {"aabbcc", "aabb"},              // all are taken
      {"aaaa-a-a", "aaaa"},            // its own ones follow
      {"aabbccd-a-a", "aabbcd"},       // one of each, before the second of anybody
      {"aaaabbbcc-a-b-b", "aabbabc"},  // round and round
      {"aaaaaaa", "aa!"},              // two are at it, four wait
      {"aaaaaaab", "aa!b"},            // which is nothing to b
      {"aaaaaa-ab-b-a", "aaaba"},
  }};
  for (const auto& [script, began] : rows)
    EXPECT_EQ(play(four, script), began) << script;
}

TEST_F(TurnOrder, ForgetsWhoHasGone) {
  turn_order order(four);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(order.stand(account('a')));
    ASSERT_TRUE(order.next());
    EXPECT_EQ(order.taken(), 1U);
    order.leave(account('a'));
  }
  EXPECT_EQ(order.taken(), 0U);
  EXPECT_EQ(order.waiting(), 0U);
}

TEST_F(FairTurns, ATurnThatIsLetGoOfIsTheNextOnes) {
  auto first = take('a').get();
  ASSERT_TRUE(first);
  auto second = take('a');
  await_waiting(1);
  auto refused = take('a').get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::errc::too_many_requests);
  auto other = take('b');
  await_waiting(2);
  first->reset();
  auto again = second.get();
  ASSERT_TRUE(again);
  EXPECT_EQ(other.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  again->reset();
  EXPECT_TRUE(other.get());
}

TEST_F(FairTurns, AtTheEndWhoeverWaitsIsTold) {
  auto first = take('a').get();
  ASSERT_TRUE(first);
  auto second = take('a');
  auto third = take('b');
  await_waiting(2);
  turns.abandon();
  turns.abandon();
  for (auto* const one : {&second, &third}) {
    const auto told = one->get();
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, base::errc::unavailable);
  }
  EXPECT_EQ(turns.waiting(), 0U);
  first->reset();
  const auto late = take('c').get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::errc::unavailable);
}

}  // namespace kontor::async
