// The part of a connection that reads the body of a request.
#include "base/secret_bytes.hpp"
#include "http/connection.hpp"
#include "http/refusal.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <utility>

namespace kontor::http {
namespace {

using boost::system::error_code;

constexpr std::size_t large_read = 64 * 1024;
constexpr std::size_t largest_kept = 512 * 1024;

}  // namespace

std::optional<base::error> connection::take_body() {
  while (!parser_->is_done() && buffer_.size() > 0) {
    if (framing_.chunked && parser_->at_chunk_header()) {
      const std::string_view received(static_cast<const char*>(buffer_.data().data()), buffer_.size());
      auto seen = scan_chunk_header(received, parser_->after_chunk(), limits_);
      if (seen.what == scan_result::refused) return std::move(seen.refusal);
      if (seen.what == scan_result::incomplete) return std::nullopt;
    }
    error_code failure;
    const auto taken = parser_->put(buffer_.cdata(), failure);
    base::wipe(buffer_.data().data(), taken);
    buffer_.consume(taken);
    if (failure) return to_error(failure);
  }
  return std::nullopt;
}

async::awaitable<std::optional<base::error>> connection::read_body() {
  limit_.arm(limits_.body_time);
  if (framing_.expects_continue && parser_->body_size() == 0 && buffer_.size() == 0) {
    writer_.compose_continue();
    if (!writer_.write_now() && !co_await writer_.write_rest()) co_return refuse(base::errc::internal, "");
    limit_.arm(limits_.body_time);
  }
  while (!parser_->is_done()) {
    // What is dropped needs no large buffer: anybody may send it, and then keep the buffer by sending no more.
    const auto missing = framing_.chunked || !route_takes_body()
                             ? usual_read
                             : static_cast<std::size_t>(framing_.content_length - parser_->body_size());
    const auto space = buffer_.prepare(std::clamp(missing, usual_read, large_read));
    error_code failure;
    const auto received =
        co_await socket_.async_read_some(space, boost::asio::redirect_error(async::use_awaitable, failure));
    if (failure || limit_.passed()) {
      auto why = interrupted(failure, "body");
      co_return why ? std::move(*why) : refuse(base::errc::internal, "");
    }
    buffer_.commit(received);
    if (auto why = take_body()) co_return why;
  }
  limit_.disarm();
  co_return std::nullopt;
}

void connection::forget_body() noexcept {
  request_.body = {};
  base::wipe(body_.data(), body_.size());
  body_.clear();
  // A connection that waits for its next request keeps no room for a large one.
  if (body_.capacity() > largest_kept) body_.shrink_to_fit();
}

}  // namespace kontor::http
