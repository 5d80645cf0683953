// A run that is worked on, as the runner keeps it. Of one loop: nothing here is for another thread.
#pragma once

#include "async/awaitable.hpp"
#include "run/answer.hpp"
#include "run/failure_kinds.hpp"
#include "run/run_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace kontor::run {

using steady_timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      async::executor>;

/// Something to wait for: `ring` lets those go on who wait now.
class bell {
 public:
  explicit bell(boost::asio::io_context& loop) : timer_(loop.get_executor()) {
    timer_.expires_at(std::chrono::steady_clock::time_point::max());
  }
  void ring() { timer_.cancel(); }
  async::awaitable<void> heard() {
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(async::use_awaitable, woken));
  }

 private:
  steady_timer timer_;
};

struct live_run {
  live_run(boost::asio::io_context& loop, begun_run begun)
      : which(begun.which),
        shown(std::move(begun.shown)),
        tools(std::move(begun.tools)),
        window(begun.window),
        tokens_per_day(begun.tokens_per_day),
        still(std::move(begun.still)),
        made(begun.shown_bytes, tools.empty() ? chat::tool_use::none : chat::tool_use::as_it_likes),
        seq(begun.seq),
        news(loop),
        taken(loop),
        halt(loop) {
    if (!shown.empty()) return;
    chat::model_failed too_long;
    too_long.kind = chat::model_failure::context_too_long;
    made.fail(to_failure(too_long));
  }

  void stop(finish how) {
    made.stop(how);
    news.ring();
    taken.ring();
    halt.ring();
  }

  /// Returns when the end is set.
  static async::awaitable<void> until_end(std::shared_ptr<live_run> self) {
    while (!self->made.end())
      co_await self->halt.heard();
  }

  const run_key which;
  std::vector<chat::model_message> shown;  ///< To the model; grows with what it asks for.
  const std::vector<chat::tool> tools;     ///< That it was offered: no others are done for it.
  const std::int64_t window;               ///< As in begun_run.
  const std::optional<std::int64_t> tokens_per_day;
  const sql::permission still;
  answer made;
  std::int64_t seq;  ///< Of the last event that is stored.
  bell news;         ///< There is something to store.
  bell taken;        ///< There is room again, or a row was stored.
  bell halt;         ///< The provider is not to be read any more.
};

}  // namespace kontor::run
