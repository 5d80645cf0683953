// A request as handlers see it: read completely, framing checked, path decoded.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <any>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

enum class method { get, head, post, put, patch, delete_, options };

/// `GET`, `HEAD`, …
std::string_view name_of(method m) noexcept;

struct header_view {
  std::string_view name;
  std::string_view value;
};

/// One request. All views live as long as the request itself, which outlives its handler.
struct request {
  method verb = method::get;
  std::string_view target;  ///< As received, with query. Never log the query.
  std::string path;         ///< Percent-decoded once, no dot segments, well-formed UTF-8, without NUL and backslash.
  std::string_view query;   ///< As received, without `?`.
  std::vector<header_view> headers;
  std::string_view body;
  boost::asio::ip::address client;  ///< The peer, or what a trusted proxy says of it.
  bool secure = false;              ///< HTTPS at the client's end, as a trusted proxy says.
  std::string id;                   ///< Ours for every request; also in the answer's X-Request-Id and in the log.
  std::vector<std::pair<std::string_view, std::string>> path_parameters;  ///< Filled by the router.

  /// The value of a header field by name, ignoring case; nullopt when absent. Of several, the first.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  std::size_t count_headers(std::string_view name) const noexcept;
  /// The value of `{name}` in the route's pattern; the router filled it, so asking for another name is a defect
  /// (throws).
  const std::string& path_parameter(std::string_view name) const;
};

}  // namespace kontor::http
