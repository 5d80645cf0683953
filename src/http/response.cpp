#include "http/response.hpp"

#include "base/text.hpp"
#include "http/response_writer.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

bool is_token_char(char c) noexcept {
  return base::is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_field_name(std::string_view name) noexcept {
  if (name.empty()) return false;
  for (const char c : name)
    if (!is_token_char(c)) return false;
  return true;
}

// RFC 9110 section 5.5: visible characters, obs-text, space and tab; nothing that ends a line or hides.
bool is_field_value(std::string_view value) noexcept {
  for (const char c : value)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return false;
  return true;
}

// What the connection alone decides: two of them would change where this answer ends and the next one begins.
constexpr std::array<std::string_view, 5> written_by_the_connection = {"content-length", "transfer-encoding",
                                                                       "connection", "date", "x-request-id"};

}  // namespace

response response::with_body(unsigned status, std::string_view content_type, std::string body) {
  response out(status);
  out.content_type_ = content_type;
  out.owned_body_ = std::move(body);
  out.owns_body_ = true;
  return out;
}

response response::with_static_body(unsigned status, std::string_view content_type, std::string_view body) {
  response out(status);
  out.content_type_ = content_type;
  out.static_body_ = body;
  return out;
}

response response::with_secret_body(unsigned status, std::string_view content_type, base::secret_bytes body) {
  response out(status);
  out.content_type_ = content_type;
  out.secret_body_ = std::make_shared<const base::secret_bytes>(std::move(body));
  out.static_body_ = out.secret_body_->text();
  return out;
}

response response::with_pieces(unsigned status, std::string_view content_type, piece_source pieces) {
  if (!allows_body(status)) throw std::invalid_argument("an answer of this status has no body");
  response out(status);
  out.content_type_ = content_type;
  out.pieces_ = std::make_shared<const piece_source>(std::move(pieces));
  return out;
}

response& response::replace_pieces(piece_source pieces) {
  if (!pieces_) throw std::logic_error("there are no pieces to be replaced");
  pieces_ = std::make_shared<const piece_source>(std::move(pieces));
  return *this;
}

response response::with_socket(socket_session session, socket_options options) {
  response out(101);
  out.socket_ = std::make_shared<const socket_upgrade>(std::move(session), options);
  return out;
}

response& response::set(std::string_view name, std::string_view value) {
  if (!is_field_name(name)) throw std::invalid_argument("not a header field name");
  if (!is_field_value(value))
    throw std::invalid_argument("a control character in the header field " + std::string(name));
  for (const auto reserved : written_by_the_connection)
    if (base::equal_ignoring_ascii_case(name, reserved))
      throw std::invalid_argument("the connection itself writes the header field " + std::string(name));
  if (!base::equal_ignoring_ascii_case(name, "set-cookie")) {
    for (auto& field : headers_) {
      if (!base::equal_ignoring_ascii_case(field.name, name)) continue;
      field.value = value;
      return *this;
    }
  }
  headers_.push_back({std::string(name), std::string(value)});
  return *this;
}

std::string_view response::find(std::string_view name) const noexcept {
  for (const auto& field : headers_)
    if (base::equal_ignoring_ascii_case(field.name, name)) return field.value;
  return {};
}

response& response::close() noexcept {
  closes_ = true;
  return *this;
}

}  // namespace kontor::http
