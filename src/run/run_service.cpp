#include "run/run_service.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <utility>

namespace kontor::run {
namespace {

using base::errc;
using steady_timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      async::executor>;

// Another program looks for requests to stop every 0.4 s.
constexpr std::chrono::seconds time_to_stop{5};
constexpr std::chrono::milliseconds look_every{25};

async::awaitable<void> wait_a_little() {
  const auto loop = co_await boost::asio::this_coro::executor;
  steady_timer timer(loop, look_every);
  boost::system::error_code interrupted;
  co_await timer.async_wait(boost::asio::redirect_error(async::use_awaitable, interrupted));
}

}  // namespace

void tell_change(hub& listeners, base::timestamp at, const base::user_id& owner, const chat::conversation_id& which,
                 std::string_view change) {
  listeners.tell(owner, std::make_shared<const std::string>(conversation_frame(at, which, change)));
}

async::awaitable<base::result<accepted>> run_service::send(base::user_id owner, new_message what,
                                                           chat::tool_rights rights, sql::permission still) {
  auto model = co_await models_.model_of(owner);
  if (!model) co_return model.error();
  auto tools = co_await tools_.tools_of(owner, rights);
  auto begun = co_await store_.begin(owner, std::move(what), std::move(*model), limits_(), std::move(tools));
  if (!begun) co_return begun.error();
  if (begun->work) {
    const auto change = begun->work->is_new_conversation ? "created" : "changed";
    const auto id = begun->work->which.conversation;
    begun->work->still = std::move(still);
    works_.begin(std::move(*begun->work));
    tell_change(listeners_, store_.now(), owner, id, change);
  }
  co_return std::move(begun->answer);
}

async::awaitable<base::result<bool>> run_service::cancel(base::user_id owner, chat::conversation_id conversation) {
  const auto before = co_await store_.state(owner, conversation);
  if (!before) co_return before.error();
  if (!before->running) co_return false;
  // Ours ends now, whatever the database can do; the note is for another program's, and for one on its way to the loop.
  works_.cancel(owner, conversation);
  const auto asked = co_await store_.ask_to_stop(owner, conversation);
  if (!asked) co_return asked.error();
  works_.cancel(owner, conversation);
  const auto end = std::chrono::steady_clock::now() + time_to_stop;
  while (std::chrono::steady_clock::now() < end) {
    const auto now = co_await store_.state(owner, conversation);
    // Deleted meanwhile: then it ends as well.
    if (!now && now.error().code == errc::not_found) co_return true;
    if (!now) co_return now.error();
    if (now->running != before->running) co_return true;
    co_await wait_a_little();
  }
  co_return base::error{errc::unavailable, "", "", "a run does not stop"};
}

async::awaitable<base::result<limits_view>> run_service::limits(base::user_id owner) {
  limits_view out{.limits = limits_(), .used = {}, .model = std::nullopt};
  auto used = co_await store_.usage(owner);
  if (!used) co_return used.error();
  out.used = *used;
  auto model = co_await models_.model_of(owner);
  if (!model && model.error().type != "model-not-configured") co_return model.error();
  if (model) out.model = std::move(*model);
  co_return out;
}

}  // namespace kontor::run
