// The part of a connection that reads the body of a request.
#include "base/secret_bytes.hpp"
#include "http/connection.hpp"
#include "http/refusal.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace kontor::http {
namespace {

using boost::system::error_code;

constexpr std::size_t large_read = 64 * 1024;
constexpr std::size_t largest_kept = 512 * 1024;

}  // namespace

std::optional<base::error> connection::claim_place() {
  const auto known = std::max(framing_.content_length, parser_->body_size());
  if (body_place_ || !route_takes_body() || known <= limits_.large_body) return std::nullopt;
  auto mine = place::for_large_body(home_->server, request_.client);
  if (!mine) return mine.error();
  body_place_ = std::move(*mine);
  return std::nullopt;
}

// Who brings a large one at less than the rate, or stops in the middle, does not keep its place for long.
std::chrono::milliseconds connection::time_for_body(std::chrono::steady_clock::time_point begun) const {
  auto time = limits_.body_time;
  if (body_place_) time += std::chrono::milliseconds(parser_->body_size() * 1000 / limits_.large_body_rate);
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  return std::max(time - passed, std::chrono::milliseconds(1));
}

std::optional<base::error> connection::take_body() {
  if (auto why = claim_place()) return why;
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
    if (auto why = claim_place()) return why;
  }
  return std::nullopt;
}

async::awaitable<std::optional<base::error>> connection::read_body() {
  auto begun = std::chrono::steady_clock::now();
  limit_.arm(time_for_body(begun));
  if (framing_.expects_continue && parser_->body_size() == 0 && buffer_.size() == 0) {
    writer_.compose_continue();
    if (!writer_.write_now() && !co_await writer_.write_rest()) co_return refuse(base::errc::internal, "");
    begun = std::chrono::steady_clock::now();
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
    if (body_place_) limit_.arm(time_for_body(begun));
  }
  limit_.disarm();
  co_return std::nullopt;
}

void connection::forget_body() noexcept {
  request_.body = {};
  base::wipe(body_.data(), body_.size());
  body_.clear();
  body_place_.reset();
  // A connection that waits for its next request keeps no room for a large one.
  if (body_.capacity() > largest_kept) body_.shrink_to_fit();
}

}  // namespace kontor::http
