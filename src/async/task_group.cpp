#include "async/task_group.hpp"

#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <exception>

namespace kontor::async {
namespace {

// A cancelled root ends with operation_aborted: that is what was asked of it.
void report(const char* name, const std::exception_ptr& failure, std::atomic<std::uint64_t>& failures) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& e) {
    if (e.code() == boost::asio::error::operation_aborted) return;
    ++failures;
    base::log(base::log_level::error, "a task failed", {{"task", name}, {"what", e.what()}});
  } catch (const std::exception& e) {
    ++failures;
    base::log(base::log_level::error, "a task failed", {{"task", name}, {"what", e.what()}});
  } catch (...) {
    ++failures;
    base::log(base::log_level::error, "a task failed", {{"task", name}, {"what", "an exception of unknown type"}});
  }
}

}  // namespace

task_group::task_group(boost::asio::io_context& loop) : loop_(loop), emptied_(loop.get_executor()) {}

void task_group::spawn(const char* name, awaitable<void> body) {
  roots_.emplace_back();
  const auto place = std::prev(roots_.end());
  place->name = name;
  ++size_;
  auto ended = [this, place](std::exception_ptr failure) {
    if (failure) report(place->name, failure, failures_);
    roots_.erase(place);
    --size_;
    if (roots_.empty()) emptied_.cancel();
  };
  boost::asio::co_spawn(loop_.get_executor(), std::move(body),
                        boost::asio::bind_cancellation_slot(place->cancel.slot(), std::move(ended)));
}

void task_group::cancel_all() {
  // A root may end while it is being cancelled and take itself off the list.
  for (auto at = roots_.begin(); at != roots_.end();)
    (at++)->cancel.emit(boost::asio::cancellation_type::terminal);
}

awaitable<bool> task_group::drain(std::chrono::steady_clock::duration limit) {
  if (!roots_.empty()) {
    emptied_.expires_after(limit);
    boost::system::error_code interrupted;
    co_await emptied_.async_wait(boost::asio::redirect_error(use_awaitable, interrupted));
  }
  co_return roots_.empty();
}

}  // namespace kontor::async
