#include "api/chat_socket.hpp"

#include "api/error_map.hpp"
#include "base/log.hpp"
#include "run/frames.hpp"

#include <utility>
#include <variant>

namespace kontor::api {
namespace {

using base::errc;
using steady_clock = std::chrono::steady_clock;

constexpr std::int64_t events_at_once = 200;
// Then the client has to have taken what was sent.
constexpr std::size_t bytes_at_once = 128 * 1024;

base::error too_many_sockets() {
  return {errc::too_many_requests, "too-many-sockets", "", "sockets of one account"};
}

base::error sessions_unknown() {
  base::error out{errc::unavailable, "sessions-unknown",
                  "Sessions cannot be looked at. Connect again, then subscribe and watch again.", "no database"};
  out.retry_after = std::chrono::seconds(1);
  return out;
}

base::error too_many_subscriptions() {
  return {errc::too_many_requests, "too-many-subscriptions", "", "subscriptions of one socket"};
}

}  // namespace

/// The socket is known to hub and watch as long as this lives.
class chat_socket::seat {
 public:
  explicit seat(std::shared_ptr<chat_socket> who) : who_(std::move(who)) {
    is_taken_ = who_->parts_.listeners->join(who_->owner_, who_, sockets_per_user);
    if (is_taken_) who_->parts_.watch->add(who_);
  }
  ~seat() {
    who_->market_.leave(*who_);
    for (const auto& one : who_->listens_to_)
      who_->parts_.listeners->exit({who_->owner_, one}, *who_);
    if (!is_taken_) return;
    who_->parts_.listeners->leave(who_->owner_, *who_);
    who_->parts_.watch->remove(*who_);
  }
  seat(const seat&) = delete;
  seat& operator=(const seat&) = delete;
  bool is_taken() const noexcept { return is_taken_; }

 private:
  std::shared_ptr<chat_socket> who_;
  bool is_taken_ = false;
};

chat_socket::chat_socket(std::shared_ptr<http::web_socket> socket, session::identity who, socket_parts parts)
    : socket_(std::move(socket)),
      owner_(who.owner.id),
      session_(who.session.id),
      email_(std::move(who.owner.email)),
      has_second_factor_(who.has_second_factor),
      is_admin_(who.owner.is_admin),
      parts_(parts),
      market_(owner_, *parts.places, *parts.live, *parts.markets, *parts.clock),
      last_heard_(steady_clock::now().time_since_epoch().count()) {}

async::awaitable<void> chat_socket::converse(std::shared_ptr<http::web_socket> socket, session::identity who,
                                             socket_parts parts) {
  const auto self = std::make_shared<chat_socket>(std::move(socket), std::move(who), parts);
  co_await self->run();
}

void chat_socket::hear(const run::frame& what) noexcept {
  try {
    last_heard_ = steady_clock::now().time_since_epoch().count();
    socket_->send(what);
  } catch (const std::exception& broken) {
    // Whoever has not heard something must not believe to have heard all.
    base::log(base::log_level::error, "a frame could not be sent", {{"what", broken.what()}});
    socket_->close(http::close_code::internal_error);
  }
}

void chat_socket::close(http::close_code code, const char* why) noexcept {
  try {
    socket_->close(code, why);
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a socket could not be closed", {{"what", broken.what()}});
  }
}

void chat_socket::end_session() noexcept {
  close(session_ended_code, "The session has ended.");
}

// Nothing of what it listens to or watches is known when it comes back: whoever holds it has to say so again.
void chat_socket::end_unknown() noexcept {
  try {
    refuse("", sessions_unknown());
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a frame could not be sent", {{"what", broken.what()}});
  }
  close(http::close_code::try_again_later, "Connect, subscribe and watch again.");
}

steady_clock::time_point chat_socket::last_heard() const noexcept {
  return steady_clock::time_point(steady_clock::duration(last_heard_.load()));
}

void chat_socket::say(std::string text) {
  hear(std::make_shared<const std::string>(std::move(text)));
}

void chat_socket::refuse(std::string_view request, const base::error& why,
                         const std::optional<chat::conversation_id>& in) {
  auto shown = why;
  // What broke here never explains itself.
  if (why.code == errc::internal) shown.detail.clear();
  say(run::refusal_frame(parts_.clock->now(), shown, title_of(shown), in, request));
}

async::awaitable<void> chat_socket::run() {
  const seat here(shared_from_this());
  if (!here.is_taken()) {
    refuse("", too_many_sockets());
    socket_->close(http::close_code::policy_violation, "Too many sockets.");
    co_return;
  }
  say(run::connected_frame(parts_.clock->now(), email_));
  while (const auto message = co_await socket_->receive()) {
    const auto said = read_frame(message->data);
    if (is_over_limit(said.request_id)) continue;
    co_await answer(said);
  }
}

// A new conversation takes a place as well.
bool chat_socket::is_full_for(const std::optional<chat::conversation_id>& one) const {
  return listens_to_.size() >= conversations_per_socket && !(one && listens_to_.contains(*one));
}

// A frame counts as a request of the account.
bool chat_socket::is_over_limit(std::string_view request) {
  const auto outcome = parts_.limiter->check_user(owner_, steady_clock::now());
  if (!outcome || outcome->allowed) {
    refused_in_a_row_ = 0;
    return false;
  }
  refuse(request, throttle::too_many_requests(*outcome));
  if (++refused_in_a_row_ >= most_refused_frames)
    socket_->close(http::close_code::policy_violation, "Too many frames.");
  return true;
}

// What breaks one answer ends neither the socket nor the program.
async::awaitable<void> chat_socket::answer(const client_frame& said) {
  if (!said.what) {
    refuse(said.request_id, said.what.error());
    co_return;
  }
  const base::error broken{errc::internal};
  try {
    const auto give = [&](const auto& wanted) { return take(said.request_id, wanted); };
    auto answering = std::visit(give, *said.what);
    co_await std::move(answering);
    co_return;
  } catch (const boost::system::system_error& breakage) {
    if (breakage.code() == boost::asio::error::operation_aborted) throw;
    base::log(base::log_level::error, "a frame broke something", {{"what", breakage.what()}});
  } catch (const std::exception& breakage) {
    base::log(base::log_level::error, "a frame broke something", {{"what", breakage.what()}});
  }
  refuse(said.request_id, broken);
}

async::awaitable<void> chat_socket::take(std::string_view request, const chat_frame& wanted) {
  const auto& to = wanted.what.conversation;
  if (is_full_for(to)) {
    refuse(request, too_many_subscriptions(), to);
    co_return;
  }
  auto what = wanted.what;
  // Sockets are opened by sessions only.
  auto still = session::session_service::while_open(session_, *parts_.clock);
  const auto begun = co_await parts_.runs->send(owner_, std::move(what), chat::all_rights, std::move(still));
  if (!begun) {
    refuse(request, begun.error(), wanted.what.conversation);
    co_return;
  }
  if (listens_to_.contains(begun->conversation)) {
    // A request that is sent again may have been answered long ago.
    const auto state = co_await parts_.runs->state(owner_, begun->conversation);
    const bool is_processing = state && state->running == begun->run;
    say(run::subscribed_frame(parts_.clock->now(), begun->conversation, begun->seq, is_processing, request));
    co_return;
  }
  co_await listen(request, begun->conversation, begun->seq);
}

async::awaitable<void> chat_socket::take(std::string_view request, const cancel_frame& wanted) {
  const auto all = wanted.conversation ? std::set{*wanted.conversation} : listens_to_;
  bool is_answered = false;
  for (const auto& one : all) {
    const bool is_one = co_await cancel_one(request, one);
    is_answered = is_answered || is_one;
  }
  if (!is_answered) say(run::nothing_cancelled_frame(parts_.clock->now(), wanted.conversation, request));
}

async::awaitable<bool> chat_socket::cancel_one(std::string_view request, chat::conversation_id which) {
  const auto done = co_await parts_.runs->cancel(owner_, which);
  if (done) co_return *done;
  refuse(request, done.error(), which);
  co_return true;
}

async::awaitable<void> chat_socket::take(std::string_view request, const subscribe_frame& wanted) {
  if (is_full_for(wanted.conversation)) {
    refuse(request, too_many_subscriptions(), wanted.conversation);
    co_return;
  }
  co_await listen(request, wanted.conversation, wanted.after);
}

async::awaitable<void> chat_socket::take(std::string_view, const unsubscribe_frame& wanted) {
  leave(wanted.conversation);
  co_return;
}

async::awaitable<void> chat_socket::take(std::string_view request, const watch_frame& wanted) {
  auto who = shared_from_this();
  auto what = wanted;
  auto answer = co_await market_.watch(std::move(who), std::move(what), request);
  if (!answer) co_return refuse(request, answer.error());
  say(std::move(*answer));
}

async::awaitable<void> chat_socket::take(std::string_view, const unwatch_frame& wanted) {
  market_.unwatch(*this, wanted.of);
  co_return;
}

async::awaitable<void> chat_socket::take(std::string_view, const ping_frame&) {
  say(run::pong_frame(parts_.clock->now()));
  co_return;
}

// Sends what is kept behind `after`, as much as there is, and moves it on. The last page is short, or has not all.
async::awaitable<base::result<run::events_page>> chat_socket::replay(chat::conversation_id of, std::int64_t& after) {
  std::size_t bytes = 0;
  while (true) {
    auto page = co_await parts_.store->events_after(owner_, of, after, events_at_once);
    if (!page || !page->has_all) co_return page;
    for (const auto& one : page->told) {
      after = one.seq;
      if (!one.text) continue;
      hear(one.text);
      bytes += one.text->size();
      if (bytes < bytes_at_once) continue;
      bytes = 0;
      const bool is_open = co_await socket_->sent();
      if (!is_open) co_return base::error{errc::gone, "", "", "the socket is closing"};
    }
    if (static_cast<std::int64_t>(page->told.size()) < events_at_once) co_return page;
  }
}

/// A seat that is taken and not live yet: whatever goes wrong meanwhile, it does not stay like that.
class chat_socket::subscription {
 public:
  subscription(chat_socket& who, const chat::conversation_id& to) : who_(who), to_(to) {
    who_.listens_to_.insert(to_);
    who_.parts_.listeners->enter({who_.owner_, to_}, who_.shared_from_this());
  }
  ~subscription() {
    if (!is_live_) who_.leave(to_);
  }
  subscription(const subscription&) = delete;
  subscription& operator=(const subscription&) = delete;
  void go_live(std::int64_t seq) {
    who_.parts_.listeners->go_live({who_.owner_, to_}, who_, seq);
    is_live_ = true;
  }

 private:
  chat_socket& who_;
  const chat::conversation_id to_;
  bool is_live_ = false;
};

void chat_socket::leave(const chat::conversation_id& which) noexcept {
  if (listens_to_.erase(which) > 0) parts_.listeners->exit({owner_, which}, *this);
}

// Step by step: 1. what is kept is sent, however much; 2. a seat is taken, from which nothing is missed; 3. what
// happened between the two is sent; 4. the seat goes live behind it.
async::awaitable<void> chat_socket::listen(std::string_view request, chat::conversation_id to,
                                           std::optional<std::int64_t> after) {
  leave(to);
  auto page = base::result<run::events_page>(run::events_page());
  if (after) page = co_await replay(to, *after);
  if (!page) co_return refuse(request, page.error(), to);
  subscription seat(*this, to);
  if (after && page->has_all) {
    page = co_await replay(to, *after);
  } else {
    page = co_await present(to, !after);
    if (page) after = page->last_seq;
  }
  if (!page) co_return refuse(request, page.error(), to);
  const auto now = parts_.clock->now();
  say(page->has_all ? run::subscribed_frame(now, to, *after, page->is_processing, request)
                    : run::reload_frame(now, to, page->last_seq, request));
  seat.go_live(page->has_all ? *after : page->last_seq);
}

// Where the conversation stands, without its events.
async::awaitable<base::result<run::events_page>> chat_socket::present(chat::conversation_id of, bool has_all) {
  const auto state = co_await parts_.runs->state(owner_, of);
  if (!state) co_return state.error();
  co_return run::events_page{
      .last_seq = state->seq, .is_processing = state->running.has_value(), .has_all = has_all, .told = {}};
}

}  // namespace kontor::api
