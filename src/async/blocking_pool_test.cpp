#include "async/blocking_pool.hpp"

#include "async/event_loops.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <latch>
#include <stdexcept>

namespace kontor::async {
namespace {

struct loop_fixture : testing::Test {
  loop_fixture() { loops.start(); }
  template <class T>
  std::future<T> spawn(awaitable<T> task) {
    return boost::asio::co_spawn(loops.at(0).get_executor(), std::move(task), boost::asio::use_future);
  }
  event_loops loops{1};
};

using BlockingPool = loop_fixture;

}  // namespace

TEST_F(BlockingPool, RunsElsewhereAndResumesOnTheLoop) {
  blocking_pool pool({.name = "test"});
  auto task = [](blocking_pool& p) -> awaitable<bool> {
    const auto before = std::this_thread::get_id();
    auto job = [] { return std::this_thread::get_id(); };
    const auto worker = co_await p.run(std::move(job));
    co_return worker.has_value() && *worker != before&& std::this_thread::get_id() == before;
  };
  EXPECT_TRUE(spawn(task(pool)).get());
  EXPECT_EQ(pool.metrics().refused, 0u);
}

TEST_F(BlockingPool, AFullQueueRefusesAndTellsWhenToComeBack) {
  blocking_pool pool({.name = "test", .threads = 1, .queue_limit = 2});
  std::latch started(1);
  std::latch release(1);
  auto task = [](blocking_pool& p, std::function<void()> body) -> awaitable<base::result<int>> {
    auto job = [body = std::move(body)] {
      body();
      return 7;
    };
    co_return co_await p.run(std::move(job));
  };
  auto running = spawn(task(pool, [&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  auto first = spawn(task(pool, [] {}));
  auto second = spawn(task(pool, [] {}));
  const auto third = spawn(task(pool, [] {})).get();
  ASSERT_TRUE(third.has_error());
  EXPECT_EQ(third.error().code, base::errc::overloaded);
  EXPECT_GE(third.error().retry_after, std::chrono::seconds(1));
  release.count_down();
  EXPECT_EQ(*running.get(), 7);
  EXPECT_EQ(*first.get(), 7);
  EXPECT_EQ(*second.get(), 7);
  EXPECT_EQ(pool.metrics().refused, 1u);
}

TEST_F(BlockingPool, AThrowingJobReachesItsCallerAndThePoolLives) {
  blocking_pool pool({.name = "test"});
  auto task = [](blocking_pool& p) -> awaitable<std::string> {
    auto job = []() -> int { throw std::runtime_error("broken"); };
    std::string caught;
    try {
      (void)co_await p.run(std::move(job));
    } catch (const std::runtime_error& e) {
      caught = e.what();
    }
    auto next = [] { return std::string("alive"); };
    const auto after = co_await p.run(std::move(next));
    co_return caught + " " + after.value();
  };
  EXPECT_EQ(spawn(task(pool)).get(), "broken alive");
}

TEST_F(BlockingPool, StopRunsWhatIsQueuedAndRefusesTheRest) {
  blocking_pool pool({.name = "test", .threads = 1});
  auto task = [](blocking_pool& p) -> awaitable<base::result<int>> {
    auto job = [] { return 1; };
    co_return co_await p.run(std::move(job));
  };
  auto before = spawn(task(pool));
  EXPECT_EQ(*before.get(), 1);
  pool.stop();
  const auto after = spawn(task(pool)).get();
  ASSERT_TRUE(after.has_error());
  EXPECT_EQ(after.error().code, base::errc::unavailable);
}

TEST_F(BlockingPool, BackgroundThreadsStepBack) {
  blocking_pool pool({.name = "test", .threads = 1, .queue_limit = 1, .priority = thread_priority::background});
  auto task = [](blocking_pool& p) -> awaitable<base::result<int>> {
    auto job = [] { return sched_getscheduler(0); };
    co_return co_await p.run(std::move(job));
  };
  EXPECT_EQ(*spawn(task(pool)).get(), SCHED_IDLE);
}

TEST_F(BlockingPool, ADroppedCompletionStillAnswers) {
  auto task = []() -> awaitable<base::result<int>> {
    auto drop = [](completion<int>) {};
    co_return co_await wait_for<int>(std::move(drop));
  };
  EXPECT_EQ(spawn(task()).get().error().code, base::errc::internal);
}

}  // namespace kontor::async
