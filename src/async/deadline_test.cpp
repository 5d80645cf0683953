#include "async/deadline.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace kontor::async {

TEST(Deadline, FiresOnceAndOnlyThoseThatPassed) {
  boost::asio::io_context loop;
  deadline_sweeper sweeper(loop, std::chrono::milliseconds(1));
  int early = 0;
  int late = 0;
  int unset = 0;
  deadline first(sweeper, [&] { ++early; });
  deadline second(sweeper, [&] { ++late; });
  deadline third(sweeper, [&] { ++unset; });
  first.expires_after(std::chrono::milliseconds(0));
  second.expires_after(std::chrono::hours(1));
  sweeper.start();
  for (int i = 0; i < 5; ++i)
    loop.run_one();
  EXPECT_EQ(early, 1);
  EXPECT_EQ(late, 0);
  EXPECT_EQ(unset, 0);
  sweeper.stop();
  loop.run();
}

TEST(Deadline, ACallbackMayDestroyOthers) {
  boost::asio::io_context loop;
  deadline_sweeper sweeper(loop, std::chrono::milliseconds(1));
  std::vector<std::unique_ptr<deadline>> others;
  int fired = 0;
  const auto destroy_others = [&] {
    ++fired;
    others.clear();
  };
  for (int i = 0; i < 4; ++i)
    others.push_back(std::make_unique<deadline>(sweeper, [&] { ++fired; }));
  // The newest is swept first.
  deadline destroyer(sweeper, destroy_others);
  destroyer.expires_after(std::chrono::milliseconds(0));
  for (auto& other : others)
    other->expires_after(std::chrono::milliseconds(0));
  sweeper.start();
  loop.run_one();
  EXPECT_EQ(fired, 1);
  sweeper.stop();
  loop.run();
}

}  // namespace kontor::async
