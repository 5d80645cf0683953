#include "async/blocking_pool.hpp"

#include "async/event_loops.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
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

// PocketBase #7762: a failure in a worker thread ended the process.
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

namespace {

awaitable<base::result<int>> run_in(blocking_pool& pool, std::function<int()> body) {
  co_return co_await pool.run(std::move(body));
}

// A pool whose only thread is held by a first job, with a second one queued behind it.
struct held_pool {
  explicit held_pool(loop_fixture& in) {
    first = in.spawn(run_in(pool, [this] {
      started.count_down();
      release.wait();
      return 1;
    }));
    started.wait();
    second = in.spawn(run_in(pool, [] { return 2; }));
    while (pool.metrics().waiting == 0)
      std::this_thread::yield();
  }
  blocking_pool pool{{.name = "test", .threads = 1}};
  std::latch started{1};
  std::latch release{1};
  std::future<base::result<int>> first;
  std::future<base::result<int>> second;
};

}  // namespace

TEST_F(BlockingPool, StopRunsWhatIsQueuedAndRefusesTheRest) {
  held_pool held(*this);
  std::jthread stopping([&] { held.pool.stop(); });
  held.release.count_down();
  stopping.join();
  EXPECT_EQ(*held.first.get(), 1);
  EXPECT_EQ(*held.second.get(), 2);
  const auto after = spawn(run_in(held.pool, [] { return 4; })).get();
  ASSERT_TRUE(after.has_error());
  EXPECT_EQ(after.error().code, base::errc::unavailable);
}

TEST_F(BlockingPool, AbandonAnswersWhatIsQueuedWithoutRunningIt) {
  held_pool held(*this);
  std::jthread stopping([&] { held.pool.abandon(); });
  const auto queued = held.second.get();
  ASSERT_TRUE(queued.has_error());
  EXPECT_EQ(queued.error().code, base::errc::unavailable);
  held.release.count_down();
  stopping.join();
  EXPECT_EQ(*held.first.get(), 1);
}

TEST_F(BlockingPool, BackgroundThreadsStepBack) {
  blocking_pool pool({.name = "test", .threads = 1, .queue_limit = 1, .priority = thread_priority::background});
  auto task = [](blocking_pool& p) -> awaitable<base::result<int>> {
    auto job = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
    co_return co_await p.run(std::move(job));
  };
  const int own = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(*spawn(task(pool)).get(), std::min(19, own + 15));
}

TEST_F(BlockingPool, BackgroundThreadsAskForTheLongestSlicesWhereTheKernelHasThem) {
  utsname kernel{};
  ASSERT_EQ(::uname(&kernel), 0);
  int major = 0;
  int minor = 0;
  ASSERT_EQ(std::sscanf(kernel.release, "%d.%d", &major, &minor), 2);
  const bool has_slices = major > 6 || (major == 6 && minor >= 12);

  blocking_pool pool({.name = "test", .threads = 1, .queue_limit = 1, .priority = thread_priority::background});
  auto task = [](blocking_pool& p) -> awaitable<base::result<std::uint64_t>> {
    auto job = []() -> std::uint64_t {
      struct {
        std::uint32_t size, policy;
        std::uint64_t flags;
        std::int32_t nice;
        std::uint32_t priority;
        std::uint64_t runtime, deadline, period;
      } found{};
      return ::syscall(SYS_sched_getattr, 0, &found, unsigned{sizeof found}, 0u) == 0 ? found.runtime : 0;
    };
    co_return co_await p.run(std::move(job));
  };
  const auto slice = std::chrono::nanoseconds(*spawn(task(pool)).get());
  if (has_slices) {
    EXPECT_EQ(slice, std::chrono::milliseconds(100));
  }
}

TEST_F(BlockingPool, ADroppedCompletionStillAnswers) {
  auto task = []() -> awaitable<base::result<int>> {
    auto drop = [](completion<int>) {};
    co_return co_await wait_for<int>(std::move(drop));
  };
  EXPECT_EQ(spawn(task()).get().error().code, base::errc::internal);
}

}  // namespace kontor::async
