// A piece of a text around the place where something was found.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat {

inline constexpr std::size_t longest_excerpt = 200;  ///< Code points.

struct excerpt_piece {
  std::string text;  ///< As it stands in the text; never empty.
  bool is_found = false;

  friend bool operator==(const excerpt_piece&, const excerpt_piece&) = default;
};

/// Around the place where most of `words` (of words_to_find) stand close together, the last one also as the beginning
/// of a word, as in find_places. The beginning of the text when none of them is there.
std::vector<excerpt_piece> excerpt_of(std::string_view text, std::span<const std::string> words);

}  // namespace kontor::chat
