#include "takeout/csv.hpp"

#include <array>

namespace kontor::takeout {
namespace {

bool begins_formula(std::string_view rest) noexcept {
  constexpr std::array<std::string_view, 8> signs = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  for (const auto sign : signs)
    if (rest.starts_with(sign)) return true;
  return false;
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
  bool may_begin_a_cell = true;
  out += '"';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (may_begin_a_cell && begins_formula(text.substr(at))) out += '\'';
    switch (c) {
      case ',':
      case ';':
      case '|':
      case '\t':
      case '\r':
      case '\n':
        may_begin_a_cell = true;
        break;
      case ' ':
      case '"':
      case '\'':
        break;
      default:
        may_begin_a_cell = false;
    }
    out += c;
    if (c == '"') out += '"';
  }
  out += '"';
}

}  // namespace kontor::takeout
