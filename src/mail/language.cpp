#include "mail/language.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace kontor::mail {
namespace {

// A weight in thousandths (RFC 9110 section 12.4.2); -1 for one that is none.
int weight_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return -1;
  int place = 100;
  for (const char digit : text.substr(2)) {
    if (!base::is_digit(digit)) return -1;
    weight += (digit - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? weight : -1;
}

bool is_of(std::string_view range, std::string_view primary) noexcept {
  return base::equal_ignoring_ascii_case(range.substr(0, primary.size()), primary) &&
         (range.size() == primary.size() || range[primary.size()] == '-');
}

}  // namespace

language language_of(std::string_view accept_language) noexcept {
  language best = language::english;
  int best_weight = 0;
  for (std::size_t at = 0; at <= accept_language.size();) {
    const auto end = std::min(accept_language.find(',', at), accept_language.size());
    const auto item = base::trim(accept_language.substr(at, end - at));
    at = end + 1;
    const auto cut = std::min(item.find(';'), item.size());
    const auto range = base::trim(item.substr(0, cut));
    int weight = 1000;
    if (cut < item.size()) {
      const auto parameter = base::trim(item.substr(cut + 1));
      weight = parameter.starts_with("q=") || parameter.starts_with("Q=") ? weight_of(parameter.substr(2)) : -1;
    }
    const bool german = is_of(range, "de");
    if ((german || is_of(range, "en")) && weight > best_weight) {
      best = german ? language::german : language::english;
      best_weight = weight;
    }
  }
  return best;
}

}  // namespace kontor::mail
