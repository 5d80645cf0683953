// Beast's parser, filling our request. Only connection.cpp and tests include this: it names Beast.
#pragma once

#include "base/error.hpp"
#include "http/framing.hpp"
#include "http/request.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

/// Parses one request. Views of the header section point into the bytes given to `put`, so these must stay where they
/// are; the body is appended to a string of the caller, or dropped.
class request_parser final : public boost::beast::http::basic_parser<true> {
 public:
  request_parser(std::vector<header_view>& headers, std::string& body);

  std::string_view method_text() const noexcept { return method_text_; }
  boost::beast::http::verb verb() const noexcept { return verb_; }
  std::optional<method> known_verb() const noexcept;  ///< nullopt: none that we have.
  std::string_view target() const noexcept { return target_; }
  http_version version() const noexcept { return version_; }

  /// Set before the first byte of the body; over it `put` fails with http::error::body_limit.
  void limit_body(std::uint64_t bytes) noexcept { limit_ = bytes; }
  /// Set before the first byte of the body: it is only counted, not kept.
  void drop_body() noexcept { drops_body_ = true; }
  /// Bytes of the body that have come so far, kept or dropped.
  std::uint64_t body_size() const noexcept { return body_size_; }

  /// The next byte belongs to a chunk's size line: the moment for `scan_chunk_header`.
  bool at_chunk_header() const noexcept { return at_chunk_header_; }
  /// Has there been a chunk before, so that its CRLF comes first?
  bool after_chunk() const noexcept { return after_chunk_; }

 private:
  using text = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb verb, text method, text target, int version, error_code&) override;
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field, text name, text value, error_code&) override;
  void on_header_impl(error_code&) override { in_header_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
  std::size_t on_body_impl(text part, error_code&) override;
  void on_chunk_header_impl(std::uint64_t size, text, error_code&) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, text part, error_code&) override;
  void on_finish_impl(error_code&) override {}
  void keep(std::string_view part);

  std::vector<header_view>& headers_;
  std::string& body_;
  std::string_view method_text_;
  std::string_view target_;
  std::uint64_t limit_ = 0;
  std::uint64_t body_size_ = 0;
  boost::beast::http::verb verb_ = boost::beast::http::verb::unknown;
  http_version version_ = http_version::v1_1;
  bool drops_body_ = false;
  bool in_header_ = true;
  bool at_chunk_header_ = true;
  bool after_chunk_ = false;
};

/// What a failure of `put` means to the client.
base::error to_error(const boost::beast::error_code& failure);

}  // namespace kontor::http
