// The words of a text in the form in which they are stored and looked for, so that both databases find the same.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat {

inline constexpr std::size_t longest_word = 40;  ///< Code points; what is longer is found by its beginning.
/// Bytes that the different words of one text may take, each with its owner's mark; the rest is left out. PostgreSQL
/// takes 1 MiB (https://www.postgresql.org/docs/15/textsearch-limitations.html).
inline constexpr std::size_t most_of_words = 800'000;
inline constexpr std::size_t owner_mark_length = 16;

/// A word and where it stands.
struct word {
  std::size_t begin = 0;  ///< Bytes, into the text.
  std::size_t end = 0;
  std::string form;  ///< NFKD without marks, case folded (Unicode 15, by ICU); letters and digits only, never empty.
};

/// Calls back for each word in its order, until it is told to stop (false). A word is a run of letters, digits and the
/// marks on them; where a language writes without blanks (Han, Kana, Thai and others) each character is one. Text that
/// is not well-formed UTF-8 is read as far as it goes, with U+FFFD in between.
void for_each_word(std::string_view text, const std::function<bool(const word&)>& take);

/// The different words in a fixed order, each with a blank before it: ` btc preis`. Empty when there are none.
std::string words_of(std::string_view text);

/// Those of something to be searched for, each once, in their order.
std::vector<std::string> words_to_find(std::string_view text);

}  // namespace kontor::chat
