#include "http/beast_socket.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::system::error_code;
using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

// While a socket is idle there is no other room for what it may receive; most messages need no more.
constexpr std::size_t first_read = 128;
constexpr std::size_t largest_step = 16 * 1024;

// Whoever waits stands there for no longer than its timer lives.
class waiting_place {
 public:
  waiting_place(timer*& place, timer& who) : place_(place) { place_ = &who; }
  ~waiting_place() { place_ = nullptr; }
  waiting_place(const waiting_place&) = delete;
  waiting_place& operator=(const waiting_place&) = delete;

 private:
  timer*& place_;
};

}  // namespace

// What is bound to the loop.
struct beast_socket::wire {
  wire(beast_socket& self, socket_origin& origin)
      : home(std::move(origin.home)),
        place(std::move(origin.place)),
        stream(home->loop.get_executor()),
        deadline(home->sweeper, [&self] { self.pass_deadline(); }),
        listed(home->sockets.end()) {}
  ~wire() {
    if (listed != home->sockets.end()) home->sockets.erase(listed);
  }
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  const std::shared_ptr<shard> home;
  const std::unique_ptr<http::place> place;
  boost::beast::websocket::stream<socket_layer, false> stream;
  async::deadline deadline;
  std::list<web_socket*>::iterator listed;  // when it is connected
  timer* waiting = nullptr;                 // of the session or the root, for any change

  enum class phase { open, closing, over } now = phase::open;
  socket_frame frame;  // that is being written
  bool busy = false;   // with the one operation that writes: a frame, a ping, or the closing
  bool receiving = false;
  bool ping_due = false;
  bool pinged = false;
  bool closing_begun = false;
  bool kept_busy = false;  // at the last ping, with what `operations` counts
  std::uint32_t operations = 0;
  std::uint32_t operations_at_ping = 0;
  std::uint32_t reads_at_ping = 0;
};

// However the root ends: nothing of the loop is left behind it.
class beast_socket::wire_owner {
 public:
  explicit wire_owner(beast_socket& socket) : socket_(socket) {}
  ~wire_owner() {
    socket_.outbox_.shut();
    socket_.wire_.reset();
  }
  wire_owner(const wire_owner&) = delete;
  wire_owner& operator=(const wire_owner&) = delete;

 private:
  beast_socket& socket_;
};

struct beast_socket::woken {
  std::shared_ptr<beast_socket> self;
  void operator()() const noexcept {
    self->outbox_.woken();
    self->go_on();
  }
};

struct beast_socket::operation_ended {
  std::shared_ptr<beast_socket> self;
  void operator()(const error_code& failure, std::size_t = 0) const noexcept { self->end_operation(failure); }
};

beast_socket::beast_socket(socket_origin origin)
    : server_(origin.home->server),
      loop_(origin.home->loop.get_executor()),
      takes_binary_(origin.options.binary == socket_options::binary_messages::taken),
      request_id_(std::move(origin.request_id)),
      outbox_(server_->settings.limits.socket_outbox, server_->settings.limits.socket_outbox_frames),
      wire_(std::make_unique<wire>(*this, origin)) {
  wire_->stream.auto_fragment(false);
  wire_->stream.read_message_max(server_->settings.limits.socket_message);
  wire_->stream.next_layer().on_teardown = [this] {
    if (wire_->now != wire::phase::open) return;
    wire_->now = wire::phase::closing;
    wire_->deadline.expires_after(server_->settings.limits.socket_close_time);
  };
}

beast_socket::~beast_socket() = default;

std::string beast_socket::answer_to(std::string_view key) {
  beast_http::request<beast_http::empty_body> handshake(beast_http::verb::get, "/", 11);
  handshake.set(beast_http::field::host, "x");
  handshake.set(beast_http::field::connection, "upgrade");
  handshake.set(beast_http::field::upgrade, "websocket");
  handshake.set(beast_http::field::sec_websocket_key, key);
  handshake.set(beast_http::field::sec_websocket_version, "13");
  wire_->stream.accept(handshake);

  constexpr std::string_view field = "\r\nSec-WebSocket-Accept: ";
  const auto answer = wire_->stream.next_layer().take_kept();
  const auto at = answer.find(field);
  if (at == std::string::npos) throw std::logic_error("Beast's answer to a handshake has no Sec-WebSocket-Accept");
  const auto value = at + field.size();
  return answer.substr(value, answer.find("\r\n", value) - value);
}

void beast_socket::connect(tcp_socket socket) {
  wire_->stream.next_layer().connect(std::move(socket));
  wire_->listed = wire_->home->sockets.insert(wire_->home->sockets.end(), this);
  wire_->deadline.expires_after(server_->settings.limits.socket_ping_time);
  if (wire_->home->stopping) close(close_code::going_away, "The server stops.");
}

async::awaitable<void> beast_socket::run(std::shared_ptr<beast_socket> self,
                                         std::shared_ptr<const socket_upgrade> upgrade) {
  const wire_owner owner(*self);
  std::exception_ptr breakage;
  try {
    co_await upgrade->session(self);
  } catch (...) {
    breakage = std::current_exception();
  }
  upgrade.reset();

  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const bool is_cancelled = state.cancelled() != boost::asio::cancellation_type::none;
  // What is left is short and must be done.
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  if (is_cancelled) {
    self->cut();
  } else {
    if (breakage) self->log_breakage(breakage);
    self->close(breakage ? close_code::internal_error : close_code::normal, {});
  }
  while (self->wire_->now != wire::phase::over || self->wire_->busy)
    co_await self->change();
  self->log_end();
}

async::awaitable<void> serve_socket(upgraded_connection which) {
  return beast_socket::run(std::move(which.socket), std::move(which.upgrade));
}

async::awaitable<std::optional<socket_message>> beast_socket::receive() {
  auto& wire = *wire_;
  if (wire.now != wire::phase::open || outbox_.is_closed()) co_return std::nullopt;
  wire.stream.next_layer().count_read();
  wire.receiving = true;
  std::array<char, first_read> first;
  error_code failure;
  const auto received = co_await wire.stream.async_read_some(
      boost::asio::buffer(first), boost::asio::redirect_error(async::use_awaitable, failure));
  wire.receiving = false;
  if (failure) {
    over();
    co_return std::nullopt;
  }
  std::optional<socket_message> message(std::in_place);
  if (wire.stream.got_binary()) {
    message->kind = message_kind::binary;
    if (!takes_binary_) {
      close(close_code::unsupported_data, "Only text is taken here.");
      co_return std::nullopt;
    }
  }
  message->data.assign(first.data(), received);
  if (!wire.stream.is_message_done() && !co_await read_rest(message->data)) co_return std::nullopt;
  // Beast looks at each piece, but not at the end of a text whose last frame is empty.
  if (message->kind == message_kind::text && !base::is_utf8(message->data)) {
    close(close_code::bad_payload, "A text is UTF-8.");
    co_return std::nullopt;
  }
  if (outbox_.is_closed()) co_return std::nullopt;
  co_return message;
}

// The room grows with what has come: who announces much and sends little gets little.
async::awaitable<bool> beast_socket::read_rest(std::string& data) {
  auto& wire = *wire_;
  const auto limit = server_->settings.limits.socket_message;
  while (!wire.stream.is_message_done()) {
    const auto before = data.size();
    const auto step = std::min(std::clamp(before, first_read, largest_step), limit - std::min(limit, before));
    data.resize(before + std::max<std::size_t>(step, 1));
    wire.receiving = true;
    error_code failure;
    const auto received = co_await wire.stream.async_read_some(
        boost::asio::buffer(data) + before, boost::asio::redirect_error(async::use_awaitable, failure));
    wire.receiving = false;
    if (failure) {
      over();
      co_return false;
    }
    data.resize(before + received);
  }
  co_return true;
}

bool beast_socket::send(std::shared_ptr<const std::string> data, message_kind kind) {
  const auto change = outbox_.add({std::move(data), kind});
  if (change.what == outbox::outcome::full) server_->slow_readers.fetch_add(1, std::memory_order_relaxed);
  if (change.wakes_writer) wake();
  return change.what == outbox::outcome::taken;
}

async::awaitable<bool> beast_socket::sent() {
  while (!outbox_.is_closed() && !outbox_.is_empty())
    co_await change();
  co_return !outbox_.is_closed();
}

void beast_socket::close(close_code code, std::string_view reason) {
  const auto change = outbox_.close({code, std::string(reason)});
  if (change.wakes_writer) wake();
}

// Nobody would be told a second time: who cannot be woken now is woken by the next one.
void beast_socket::wake() {
  try {
    boost::asio::post(loop_, woken{shared_from_this()});
  } catch (...) {
    outbox_.woken();
    throw;
  }
}

// On the loop, whenever something has changed.
void beast_socket::go_on() noexcept {
  if (!wire_) return;
  try {
    if (wire_->now == wire::phase::open && outbox_.is_closed()) {
      wire_->now = wire::phase::closing;
      wire_->deadline.expires_after(server_->settings.limits.socket_close_time);
    }
    if (wire_->now != wire::phase::over && !wire_->busy) start_next();
  } catch (...) {
    // Without memory, for example. What was not written cannot be left out.
    cut();
  }
  if (wire_->waiting != nullptr) wire_->waiting->cancel();
}

// The one writer: a ping that is due, what waits, and when nothing waits any more, the closing.
void beast_socket::start_next() {
  if (std::exchange(wire_->ping_due, false) && wire_->now == wire::phase::open) return start_ping();
  auto next = outbox_.next();
  if (!next) {
    wire_->frame = {};
    if (outbox_.order() && !std::exchange(wire_->closing_begun, true)) start_close();
    return;
  }
  wire_->frame = std::move(*next);
  wire_->stream.binary(wire_->frame.kind == message_kind::binary);
  wire_->stream.async_write(boost::asio::buffer(*wire_->frame.data), operation_ended{shared_from_this()});
  wire_->busy = true;
}

void beast_socket::start_ping() {
  const boost::beast::websocket::ping_data nothing;
  wire_->stream.async_ping(nothing, operation_ended{shared_from_this()});
  wire_->busy = true;
}

void beast_socket::start_close() {
  const auto order = outbox_.order();
  boost::beast::websocket::close_reason why(static_cast<std::uint16_t>(order->code));
  why.reason.assign(order->reason);
  wire_->stream.async_close(why, operation_ended{shared_from_this()});
  wire_->busy = true;
}

void beast_socket::end_operation(const error_code& failure) noexcept {
  if (!wire_) return;
  wire_->busy = false;
  ++wire_->operations;
  if (failure || wire_->closing_begun) over();
  go_on();
}

// Either the time to close is over, or it is time for a ping.
void beast_socket::pass_deadline() noexcept {
  auto& wire = *wire_;
  if (wire.now != wire::phase::open) return cut();
  const auto reads = wire.stream.next_layer().reads();
  if (wire.busy && wire.kept_busy && wire.operations == wire.operations_at_ping) {
    server_->slow_readers.fetch_add(1, std::memory_order_relaxed);
    return cut();
  }
  if (wire.receiving && wire.pinged && reads == wire.reads_at_ping) return cut();
  wire.kept_busy = wire.busy;
  wire.operations_at_ping = wire.operations;
  wire.reads_at_ping = reads;
  wire.pinged = wire.ping_due = true;
  wire.deadline.expires_after(server_->settings.limits.socket_ping_time);
  go_on();
}

// The connection is of no use any more; what still waits for it is told so.
void beast_socket::over() noexcept {
  if (std::exchange(wire_->now, wire::phase::over) == wire::phase::over) return;
  outbox_.shut();
  wire_->deadline.clear();
  error_code ignored;
  wire_->stream.next_layer().next_layer().close(ignored);
}

// Nobody waits for what the client may still take.
void beast_socket::cut() noexcept {
  error_code ignored;
  wire_->stream.next_layer().next_layer().set_option(boost::asio::socket_base::linger(true, 0), ignored);
  over();
  if (wire_->waiting != nullptr) wire_->waiting->cancel();
}

async::awaitable<void> beast_socket::change() {
  timer until(loop_);
  until.expires_at(std::chrono::steady_clock::time_point::max());
  const waiting_place place(wire_->waiting, until);
  error_code interrupted;
  co_await until.async_wait(boost::asio::redirect_error(async::use_awaitable, interrupted));
}

void beast_socket::log_end() const {
  const auto shown = [](std::uint16_t code) { return code == 0 ? std::string("none") : std::to_string(code); };
  const auto order = outbox_.order();
  const auto ours = order ? static_cast<std::uint16_t>(order->code) : std::uint16_t{0};
  base::log(ours > static_cast<std::uint16_t>(close_code::going_away) ? base::log_level::info : base::log_level::debug,
            "socket closed",
            {{"request_id", request_id_}, {"ours", shown(ours)}, {"theirs", shown(wire_->stream.reason().code)}});
}

void beast_socket::log_breakage(const std::exception_ptr& breakage) const {
  std::string what = "an exception of unknown type";
  try {
    std::rethrow_exception(breakage);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  base::log(base::log_level::error, "a socket's session failed", {{"request_id", request_id_}, {"what", what}});
}

}  // namespace kontor::http
