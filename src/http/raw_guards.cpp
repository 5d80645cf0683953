#include "http/raw_guards.hpp"

#include "base/text.hpp"
#include "http/refusal.hpp"

#include <algorithm>

namespace kontor::http {
namespace {

// Written without an early exit so that the compiler makes vector code of it.
bool has_control(std::string_view text) noexcept {
  bool found = false;
  for (const char c : text)
    found |= (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  return found;
}

bool is_visible_ascii(std::string_view text) noexcept {
  bool other = false;
  for (const char c : text)
    other |= static_cast<signed char>(c) <= 0x20 || c == 0x7f;
  return !other;
}

bool is_hex(char c) noexcept {
  return base::hex_value(c) >= 0;
}

}  // namespace

scan_result head_scanner::refused(base::errc code, const char* detail) {
  refusal_ = refuse(code, detail);
  return scan_result::refused;
}

scan_result head_scanner::check_request_line(std::string_view line) {
  if (line.size() > limits_.request_line) return refused(base::errc::target_too_long, "The request line is too long.");
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || first == 0 || !is_visible_ascii(line.substr(0, first)) ||
      last == first + 1 || !is_visible_ascii(line.substr(first + 1, last - first - 1)))
    return refused(base::errc::malformed, "The request line is not `method target version`.");
  const auto version = line.substr(last + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return scan_result::complete;
  if (version.size() == 8 && version.starts_with("HTTP/") && base::is_digit(version[5]) && version[6] == '.' &&
      base::is_digit(version[7]))
    return refused(base::errc::version_not_supported, "This server speaks HTTP/1.1.");
  return refused(base::errc::malformed, "The request line does not name an HTTP version.");
}

scan_result head_scanner::check_unfinished_line(std::string_view part) {
  const bool in_request_line = section_start_ == 0;
  if (part.ends_with('\r')) part.remove_suffix(1);
  if (has_control(part)) return refused(base::errc::malformed, "A control character in the header.");
  if (in_request_line) {
    if (part.size() > limits_.request_line)
      return refused(base::errc::target_too_long, "The request line is too long.");
  } else if (!part.empty() && line_start_ - section_start_ + part.size() > limits_.header_section) {
    return refused(base::errc::headers_too_large, "The header section is too long.");
  }
  return scan_result::incomplete;
}

scan_result head_scanner::scan(std::string_view received) {
  while (true) {
    const auto rest = received.substr(line_start_);
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return check_unfinished_line(rest);
    if (end == 0 || rest[end - 1] != '\r') return refused(base::errc::malformed, "A line does not end with CRLF.");
    const auto line = rest.substr(0, end - 1);
    if (has_control(line)) return refused(base::errc::malformed, "A control character in the header.");

    line_start_ += end + 1;
    if (section_start_ == 0) {
      if (const auto good = check_request_line(line); good != scan_result::complete) return good;
      section_start_ = line_start_;
      continue;
    }
    if (line.empty()) return scan_result::complete;
    if (line.front() == ' ' || line.front() == '\t')
      return refused(base::errc::malformed, "A header line begins with white space.");
    if (line_start_ - section_start_ > limits_.header_section)
      return refused(base::errc::headers_too_large, "The header section is too long.");
    if (++fields_ > limits_.header_fields) return refused(base::errc::headers_too_large, "Too many header fields.");
  }
}

chunk_scan scan_chunk_header(std::string_view received, bool after_chunk, const limits& l) {
  const auto wrong = [](const char* why) { return chunk_scan{scan_result::refused, malformed(why)}; };
  if (after_chunk) {
    if (!received.starts_with(received.size() < 2 ? std::string_view("\r\n").substr(0, received.size()) : "\r\n"))
      return wrong("A chunk does not end where its size says.");
    if (received.size() < 2) return {};
    received.remove_prefix(2);
  }
  // 1. The size: 1*HEXDIG, as many as fit into 64 bits.
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(received.begin(), received.end(), is_hex) - received.begin());
  if (digits > 16) return wrong("A chunk size is too large.");
  if (digits == received.size()) return {};
  if (digits == 0) return wrong("A chunk size is not a hexadecimal number.");
  if (received[digits] != ';' && received[digits] != '\r') return wrong("A chunk size is not a hexadecimal number.");
  // 2. The extensions, which we read only to know that they end.
  const auto end = received.find('\n');
  auto line = received.substr(0, end);
  const bool ended = end != std::string_view::npos;
  if (ended && !line.ends_with('\r')) return wrong("A chunk header does not end with CRLF.");
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (has_control(line)) return wrong("A control character in a chunk header.");
  if (line.size() > l.chunk_header) return wrong("A chunk header is too long.");
  if (!ended) return {};
  if (line.substr(0, digits).find_first_not_of('0') != std::string_view::npos) return {scan_result::complete};
  // 3. After the last chunk: trailer fields up to an empty line.
  auto rest = received.substr(end + 1);
  std::size_t bytes = 0;
  std::size_t fields = 0;
  while (true) {
    const auto line_end = rest.find('\n');
    auto field = rest.substr(0, line_end);
    const bool whole = line_end != std::string_view::npos;
    if (whole && !field.ends_with('\r')) return wrong("A trailer line does not end with CRLF.");
    if (field.ends_with('\r')) field.remove_suffix(1);
    if (has_control(field)) return wrong("A control character in the trailer section.");
    bytes += field.size() + 2;
    if (!field.empty() && bytes > l.header_section)
      return {scan_result::refused, refuse(base::errc::headers_too_large, "The trailer section is too long.")};
    if (!whole) return {};
    if (field.empty()) return {scan_result::complete};
    if (field.front() == ' ' || field.front() == '\t') return wrong("A trailer line begins with white space.");
    if (++fields > l.header_fields)
      return {scan_result::refused, refuse(base::errc::headers_too_large, "Too many trailer fields.")};
    rest.remove_prefix(line_end + 1);
  }
}

}  // namespace kontor::http
