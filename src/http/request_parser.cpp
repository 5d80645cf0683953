#include "http/request_parser.hpp"

#include "base/secret_bytes.hpp"
#include "http/refusal.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>

namespace kontor::http {
namespace beast_http = boost::beast::http;

// Our guards hold the limits; Beast's own would only say them less exactly.
request_parser::request_parser(std::vector<header_view>& headers, std::string& body) : headers_(headers), body_(body) {
  body_limit(boost::none);
  header_limit(std::numeric_limits<std::uint32_t>::max());
}

void request_parser::on_request_impl(beast_http::verb verb, text method, text target, int version, error_code&) {
  verb_ = verb;
  method_text_ = method;
  target_ = target;
  version_ = version == 10 ? http_version::v1_0 : http_version::v1_1;
}

std::optional<method> request_parser::known_verb() const noexcept {
  switch (verb_) {
    case beast_http::verb::get:
      return method::get;
    case beast_http::verb::head:
      return method::head;
    case beast_http::verb::post:
      return method::post;
    case beast_http::verb::put:
      return method::put;
    case beast_http::verb::patch:
      return method::patch;
    case beast_http::verb::delete_:
      return method::delete_;
    case beast_http::verb::options:
      return method::options;
    default:
      return std::nullopt;
  }
}

void request_parser::on_field_impl(beast_http::field, text name, text value, error_code&) {
  // Trailer fields come here, too. They are dropped: nothing of ours reads them, and merged into the header they could
  // forge it (RFC 9110 section 6.5.1).
  if (in_header_) headers_.push_back({name, value});
}

void request_parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
  // A length is a claim: memory for more than this is taken only as the bytes arrive.
  constexpr std::uint64_t trusted = 64 * 1024;
  if (length && !drops_body_) body_.reserve(static_cast<std::size_t>(std::min(*length, trusted)));
}

std::size_t request_parser::on_body_impl(text part, error_code& failure) {
  if (part.size() > limit_ - body_size_) {
    failure = beast_http::error::body_limit;
    return 0;
  }
  body_size_ += part.size();
  if (!drops_body_) keep({part.data(), part.size()});
  return part.size();
}

// A string that grows by itself leaves its old bytes behind, and they may be a password.
void request_parser::keep(std::string_view part) {
  if (part.size() > body_.capacity() - body_.size()) {
    std::string larger;
    larger.reserve(std::max(2 * body_.capacity(), body_.size() + part.size()));
    larger.assign(body_);
    base::wipe(body_.data(), body_.size());
    body_.swap(larger);
  }
  body_.append(part);
}

void request_parser::on_chunk_header_impl(std::uint64_t size, text, error_code& failure) {
  if (size > limit_ - body_size_) failure = beast_http::error::body_limit;
  at_chunk_header_ = size == 0;
  after_chunk_ = true;
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t remain, text part, error_code& failure) {
  at_chunk_header_ = part.size() == remain;
  return on_body_impl(part, failure);
}

base::error to_error(const boost::beast::error_code& failure) {
  if (failure == beast_http::error::body_limit) return refuse(base::errc::payload_too_large, "The body is too large.");
  auto why = malformed("The request is not well-formed HTTP.");
  why.internal_detail = failure.message();
  return why;
}

}  // namespace kontor::http
