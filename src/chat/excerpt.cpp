#include "chat/excerpt.hpp"

#include "base/text.hpp"
#include "chat/words.hpp"

#include <algorithm>
#include <set>

namespace kontor::chat {
namespace {

constexpr std::size_t most_matches = 500;
constexpr std::size_t close_together = 160;  // bytes, so never more code points than an excerpt has
constexpr std::size_t shown_before = 40;     // code points

struct match {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t which = 0;  // of the words
};

constexpr bool begins_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::vector<match> matches_in(std::string_view text, std::span<const std::string> words) {
  std::vector<match> found;
  const bool may_begin = !words.empty() && base::count_code_points(words.back()) > 1;
  for_each_word(text, [&](const word& next) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool may_go_on = may_begin && i + 1 == words.size();
      if (next.form != words[i] && !(may_go_on && next.form.starts_with(words[i]))) continue;
      found.push_back({.begin = next.begin, .end = next.end, .which = i});
      break;
    }
    return found.size() < most_matches;
  });
  return found;
}

// Where the best place begins: the first of the matches that have most different words behind them.
std::size_t best_of(std::span<const match> found) {
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::set<std::size_t> different;
    for (const auto& each : found.subspan(i)) {
      if (each.end > found[i].begin + close_together) break;
      different.insert(each.which);
    }
    if (different.size() > most) {
      most = different.size();
      best = i;
    }
  }
  return best;
}

// So many code points before a place, or rather the beginning of the next word from there on.
std::size_t go_back(std::string_view text, std::size_t from) {
  std::size_t at = from;
  for (std::size_t seen = 0; at > 0 && seen < shown_before;)
    if (begins_character(text[--at])) ++seen;
  if (at == 0) return 0;
  for (auto i = at; i < from; ++i)
    if (is_blank(text[i])) return i + 1;
  return at;
}

// The end of an excerpt, behind a whole word where that costs little.
std::size_t go_on(std::string_view text, std::size_t begin, std::size_t at_least) {
  std::size_t seen = 0;
  std::size_t at = begin;
  for (; at < text.size(); ++at)
    if (begins_character(text[at]) && seen++ == longest_excerpt) break;
  if (at == text.size()) return at;
  for (auto i = at; i > at_least && i > begin; --i)
    if (is_blank(text[i])) return i;
  return at;
}

}  // namespace

std::vector<excerpt_piece> excerpt_of(std::string_view text, std::span<const std::string> words) {
  const auto found = matches_in(text, words);
  const auto first = found.empty() ? 0 : best_of(found);
  const auto begin = found.empty() ? 0 : go_back(text, found[first].begin);
  const auto end = go_on(text, begin, found.empty() ? begin : found[first].end);
  std::vector<excerpt_piece> pieces;
  auto at = begin;
  const auto add = [&](std::size_t until, bool is_found) {
    if (until > at) pieces.push_back({.text = std::string(text.substr(at, until - at)), .is_found = is_found});
    at = std::max(at, until);
  };
  for (const auto& each : found) {
    if (each.begin >= end) break;
    if (each.begin < begin) continue;
    add(each.begin, false);
    add(std::min(each.end, end), true);
  }
  add(end, false);
  return pieces;
}

}  // namespace kontor::chat
