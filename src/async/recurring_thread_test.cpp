#include "async/recurring_thread.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace kontor::async {

TEST(RecurringThread, DoesItAgainWhateverBecameOfItBefore) {
  std::promise<void> third;
  int times = 0;
  recurring_thread every("test", std::chrono::milliseconds(1), [&](const std::stop_token&) -> base::result<void> {
    ++times;
    if (times == 1) throw std::runtime_error("out of order");
    if (times == 2) return base::error{base::errc::unavailable, "", "", "away"};
    if (times == 3) third.set_value();
    return {};
  });
  every.start();
  EXPECT_EQ(third.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  every.stop();
  every.stop();
  EXPECT_GE(times, 3);
}

TEST(RecurringThread, StopsInTheMiddleOfAPauseAndTellsWhoIsAtWork) {
  std::promise<void> begun;
  bool was_told = false;
  recurring_thread at_work("test", std::chrono::hours(1), [&](const std::stop_token& stop) -> base::result<void> {
    begun.set_value();
    while (!stop.stop_requested())
      std::this_thread::yield();
    was_told = true;
    return {};
  });
  at_work.start();
  begun.get_future().get();
  at_work.stop();
  EXPECT_TRUE(was_told);

  std::promise<void> done;
  recurring_thread pausing("test", std::chrono::hours(1), [&](const std::stop_token&) -> base::result<void> {
    done.set_value();
    return {};
  });
  pausing.start();
  done.get_future().get();
  pausing.stop();

  recurring_thread never("test", std::chrono::hours(1),
                         [](const std::stop_token&) -> base::result<void> { return {}; });
  never.stop();
}

}  // namespace kontor::async
