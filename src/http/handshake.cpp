#include "http/handshake.hpp"

#include "base/text.hpp"
#include "http/refusal.hpp"

#include <algorithm>
#include <optional>

namespace kontor::http {
namespace {

// Lists may be spread over several fields (RFC 9110 section 5.3).
bool lists(const request& in, std::string_view name, std::string_view wanted) noexcept {
  for (const auto& field : in.headers) {
    if (!base::equal_ignoring_ascii_case(field.name, name)) continue;
    auto rest = field.value;
    while (true) {
      const auto comma = rest.find(',');
      if (base::equal_ignoring_ascii_case(base::trim(rest.substr(0, comma)), wanted)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

// 16 bytes in base64. What they are does not matter.
bool is_key(std::string_view value) noexcept {
  const auto is_digit = [](char c) { return base::is_letter_or_digit(c) || c == '+' || c == '/'; };
  return value.size() == 24 && value.ends_with("==") && std::all_of(value.begin(), value.end() - 2, is_digit);
}

// Of a field that may be there once only; nullopt when it is not there, or more than once.
std::optional<std::string_view> only(const request& in, std::string_view name) noexcept {
  return in.count_headers(name) == 1 ? in.header(name) : std::nullopt;
}

}  // namespace

base::result<std::string_view> check_handshake(const request& in, const framing& frame, http_version version) {
  // 1. Is it one at all? HTTP/1.0 has no Upgrade (RFC 9110 section 7.8).
  if (in.verb != method::get || version != http_version::v1_1 || !lists(in, "upgrade", "websocket") ||
      !lists(in, "connection", "upgrade"))
    return refuse(base::errc::upgrade_required, "This address is for the handshake of a WebSocket.");

  // 2. One that we speak?
  if (only(in, "sec-websocket-version") != "13")
    return refuse(base::errc::upgrade_required, "The only Sec-WebSocket-Version is 13.");

  // 3. A whole one? Behind a handshake come frames: nothing may be in doubt about where it ends.
  if (frame.has_body) return malformed("The handshake of a WebSocket has no body.");
  const auto key = only(in, "sec-websocket-key");
  if (!key || !is_key(*key)) return malformed("Sec-WebSocket-Key is not one key of 16 bytes.");
  return *key;
}

}  // namespace kontor::http
