#include "http/framing.hpp"

#include "base/text.hpp"
#include "http/refusal.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::http {
namespace {

bool is_name_char(char c) noexcept {
  return base::is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// Beast trims tabs and spaces. A proxy in front of us may not, and then reads another coding than we do.
bool stands_alone(std::string_view value) noexcept {
  const char before = *(value.data() - 1);
  const char after = *(value.data() + value.size());
  return (before == ':' || (before == ' ' && *(value.data() - 2) == ':')) && after == '\r';
}

// The lengths first: most names are told apart by them alone.
bool is(std::string_view name, std::string_view known) noexcept {
  return name.size() == known.size() && base::equal_ignoring_ascii_case(name, known);
}

}  // namespace

bool is_host(std::string_view value) noexcept {
  std::string_view port;
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto inside = value.substr(1, end - 1);
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    port = value.substr(end + 1);
  } else {
    const auto colon = value.find(':');
    const auto name = value.substr(0, colon);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_char)) return false;
    if (colon != std::string_view::npos) port = value.substr(colon);
  }
  if (port.empty()) return true;
  return port.front() == ':' && port.size() >= 2 && port.size() <= 6 &&
         std::all_of(port.begin() + 1, port.end(), base::is_digit);
}

base::result<framing> check_framing(std::span<const header_view> headers, http_version version) {
  framing found;
  bool has_length = false;
  bool has_host = false;
  for (const auto& [name, value] : headers) {
    if (is(name, "host")) {
      if (has_host) return malformed("There are two Host fields.");
      if (!is_host(value)) return malformed("The Host field is not `name` or `name:port`.");
      has_host = true;
      found.host = value;
    } else if (is(name, "content-length")) {
      if (has_length) return malformed("There are two Content-Length fields.");
      has_length = true;
      const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), found.content_length);
      // from_chars takes no plus sign and no white space; a minus sign not for an unsigned type.
      if (failure != std::errc() || end != value.data() + value.size())
        return malformed("Content-Length is not a number of bytes.");
    } else if (is(name, "transfer-encoding")) {
      if (found.chunked) return malformed("There are two Transfer-Encoding fields.");
      if (value != "chunked" || !stands_alone(value)) return malformed("The only Transfer-Encoding is `chunked`.");
      found.chunked = true;
    } else if (is(name, "expect")) {
      if (!base::equal_ignoring_ascii_case(value, "100-continue"))
        return refuse(base::errc::expectation_failed, "The only Expect is `100-continue`.");
      found.expects_continue = version == http_version::v1_1;
    } else if (is(name, "content-encoding")) {
      found.is_encoded = true;
    }
  }
  if (found.chunked && has_length) return malformed("Transfer-Encoding and Content-Length exclude each other.");
  if (found.chunked && version == http_version::v1_0) return malformed("HTTP/1.0 has no Transfer-Encoding.");
  if (!has_host && version == http_version::v1_1) return malformed("The Host field is missing.");
  found.has_body = found.chunked || found.content_length > 0;
  return found;
}

}  // namespace kontor::http
