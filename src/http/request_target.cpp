#include "http/request_target.hpp"

#include "base/text.hpp"
#include "http/refusal.hpp"

#include <optional>

namespace kontor::http {
namespace {

bool has_forbidden_segment(std::string_view path) noexcept {
  std::string_view rest = path.substr(1);
  while (true) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part == "." || part == "..") return true;
    if (slash == std::string_view::npos) return false;
    if (part.empty()) return true;
    rest.remove_prefix(slash + 1);
  }
}

base::result<void> decode_path(std::string_view raw, std::string& path) {
  bool other_than_ascii = false;
  path.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const bool whole = i + 2 < raw.size();
      const int high = whole ? base::hex_value(raw[i + 1]) : -1;
      const int low = whole ? base::hex_value(raw[i + 2]) : -1;
      if (high < 0 || low < 0) return malformed("The path has a broken percent-encoding.");
      c = static_cast<char>(high * 16 + low);
      i += 2;
      if (c == '/') return refuse(base::errc::not_found, "");
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return malformed("The path has a control character.");
      other_than_ascii |= static_cast<signed char>(c) < 0;
    }
    if (c == '\\') return refuse(base::errc::not_found, "");
    path += c;
  }
  if (other_than_ascii && !base::is_utf8(path)) return malformed("The path is not UTF-8.");
  if (has_forbidden_segment(path)) return refuse(base::errc::not_found, "");
  return {};
}

// Cuts `http://authority` off; nullopt when the scheme is another.
std::optional<std::string_view> authority_of(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!base::equal_ignoring_ascii_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    const auto authority = target.substr(0, end);
    target.remove_prefix(authority.size());
    return authority;
  }
  return std::nullopt;
}

}  // namespace

base::result<void> read_target(std::string_view target, method verb, std::string_view host, request_target& out) {
  out.query = {};
  if (target == "*" && verb == method::options) {
    out.path = "*";
    return {};
  }
  if (target.find('#') != std::string_view::npos) return malformed("The request target has a fragment.");
  if (!target.starts_with('/')) {
    const auto authority = authority_of(target);
    if (!authority) return malformed("The request target is not a path.");
    if (host.empty() || !base::equal_ignoring_ascii_case(*authority, host))
      return malformed("The request target and the Host field name different servers.");
  }
  const auto question = target.find('?');
  auto path = target.substr(0, question);
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  if (path.empty()) path = "/";
  return decode_path(path, out.path);
}

}  // namespace kontor::http
