#include "http/connection.hpp"

#include "base/secret_bytes.hpp"
#include "http/beast_socket.hpp"
#include "http/client_address.hpp"
#include "http/media.hpp"
#include "http/refusal.hpp"
#include "http/request_log.hpp"
#include "http/response_writer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/http/verb.hpp>

#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t tolerated_empty_lines = 2;  // before a request line (RFC 9112 section 2.2)
constexpr std::string_view every_method = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

}  // namespace

connection::connection(tcp_socket socket, std::shared_ptr<shard> home, const boost::asio::ip::address& peer)
    : limits_(home->server->settings.limits),
      home_(std::move(home)),
      socket_(std::move(socket)),
      peer_(peer),
      peer_is_proxy_(is_trusted(home_->server->settings.trusted_proxies, peer)),
      place_(home_->connections.insert(home_->connections.end(), this)),
      limit_(home_->sweeper, socket_),
      scanner_(limits_),
      writer_(socket_, limit_, limits_) {}

connection::~connection() {
  forget_body();
  buffer_.clear();
  const auto received = buffer_.prepare(buffer_.capacity());
  base::wipe(received.data(), received.size());
  home_->connections.erase(place_);
}

void connection::begin_stop() {
  if (!idle_) return;
  error_code ignored;
  socket_.cancel(ignored);
}

async::awaitable<upgraded_connection> connection::serve(std::unique_ptr<connection> self) {
  co_return co_await self->run();
}

async::awaitable<void> connection::turn_away(std::unique_ptr<connection> self, base::error why) {
  self->begin_request();
  self->home_->next_request_id(self->request_.id);
  self->compose(self->last_answer(why));
  if (!self->writer_.write_now() && !co_await self->writer_.write_rest()) co_return;
  co_await self->writer_.linger(self->buffer_);
}

async::awaitable<upgraded_connection> connection::run() {
  const upgraded_connection nothing;
  std::size_t in_a_row = 0;
  while (true) {
    begin_request();

    // 1. The header section.
    std::optional<response> answer;
    auto progress = scan_head();
    if (progress != scan_result::incomplete && ++in_a_row > limits_.pipelined_requests) {
      in_a_row = 0;
      co_await boost::asio::post(socket_.get_executor(), async::use_awaitable);
    }
    bool begun = false;
    while (progress == scan_result::incomplete) {
      in_a_row = 0;
      idle_ = buffer_.size() == 0;
      if (idle_ && home_->stopping) co_return nothing;
      if (idle_)
        limit_.arm(limits_.idle_time);
      else if (!std::exchange(begun, true))
        limit_.arm(limits_.header_time);
      const auto space = buffer_.prepare(usual_read);
      error_code failure;
      const auto received =
          co_await socket_.async_read_some(space, boost::asio::redirect_error(async::use_awaitable, failure));
      if (failure || (begun && limit_.passed())) {
        const auto why = idle_ ? std::nullopt : interrupted(failure, "header section");
        if (!why) co_return nothing;
        idle_ = false;
        home_->next_request_id(request_.id);
        answer.emplace(last_answer(*why));
        break;
      }
      idle_ = false;
      buffer_.commit(received);
      progress = scan_head();
    }
    limit_.disarm();
    started_ = std::chrono::steady_clock::now();
    home_->requests.fetch_add(1, std::memory_order_relaxed);
    if (request_.id.empty()) home_->next_request_id(request_.id);
    if (progress == scan_result::refused) answer.emplace(last_answer(scanner_.refusal()));

    // 2. What the header alone decides.
    if (!answer) answer = open_request();

    // 3. The body.
    if (!answer && framing_.has_body) {
      if (route_.before_body != nullptr) answer = co_await ask_gate();
      if (!answer) {
        auto why = take_body();
        if (!why && !parser_->is_done()) why = co_await read_body();
        if (why && why->code == base::errc::internal) {
          report_cut(std::nullopt);
          co_return nothing;
        }
        if (why) answer.emplace(last_answer(*why));
      }
      request_.body = body_;
    }

    // 4. The handler.
    if (!answer) {
      std::exception_ptr breakage;
      try {
        answer.emplace(co_await (*route_.handle)(request_));
        if (answer->has_socket() && !route_upgrades()) throw std::logic_error("a socket on a route that has none");
      } catch (...) {
        breakage = std::current_exception();
      }
      if (breakage) {
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) {
          report_cut(std::nullopt);
          co_return nothing;
        }
        answer.emplace(report_breakage(breakage));
      }
    }

    // 5. The answer. An unread body would be taken for the next request. What was read may be a password: the client
    //    need not have taken its answer before that is gone.
    forget_body();
    const auto socket = answer->has_socket() ? make_socket(*answer) : nullptr;
    if (answer->closes() || home_->stopping || (framing_.has_body && !parser_->is_done())) keeps_alive_ = false;
    if (answer->has_pieces() && parser_->version() == http_version::v1_0) keeps_alive_ = false;
    compose(*answer);
    if (!writer_.write_now() && !co_await writer_.write_rest()) {
      report_cut(answer->status());
      co_return nothing;
    }
    if (answer->has_pieces() && request_.verb != method::head && !co_await send_pieces(*answer)) {
      report_cut(answer->status());
      co_return nothing;
    }
    report(answer->status());
    if (socket) {
      socket->connect(std::move(socket_));
      co_return upgraded_connection{socket, answer->socket()};
    }
    if (!keeps_alive_) {
      co_await writer_.linger(buffer_);
      co_return nothing;
    }
    forget_large_buffers();
  }
}

void connection::begin_request() {
  scanner_.reset();
  parser_.reset();
  forget_body();
  framing_ = {};
  route_ = {};
  empty_lines_ = 0;
  keeps_alive_ = true;
  request_.verb = method::get;
  request_.target = {};
  request_.path.clear();
  request_.query = {};
  request_.headers.clear();
  request_.body = {};
  request_.client = peer_;
  request_.secure = false;
  request_.id.clear();
  request_.path_parameters.clear();
}

scan_result connection::scan_head() {
  const auto received = [this] {
    return std::string_view(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  };
  while (empty_lines_ < tolerated_empty_lines && received().starts_with("\r\n")) {
    buffer_.consume(2);
    ++empty_lines_;
  }
  if (received().empty() || received() == "\r") return scan_result::incomplete;
  const auto progress = scanner_.scan(received());
  if (progress == scan_result::complete) {
    head_.assign(received().substr(0, scanner_.size()));
    buffer_.consume(scanner_.size());
  }
  return progress;
}

std::optional<base::error> connection::interrupted(const error_code& failure, const char* where) const {
  if (limit_.passed())
    return refuse(base::errc::request_timeout, std::string("The ") + where + " took too long to arrive.");
  if (failure == boost::asio::error::eof) return malformed(std::string("The request ended within its ") + where + ".");
  return std::nullopt;
}

std::optional<response> connection::open_request() {
  // 1. Is it HTTP?
  parser_.emplace(request_.headers, body_);
  error_code failure;
  parser_->put(boost::asio::buffer(head_), failure);
  if (failure || !parser_->is_header_done()) return last_answer(to_error(failure));
  const auto verb = parser_->known_verb();
  request_.verb = verb.value_or(method::get);
  keeps_alive_ = parser_->keep_alive();
  request_.target = parser_->target();

  // 2. Where does it end, and for whom is it?
  auto frame = check_framing(request_.headers, parser_->version());
  if (!frame) return last_answer(frame.error());
  framing_ = *frame;

  // 3. Do we have this method at all?
  if (!verb) {
    const bool refused_on_purpose =
        parser_->verb() == beast_http::verb::trace || parser_->verb() == beast_http::verb::connect;
    auto answer =
        last_answer(refuse(refused_on_purpose ? base::errc::method_not_allowed : base::errc::not_implemented, ""));
    if (refused_on_purpose) answer.set("Allow", every_method);
    return answer;
  }

  // 4. What is asked, and by whom?
  target_.path.swap(request_.path);
  const auto read = read_target(request_.target, request_.verb, framing_.host, target_);
  target_.path.swap(request_.path);
  request_.query = target_.query;
  if (!read) {
    request_.path.clear();
    return read.error().code == base::errc::malformed ? last_answer(read.error()) : render(read.error());
  }
  if (peer_is_proxy_) {
    const auto believed = believe_proxy(request_, home_->server->settings.trusted_proxies);
    if (!believed) return last_answer(believed.error());
  }

  // 5. Who answers it?
  if (auto answer = find_route()) return answer;
  if (auto answer = check_upgrade()) return answer;
  return check_body_headers();
}

std::optional<response> connection::find_route() {
  if (request_.path == "*") return std::move(response(204).set("Allow", every_method));
  route_ = home_->server->routes.find(request_);
  switch (route_.what) {
    case route_match::outcome::found:
      return std::nullopt;
    case route_match::outcome::no_such_path:
      return render(refuse(base::errc::not_found, ""));
    case route_match::outcome::no_such_method:
      break;
  }
  if (auto answer = home_->server->cors.preflight(request_, route_.allow)) return answer;
  auto answer = request_.verb == method::options ? response(204) : render(refuse(base::errc::method_not_allowed, ""));
  answer.set("Allow", route_.allow);
  return answer;
}

bool connection::route_takes_body() const noexcept {
  return route_.options != nullptr && route_.options->body != route_options::body_kind::none;
}

std::optional<response> connection::check_body_headers() {
  const bool takes_json = route_.options != nullptr && route_.options->body == route_options::body_kind::json;
  body_limit_ =
      route_.options != nullptr && route_.options->body_limit != 0 ? route_.options->body_limit : limits_.body;
  if (takes_json) {
    const auto type = request_.header("content-type");
    if (request_.count_headers("content-type") > 1 || (type ? !is_json(*type) : framing_.has_body))
      return render(refuse(base::errc::unsupported_media, "This route takes application/json in UTF-8."));
  }
  if (!framing_.has_body) return std::nullopt;
  if (framing_.is_encoded)
    return render(refuse(base::errc::unsupported_media, "This server takes no Content-Encoding."));
  if (framing_.content_length > body_limit_)
    return render(refuse(base::errc::payload_too_large, "The body is too large."));
  parser_->limit_body(body_limit_);
  if (!route_takes_body()) parser_->drop_body();
  return std::nullopt;
}

async::awaitable<std::optional<response>> connection::ask_gate() {
  std::optional<response> answer;
  std::exception_ptr breakage;
  try {
    answer = co_await (*route_.before_body)(request_);
  } catch (...) {
    breakage = std::current_exception();
  }
  if (breakage) answer.emplace(report_breakage(breakage));
  co_return answer;
}

response connection::render(const base::error& why) const {
  return home_->server->settings.render_error(why, request_.id);
}

response connection::last_answer(const base::error& why) {
  keeps_alive_ = false;
  return render(why);
}

response connection::report_breakage(const std::exception_ptr& breakage) {
  log_breakage(request_, breakage);
  return last_answer(refuse(base::errc::internal, ""));
}

void connection::compose(const response& answer) {
  using connection_field = response_context::connection_field;
  response_context context;
  context.date = home_->date.now();
  context.request_id = request_.id;
  context.cors_headers = home_->server->cors.lines_for(request_);
  context.secure = request_.secure;
  if (parser_ && parser_->version() == http_version::v1_0)
    context.pieces = response_context::pieces_end::with_connection;
  if (!keeps_alive_)
    context.connection = connection_field::close;
  else if (parser_ && parser_->version() == http_version::v1_0)
    context.connection = connection_field::keep_alive;
  writer_.compose(answer, context, request_.verb);
}

void connection::report(unsigned status) {
  const auto asked = as_logged();
  home_->tally.answered(route_.number, status, asked.took);
  log_answer(asked, status);
}

void connection::report_cut(std::optional<unsigned> status) {
  home_->tally.was_cut();
  log_cut(as_logged(), status);
}

logged_request connection::as_logged() const {
  return {request_, parser_ ? parser_->method_text() : std::string_view(), std::chrono::steady_clock::now() - started_};
}

void connection::forget_large_buffers() {
  writer_.forget_large_buffer();
  forget_if_large(body_);
  if (buffer_.size() == 0 && buffer_.capacity() > kept_capacity) buffer_.shrink_to_fit();
}

}  // namespace kontor::http
