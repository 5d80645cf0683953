#include "async/event_loops.hpp"

#include <gtest/gtest.h>
#include <boost/asio/post.hpp>

#include <future>
#include <set>
#include <stdexcept>

namespace kontor::async {

TEST(EventLoops, EachHasItsOwnThread) {
  event_loops loops(3);
  loops.start();
  std::set<std::thread::id> threads;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::promise<std::thread::id> id;
    boost::asio::post(loops.at(i), [&] { id.set_value(std::this_thread::get_id()); });
    threads.insert(id.get_future().get());
  }
  EXPECT_EQ(threads.size(), 3u);
}

// PocketBase #7762: a failure in the background ended the process.
TEST(EventLoops, AThrowingHandlerDoesNotEndTheLoop) {
  event_loops loops(1);
  loops.start();
  boost::asio::post(loops.at(0), [] { throw std::runtime_error("broken"); });
  std::promise<int> after;
  boost::asio::post(loops.at(0), [&] { after.set_value(1); });
  EXPECT_EQ(after.get_future().get(), 1);
}

TEST(EventLoops, StopsTwice) {
  event_loops loops(2);
  loops.start();
  loops.stop();
  loops.stop();
}

}  // namespace kontor::async
