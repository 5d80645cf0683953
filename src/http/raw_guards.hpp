// Guards over the raw bytes of a message, before Beast's parser sees them. Beast 1.81 lets some things pass, or makes
// them look regular, that two servers can read in two ways (request smuggling). These guards do not parse: they look
// for line ends, control characters, lengths and the few forms that we refuse; what they let through, Beast parses.
#pragma once

#include "base/error.hpp"
#include "http/limits.hpp"

#include <cstddef>
#include <string_view>

namespace kontor::http {

enum class scan_result {
  incomplete,  ///< Nothing wrong so far; more bytes are needed.
  complete,
  refused,
};

/// Watches one header section arrive (RFC 9112 sections 2.2, 3, 5). Refuses, as soon as it is seen: a line that does
/// not end with CRLF, a control character other than a tab in a value, a line that begins with white space (obs-fold
/// among them), a request line that is not `method SP target SP HTTP/1.0|HTTP/1.1` (errc::version_not_supported for
/// another `HTTP/d.d`), and what is over limits::request_line (errc::target_too_long), header_section or header_fields
/// (errc::headers_too_large).
class head_scanner {
 public:
  explicit head_scanner(const limits& l) noexcept : limits_(l) {}

  void reset() noexcept { line_start_ = section_start_ = fields_ = 0; }

  /// `received`: all bytes since the beginning of the request line, also those shown before.
  scan_result scan(std::string_view received);

  /// After `complete`: bytes up to and including the empty line.
  std::size_t size() const noexcept { return line_start_; }
  /// After `refused`.
  const base::error& refusal() const noexcept { return refusal_; }

 private:
  scan_result refused(base::errc code, const char* detail);
  scan_result check_request_line(std::string_view line);
  scan_result check_unfinished_line(std::string_view part);

  const limits& limits_;
  std::size_t line_start_ = 0;
  std::size_t section_start_ = 0;  // 0: still in the request line
  std::size_t fields_ = 0;
  base::error refusal_;
};

struct chunk_scan {
  scan_result what = scan_result::incomplete;
  base::error refusal = {};
};

/// Looks at the bytes where a chunk's size line must stand (RFC 9112 section 7.1); `after_chunk`: the CRLF that ends
/// the chunk before stands first. Complete when the whole line is there, of the last chunk also the trailer section.
/// Refuses anything but 1 to 16 hexadecimal digits before `;` or CRLF, a line end other than CRLF, control characters,
/// a line over limits::chunk_header, and a trailer section that would be refused as a header section.
chunk_scan scan_chunk_header(std::string_view received, bool after_chunk, const limits& l);

}  // namespace kontor::http
