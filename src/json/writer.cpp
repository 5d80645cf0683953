#include "json/writer.hpp"

#include "base/text.hpp"

#include <array>
#include <stdexcept>

namespace kontor::json {
namespace {

// The escape of one byte; empty when it stands for itself. RFC 8259 section 7, and what HTML would take for markup.
std::string_view escape_of(unsigned char c) {
  static constexpr std::string_view digits = "0123456789abcdef";
  static const auto controls = [] {
    std::array<std::string, 0x20> out;
    for (unsigned i = 0; i < out.size(); ++i)
      out[i] = std::string("\\u00") + digits[i >> 4] + digits[i & 0x0f];
    out['\b'] = "\\b", out['\f'] = "\\f", out['\n'] = "\\n", out['\r'] = "\\r", out['\t'] = "\\t";
    return out;
  }();
  if (c < 0x20) return controls[c];
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '<':
      return "\\u003c";
    case '>':
      return "\\u003e";
    case '&':
      return "\\u0026";
    default:
      return {};
  }
}

}  // namespace

writer& writer::begin_object() {
  separate();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

writer& writer::begin_object(std::string_view member_name) {
  name(member_name);
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

writer& writer::end_object() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}

writer& writer::begin_array() {
  separate();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

writer& writer::begin_array(std::string_view member_name) {
  name(member_name);
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

writer& writer::end_array() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}

writer& writer::member(std::string_view member_name, std::string_view value) {
  name(member_name);
  text(value);
  return *this;
}

writer& writer::long_member(std::string_view member_name, std::string_view value) {
  name(member_name);
  text(value, escapes::demanded);
  return *this;
}

writer& writer::null_member(std::string_view member_name) {
  return raw_member(member_name, "null");
}

writer& writer::element(std::string_view value) {
  separate();
  text(value);
  return *this;
}

writer& writer::raw_element(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

writer& writer::raw_member(std::string_view member_name, std::string_view value) {
  name(member_name);
  out_ += value;
  return *this;
}

void writer::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

void writer::name(std::string_view member_name) {
  separate();
  text(member_name);
  out_ += ':';
}

void writer::text(std::string_view value, escapes which) {
  out_ += '"';
  std::size_t written = 0;
  bool ascii = true;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    std::string_view escape;
    std::size_t taken = 1;
    if (c < 0x80) {
      escape = which == escapes::demanded && (c == '<' || c == '>' || c == '&') ? std::string_view() : escape_of(c);
    } else {
      ascii = false;
      // JavaScript before ES2019 ends a line at these two.
      const auto sequence = value.substr(i, 3);
      if (sequence == "\u2028") escape = "\\u2028", taken = 3;
      if (sequence == "\u2029") escape = "\\u2029", taken = 3;
    }
    if (escape.empty()) continue;
    out_.append(value.substr(written, i - written)).append(escape);
    i += taken - 1;
    written = i + 1;
  }
  if (!ascii && !base::is_utf8(value)) throw std::invalid_argument("json::writer: the text is not UTF-8");
  out_.append(value.substr(written));
  out_ += '"';
}

}  // namespace kontor::json
