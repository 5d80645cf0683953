// A pool whose thread has run out of memory, or whose jobs break in other ways: the job fails, whoever waits is
// answered, the thread goes on.
#include "async/blocking_pool.hpp"
#include "async/event_loops.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <thread>

namespace {

// Of the thread that sets it: everything that asks for memory there is refused.
thread_local bool is_out_of_memory = false;

void* memory_or_null(std::size_t size) noexcept {
  return is_out_of_memory ? nullptr : std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* const got = memory_or_null(size)) return got;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
// Where Asio takes the memory of what it queues from.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  void* got = nullptr;
  if (is_out_of_memory || ::posix_memalign(&got, std::max(alignment, sizeof(void*)), size) != 0) return nullptr;
  return got;
}

namespace kontor::async {
namespace {

struct BlockingPoolBreakage : testing::Test {
  BlockingPoolBreakage() { loops.start(); }
  template <class Job>
  auto run(Job job) {
    auto task = [](blocking_pool& p, Job what) -> awaitable<base::result<std::invoke_result_t<Job&>>> {
      co_return co_await p.run(std::move(what));
    };
    return boost::asio::co_spawn(loops.at(0).get_executor(), task(pool, std::move(job)), boost::asio::use_future);
  }
  std::thread::id thread_of_pool() {
    return *run([] {
              is_out_of_memory = false;
              return std::this_thread::get_id();
            }).get();
  }

  event_loops loops{1};
  blocking_pool pool{{.name = "test"}};
};

// A value that can be moved out of the job and no further.
struct stubborn {
  explicit stubborn(int times = 1000) : moves_left(times) {}
  stubborn(const stubborn& from) : moves_left(from.moves_left - 1) {
    if (moves_left < 0) throw std::runtime_error("not to be moved");
  }
  stubborn& operator=(const stubborn&) = default;
  int moves_left;
};

}  // namespace

// c.80
TEST_F(BlockingPoolBreakage, C80AJobThatRunsOutOfMemoryFailsAndTheThreadGoesOn) {
  const auto thread = thread_of_pool();
  auto broken = run([]() -> int {
    is_out_of_memory = true;
    ::operator delete(::operator new(64));
    return 1;
  });
  EXPECT_THROW((void)broken.get(), std::bad_alloc);
  EXPECT_EQ(thread_of_pool(), thread);
}

// c.80
TEST_F(BlockingPoolBreakage, C80AnAnswerNeedsNoMemory) {
  const auto thread = thread_of_pool();
  auto answered = run([] {
    is_out_of_memory = true;
    return 7;
  });
  EXPECT_EQ(*answered.get(), 7);
  EXPECT_EQ(thread_of_pool(), thread);
}

TEST_F(BlockingPoolBreakage, AValueThatCannotBeHandedOverIsAnException) {
  const auto thread = thread_of_pool();
  for (const int moves : {0, 1}) {
    auto broken = run([moves] { return stubborn(moves); });
    EXPECT_THROW((void)broken.get(), std::runtime_error) << moves;
  }
  EXPECT_EQ(thread_of_pool(), thread);
}

TEST_F(BlockingPoolBreakage, WhatIsNoExceptionOfTheLibraryIsOneToo) {
  const auto thread = thread_of_pool();
  auto broken = run([]() -> int { throw 7; });
  EXPECT_THROW((void)broken.get(), int);
  EXPECT_EQ(thread_of_pool(), thread);
}

}  // namespace kontor::async
