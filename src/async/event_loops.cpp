#include "async/event_loops.hpp"

#include "base/log.hpp"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <string>

namespace kontor::async {
namespace {

// A handler that throws is a defect in a place that has no coroutine around it; the loop says so and serves the others.
void run_through(boost::asio::io_context& context) {
  while (true) {
    try {
      context.run();
      return;
    } catch (const std::exception& breakage) {
      base::log(base::log_level::error, "an event loop caught an exception", {{"what", breakage.what()}});
    }
  }
}

}  // namespace

event_loops::event_loops(std::size_t count) {
  if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < count; ++i)
    loops_.push_back(std::make_unique<loop>());
}

event_loops::~event_loops() {
  stop();
}

void event_loops::start() {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    auto& loop = *loops_[i];
    loop.thread = std::thread([&context = loop.context, name = "loop-" + std::to_string(i)] {
      pthread_setname_np(pthread_self(), name.c_str());
      run_through(context);
    });
  }
}

void event_loops::stop() {
  for (auto& loop : loops_)
    loop->context.stop();
  for (auto& loop : loops_)
    if (loop->thread.joinable()) loop->thread.join();
}

}  // namespace kontor::async
