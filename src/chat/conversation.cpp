#include "chat/conversation.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kontor::chat {
namespace {

constexpr std::size_t longest = 80;  // code points of a title that we make
constexpr std::string_view blanks = " \t\r\n";

// The first so many code points, all of it when there are fewer.
std::string_view beginning_of(std::string_view text, std::size_t code_points) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U;
    if (begins && seen++ == code_points) return text.substr(0, i);
  }
  return text;
}

std::string without_controls(std::string_view line) {
  std::string out(line);
  std::ranges::replace_if(out, is_control, ' ');
  return out;
}

}  // namespace

std::string title_from(std::string_view text) {
  text = base::trim(text, blanks);
  text = base::trim(text.substr(0, text.find_first_of("\r\n")), blanks);
  const auto beginning = beginning_of(text, longest);
  if (beginning.size() == text.size()) return without_controls(text);
  const auto last_blank = beginning.find_last_of(blanks);
  const auto whole_words = last_blank == std::string_view::npos ? beginning : beginning.substr(0, last_blank);
  return without_controls(base::trim(whole_words, blanks)) + "…";
}

}  // namespace kontor::chat
