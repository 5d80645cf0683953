#include "outbound/web_socket_client.hpp"

#include "async/completion.hpp"
#include "outbound/curl_loop.hpp"
#include "outbound/curl_stream.hpp"
#include "outbound/transfer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <optional>
#include <utility>

namespace kontor::outbound {

// How Beast takes a connection down (its customization points): the other side sees an end, and libcurl closes.
template <class Handler>
void async_teardown(boost::beast::role_type, curl_stream& stream, Handler&& handler) {
  stream.cut();
  const auto loop = stream.get_executor();
  boost::asio::post(loop,
                    [handler = std::forward<Handler>(handler)]() mutable { handler(boost::system::error_code()); });
}
inline void teardown(boost::beast::role_type, curl_stream& stream, boost::system::error_code& why) {
  stream.cut();
  why = {};
}
inline void beast_close_socket(curl_stream& stream) {
  stream.cut();
}

namespace {

using boost::system::error_code;
using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;
namespace websocket = boost::beast::websocket;

constexpr std::chrono::seconds good_bye{1};

base::error stopped() {
  return transfer_failed(transfer_failure::stopped, "The connection was ended.", "");
}
base::error timed_out() {
  return transfer_failed(transfer_failure::timed_out, "The server did not answer in time.", "a limit of ours");
}

// One connection of libcurl, in a multi handle of its own: nothing else may find it there, use it or tidy it away.
class connection {
 public:
  connection(boost::asio::io_context& loop, web_request request, const https_client_settings& settings,
             const egress_policy& policy)
      : curl_(
            loop, [this](CURL*, CURLcode code) { ended(code); }, curl_loop::at_end::keep),
        what_(std::move(request), settings, policy) {}
  ~connection() { give_up(stopped()); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  CURL* handle() const noexcept { return what_.handle(); }

  async::awaitable<base::result<void>> connect() {
    if (auto begun = what_.begin(); !begun) co_return begun.error();
    auto start = [this](async::completion<void> done) {
      done_.emplace(std::move(done));
      try {
        curl_.add(handle());
        is_added_ = true;
      } catch (...) {
        give_up(
            transfer_failed(transfer_failure::not_connected, "The host cannot be reached.", "libcurl takes no more"));
      }
    };
    co_return co_await async::wait_for<void>(std::move(start));
  }
  void give_up(base::error why) noexcept {
    if (is_added_) curl_.remove(handle());
    is_added_ = false;
    tell(std::move(why));
  }

 private:
  void ended(CURLcode code) {
    auto outcome = what_.ended(code);
    if (outcome && *outcome)
      tell(base::result<void>());
    else
      give_up(outcome ? outcome->error() : stopped());
  }
  void tell(base::result<void> outcome) noexcept {
    if (!done_) return;
    auto done = std::move(*done_);
    done_.reset();
    done.complete(std::move(outcome));
  }

  curl_loop curl_;
  transfer what_;
  std::optional<async::completion<void>> done_;
  bool is_added_ = false;
};

// What a limit of time, or whoever gives up, does.
class limit {
 public:
  limit(const async::executor& loop, std::chrono::milliseconds after, std::function<void()> act)
      : act_(std::make_shared<std::function<void()>>(std::move(act))), timer_(loop, after) {
    timer_.async_wait([act = std::weak_ptr(act_)](const error_code& interrupted) {
      if (const auto still = act.lock(); still && !interrupted) (*still)();
    });
  }

 private:
  std::shared_ptr<std::function<void()>> act_;
  timer timer_;
};

// As long as it lives, cancelling the coroutine calls `act`.
class when_cancelled {
 public:
  when_cancelled(boost::asio::cancellation_slot slot, std::function<void()> act) : slot_(slot) {
    if (slot_.is_connected()) slot_.assign([act = std::move(act)](boost::asio::cancellation_type) { act(); });
  }
  ~when_cancelled() {
    if (slot_.is_connected()) slot_.clear();
  }
  when_cancelled(const when_cancelled&) = delete;
  when_cancelled& operator=(const when_cancelled&) = delete;

 private:
  boost::asio::cancellation_slot slot_;
};

class open_socket final : public web_socket {
 public:
  open_socket(std::unique_ptr<connection> under, boost::asio::io_context& loop, const web_socket_limits& limits)
      : under_(std::move(under)), stream_(loop.get_executor(), under_->handle()) {
    stream_.read_message_max(limits.message);
    stream_.auto_fragment(false);
  }

  async::awaitable<base::result<void>> greet(const web_url& url, std::chrono::milliseconds most) {
    const auto loop = stream_.get_executor();
    bool is_late = false;
    const limit when_late(loop, most, [this, &is_late] {
      is_late = true;
      cut();
    });
    auto host = url.authority_host();
    if (url.port != (url.is_tls ? 443 : 80)) host += ":" + std::to_string(url.port);
    auto decorate = [](websocket::request_type& request) { request.set("User-Agent", "Kontor"); };
    stream_.set_option(websocket::stream_base::decorator(std::move(decorate)));
    error_code why;
    auto token = boost::asio::redirect_error(async::use_awaitable, why);
    websocket::response_type answer;
    co_await stream_.async_handshake(answer, host, url.target, std::move(token));
    if (is_late) co_return timed_out();
    if (is_cut_) co_return stopped();
    if (why)
      co_return transfer_failed(transfer_failure::answer_broken, "The server opens no WebSocket.",
                                why.message() + ", status " + std::to_string(answer.result_int()));
    stream_.text(true);
    co_return base::result<void>();
  }

  async::awaitable<base::result<std::string>> read() override {
    error_code why;
    auto token = boost::asio::redirect_error(async::use_awaitable, why);
    received_.clear();
    co_await stream_.async_read(received_, std::move(token));
    if (is_cut_ || why == websocket::error::closed) co_return stopped();
    if (why == websocket::error::message_too_big)
      co_return transfer_failed(transfer_failure::answer_too_large, "The server's answer is too large.", why.message());
    if (why) co_return transfer_failed(transfer_failure::answer_broken, "The connection broke.", why.message());
    if (!stream_.got_text())
      co_return transfer_failed(transfer_failure::answer_broken, "The server's answer cannot be read.", "binary");
    const auto bytes = received_.cdata();
    co_return std::string(static_cast<const char*>(bytes.data()), bytes.size());
  }

  async::awaitable<base::result<void>> write(std::string text) override {
    error_code why;
    auto token = boost::asio::redirect_error(async::use_awaitable, why);
    co_await stream_.async_write(boost::asio::buffer(text), std::move(token));
    if (is_cut_) co_return stopped();
    if (why) co_return transfer_failed(transfer_failure::answer_broken, "The connection broke.", why.message());
    co_return base::result<void>();
  }

  async::awaitable<void> close() override {
    const auto loop = stream_.get_executor();
    const limit when_late(loop, good_bye, [this] { cut(); });
    error_code why;
    auto token = boost::asio::redirect_error(async::use_awaitable, why);
    co_await stream_.async_close(websocket::close_code::normal, std::move(token));
    cut();
  }

  void cut() noexcept override {
    is_cut_ = true;
    stream_.next_layer().cut();
  }

 private:
  const std::unique_ptr<connection> under_;  // Before the stream, which lets go of its socket first.
  websocket::stream<curl_stream, false> stream_;
  boost::beast::flat_buffer received_;
  bool is_cut_ = false;
};

}  // namespace

web_socket_client::web_socket_client(boost::asio::io_context& loop, https_client_settings settings,
                                     egress_policy policy, web_socket_limits limits)
    : loop_(loop), settings_(std::move(settings)), policy_(std::move(policy)), limits_(limits) {}

web_socket_client::~web_socket_client() = default;

async::awaitable<base::result<std::unique_ptr<web_socket>>> web_socket_client::connect(web_url url, url_trust trust) {
  web_request request;
  request.url = url;
  request.trust = trust;
  request.version = http_version::one;
  request.only_connects = true;
  request.limits.connect = limits_.connect;
  auto under = std::make_unique<connection>(loop_, std::move(request), settings_, policy_);
  {
    // What is called here may free the coroutine that waits, hence a turn of its own.
    const auto loop = loop_.get_executor();
    const limit when_late(loop, limits_.connect, [&under] { under->give_up(timed_out()); });
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    const when_cancelled link(state.slot(), [&under] { under->give_up(stopped()); });
    if (auto connected = co_await under->connect(); !connected) co_return connected.error();
  }
  auto out = std::make_unique<open_socket>(std::move(under), loop_, limits_);
  if (auto greeted = co_await out->greet(url, limits_.handshake); !greeted) co_return greeted.error();
  co_return std::unique_ptr<web_socket>(std::move(out));
}

base::result<web_url> parse_socket_url(std::string_view text) {
  const auto lower = text.substr(0, 6);
  if (lower.starts_with("wss://")) return parse_web_url("https://" + std::string(text.substr(6)));
  if (lower.starts_with("ws://")) return parse_web_url("http://" + std::string(text.substr(5)));
  return base::error{base::errc::invalid_input, "", "must begin with wss:// or ws://.", ""};
}

std::string socket_text(const web_url& url) {
  return "ws" + url.text().substr(4);  // What follows is `s://…` or `://…`.
}

}  // namespace kontor::outbound
