#include "async/even_pace.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace kontor::async {
namespace {

using namespace std::chrono_literals;

awaitable<void> work_and_wait(const even_pace& pace, std::chrono::milliseconds work) {
  const auto done = std::chrono::steady_clock::now() + work;
  while (std::chrono::steady_clock::now() < done)
    continue;
  co_await pace.end();
}

std::chrono::steady_clock::duration time_of(std::chrono::milliseconds work) {
  boost::asio::io_context loop;
  const auto began = std::chrono::steady_clock::now();
  const even_pace pace(20ms);
  boost::asio::co_spawn(loop, work_and_wait(pace, work), [](const std::exception_ptr&) {});
  loop.run();
  return std::chrono::steady_clock::now() - began;
}

}  // namespace

TEST(EvenPace, LittleAndMuchWorkTakeNoLessThanThePace) {
  EXPECT_GE(time_of(0ms), 20ms);
  EXPECT_GE(time_of(10ms), 20ms);
}

TEST(EvenPace, LongerWorkWaitsForNothing) {
  boost::asio::io_context loop;
  const even_pace pace(0ms);
  bool ended = false;
  boost::asio::co_spawn(loop, pace.end(), [&ended](const std::exception_ptr&) { ended = true; });
  loop.run();
  EXPECT_TRUE(ended);
}

}  // namespace kontor::async
