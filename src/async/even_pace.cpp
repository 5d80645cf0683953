#include "async/even_pace.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace kontor::async {

awaitable<void> even_pace::end() const {
  using clock = std::chrono::steady_clock;
  const auto loop = co_await boost::asio::this_coro::executor;
  boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor> timer(loop, until_);
  boost::system::error_code interrupted;  // The program ends: then the answer is late enough.
  co_await timer.async_wait(boost::asio::redirect_error(use_awaitable, interrupted));
}

}  // namespace kontor::async
