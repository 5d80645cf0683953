#include "chat/words.hpp"

#include "base/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <stdexcept>

namespace kontor::chat {
namespace {

constexpr bool is_ascii(UChar32 c) noexcept {
  return c >= 0 && c < 0x80;
}

bool is_letter_or_digit(UChar32 c) {
  if (is_ascii(c)) return base::is_letter_or_digit(static_cast<char>(c));
  return u_isalnum(c) != 0;
}

bool is_mark(UChar32 c) {
  if (is_ascii(c)) return false;
  const auto type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK;
}

// No blank tells where a word of these ends.
bool stands_alone(UChar32 c) {
  if (c < 0x0e00) return false;
  if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) != 0) return true;
  if (u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT) return true;
  UErrorCode status = U_ZERO_ERROR;
  const auto script = uscript_getScript(c, &status);
  return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

const icu::Normalizer2& decomposition() {
  static const icu::Normalizer2* const only = [] {
    UErrorCode status = U_ZERO_ERROR;
    const auto* found = icu::Normalizer2::getNFKDInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKD");
    return found;
  }();
  return *only;
}

icu::UnicodeString decomposed(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  auto out = decomposition().normalize(text, status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU cannot decompose a word");
  return out;
}

// Of a word with other letters than ASCII's. Folding may compose what is decomposed again, so both happen twice
// (Unicode 15, section 3.13, D146).
std::string fold(std::string_view text) {
  auto form = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  form = decomposed(decomposed(form).foldCase());
  icu::UnicodeString kept;
  std::size_t length = 0;
  for (std::int32_t i = 0; i < form.length() && length < longest_word; i = form.moveIndex32(i, 1)) {
    const auto c = form.char32At(i);
    if (!is_letter_or_digit(c)) continue;
    kept.append(c);
    ++length;
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::string form_of(std::string_view text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return is_plain ? base::to_lower_ascii(text.substr(0, longest_word)) : fold(text);
}

class splitter {
 public:
  explicit splitter(std::string_view text) : text_(text) {}

  // The next word as bytes of the text; empty at its end.
  std::string_view next() {
    std::size_t begin = at_;
    UChar32 c = take();
    while (c >= 0 && !is_letter_or_digit(c)) {
      begin = at_;
      c = take();
    }
    if (c < 0) return {};
    const bool alone = stands_alone(c);
    std::size_t end = at_;
    while (at_ < text_.size()) {
      c = take();
      const bool goes_on = is_mark(c) || (!alone && is_letter_or_digit(c) && !stands_alone(c));
      if (!goes_on) break;
      end = at_;
    }
    at_ = end;
    return text_.substr(begin, end - begin);
  }

 private:
  // U+FFFD for what is not UTF-8; -1 at the end.
  UChar32 take() {
    if (at_ == text_.size()) return -1;
    const auto first = static_cast<unsigned char>(text_[at_]);
    if (first < 0x80) {
      ++at_;
      return first;
    }
    std::size_t i = at_;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(text_.data()), i, text_.size(), c);
    at_ = i;
    return c;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

void for_each_word(std::string_view text, const std::function<bool(const word&)>& take) {
  splitter words(text);
  for (auto found = words.next(); !found.empty(); found = words.next()) {
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    const word next{.begin = begin, .end = begin + found.size(), .form = form_of(found)};
    if (!next.form.empty() && !take(next)) return;
  }
}

std::string words_of(std::string_view text) {
  std::vector<std::string> all;
  for_each_word(text, [&all](const word& next) {
    all.push_back(next.form);
    return true;
  });
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  std::string joined;
  std::size_t room = most_of_words;
  for (const auto& each : all) {
    const auto needed = owner_mark_length + each.size();
    if (needed > room) break;
    room -= needed;
    (joined += ' ') += each;
  }
  return joined;
}

std::vector<std::string> words_to_find(std::string_view text) {
  std::vector<std::string> found;
  for_each_word(text, [&found](const word& next) {
    if (std::ranges::find(found, next.form) == found.end()) found.push_back(next.form);
    return true;
  });
  return found;
}

}  // namespace kontor::chat
