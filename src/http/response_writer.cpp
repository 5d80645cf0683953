#include "http/response_writer.hpp"

#include <boost/beast/http/status.hpp>

#include <charconv>

namespace kontor::http {
namespace {

// The same for every answer (OWASP Secure Headers, ASVS 3.4). Cross-Origin-Resource-Policy does not stand in the way of
// the origins that CORS lets in: browsers ask it only of requests made without CORS (Fetch section 3.6).
constexpr std::string_view security_headers =
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view strict_transport = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool allows_body(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

void append_head(std::string& out, const response& from, const response_context& context) {
  out.append("HTTP/1.1 ");
  append_number(out, from.status());
  out += ' ';
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(from.status()));
  out.append(reason.data(), reason.size());
  out.append("\r\n");
  append_field(out, "Date", context.date);
  if (!from.content_type().empty()) append_field(out, "Content-Type", from.content_type());
  if (from.has_pieces()) {
    if (context.pieces == response_context::pieces_end::at_last_chunk) out.append("Transfer-Encoding: chunked\r\n");
  } else if (allows_body(from.status())) {
    out.append("Content-Length: ");
    append_number(out, from.body().size());
    out.append("\r\n");
  }
  append_field(out, "X-Request-Id", context.request_id);
  for (const auto& field : from.headers())
    append_field(out, field.name, field.value);
  out.append(from.lines());
  if (from.find("Cache-Control").empty()) out.append("Cache-Control: no-store\r\n");
  out.append(context.cors_headers);
  out.append(security_headers);
  if (context.secure) out.append(strict_transport);
  // Upgrade is for this connection alone, and must be named as such (RFC 9110 section 7.8).
  const bool has_upgrade = !from.find("Upgrade").empty();
  if (context.connection == response_context::connection_field::close)
    out.append(has_upgrade ? "Connection: close, Upgrade\r\n" : "Connection: close\r\n");
  else if (context.connection == response_context::connection_field::keep_alive)
    out.append(has_upgrade ? "Connection: keep-alive, Upgrade\r\n" : "Connection: keep-alive\r\n");
  else if (has_upgrade)
    out.append("Connection: Upgrade\r\n");
  out.append("\r\n");
}

}  // namespace kontor::http
