#include "async/task_group.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <stdexcept>

namespace kontor::async {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

awaitable<void> wait_long(bool& ended) {
  timer forever(co_await boost::asio::this_coro::executor, std::chrono::hours(1));
  struct at_end {
    bool& flag;
    ~at_end() { flag = true; }
  } mark{ended};
  co_await forever.async_wait(use_awaitable);
}

awaitable<void> fail() {
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, use_awaitable);
  throw std::runtime_error("broken");
}

}  // namespace

TEST(TaskGroup, CancelEndsEveryRootAndDrainSeesIt) {
  boost::asio::io_context loop;
  task_group group(loop);
  bool first = false;
  bool second = false;
  group.spawn("first", wait_long(first));
  group.spawn("second", wait_long(second));
  EXPECT_EQ(group.size(), 2u);
  boost::asio::post(loop, [&] { group.cancel_all(); });
  auto drained =
      boost::asio::co_spawn(loop.get_executor(), group.drain(std::chrono::hours(1)), boost::asio::use_future);
  loop.run();
  EXPECT_TRUE(drained.get());
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_EQ(group.failures(), 0u);
}

TEST(TaskGroup, DrainGivesUpAtItsLimit) {
  boost::asio::io_context loop;
  task_group group(loop);
  bool ended = false;
  group.spawn("stubborn", wait_long(ended));
  auto drained =
      boost::asio::co_spawn(loop.get_executor(), group.drain(std::chrono::milliseconds(1)), boost::asio::use_future);
  while (drained.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    loop.run_one();
  EXPECT_FALSE(drained.get());
  EXPECT_EQ(group.size(), 1u);
  group.cancel_all();
  loop.run();
  EXPECT_EQ(group.size(), 0u);
}

// PocketBase #7762: a failure in the background ended the process.
TEST(TaskGroup, AFailureIsCountedAndOthersGoOn) {
  boost::asio::io_context loop;
  task_group group(loop);
  group.spawn("failing", fail());
  loop.run();
  EXPECT_EQ(group.failures(), 1u);
  EXPECT_EQ(group.size(), 0u);
}

}  // namespace kontor::async
