#include "http/answer_writer.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace kontor::http {
namespace {

using boost::system::error_code;

constexpr std::size_t copied_body = 16 * 1024;  // up to here one buffer is cheaper than two
constexpr std::size_t dropped_at_once = 2 * 1024;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

void forget_if_large(std::string& text) {
  if (text.capacity() > kept_capacity) std::string().swap(text);
}

void answer_writer::compose(const response& answer, const response_context& context, method asked) {
  out_.clear();
  append_head(out_, answer, context);
  written_ = 0;
  long_body_ = {};
  chunks_ = context.pieces == response_context::pieces_end::at_last_chunk ? framing::first_chunk : framing::none;
  if (asked == method::head || !allows_body(answer.status())) return;
  if (answer.body().size() <= copied_body && !answer.has_secret_body())
    out_.append(answer.body());
  else
    long_body_ = answer.body();
}

// RFC 9112 section 7.1. The line break behind a chunk goes out with the next one, so that a piece is never copied.
void answer_writer::compose_piece(std::string_view piece) {
  out_.clear();
  written_ = 0;
  long_body_ = piece;
  if (chunks_ == framing::none) return;
  if (std::exchange(chunks_, framing::next_chunk) == framing::next_chunk) out_.append("\r\n");
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr;
  out_.append(digits, end).append("\r\n");
}

void answer_writer::compose_end() {
  out_.clear();
  written_ = 0;
  long_body_ = {};
  if (chunks_ == framing::none) return;
  out_.append(chunks_ == framing::next_chunk ? "\r\n0\r\n\r\n" : "0\r\n\r\n");
}

void answer_writer::compose_continue() {
  out_.assign(go_on);
  long_body_ = {};
  written_ = 0;
}

std::array<boost::asio::const_buffer, 2> answer_writer::unsent() const {
  const auto of_head = std::min(written_, out_.size());
  return {boost::asio::buffer(out_) + of_head, boost::asio::buffer(long_body_) + (written_ - of_head)};
}

bool answer_writer::write_now() {
  error_code failure;
  written_ += socket_.write_some(unsent(), failure);
  return !failure && is_done();
}

async::awaitable<bool> answer_writer::write_rest() {
  limit_.arm(limits_.write_time);
  while (!is_done()) {
    error_code failure;
    const auto buffers = unsent();
    written_ += co_await socket_.async_write_some(buffers, boost::asio::redirect_error(async::use_awaitable, failure));
    if (failure || limit_.passed()) co_return false;
  }
  limit_.disarm();
  co_return true;
}

void answer_writer::cut() {
  error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

async::awaitable<void> answer_writer::linger(boost::beast::flat_buffer& received) {
  error_code failure;
  socket_.shutdown(tcp_socket::shutdown_send, failure);
  if (failure) co_return;
  received.clear();
  limit_.arm(limits_.linger_time);
  while (!failure && !limit_.passed()) {
    const auto space = received.prepare(dropped_at_once);
    co_await socket_.async_read_some(space, boost::asio::redirect_error(async::use_awaitable, failure));
  }
}

}  // namespace kontor::http
