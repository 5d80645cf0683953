#include "base/text.hpp"
#include "market/market_service.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace kontor::market {
namespace {

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Where a text has the query, whatever its case; npos: nowhere. Makes no copies: thousands of symbols are looked
// through on the loop of a request.
std::size_t place_of(std::string_view query, std::string_view in) noexcept {
  const auto is_same = [](char a, char b) { return to_lower(a) == b; };
  const auto found = std::ranges::search(in, query, is_same);
  return found.empty() && !query.empty() ? std::string_view::npos
                                         : static_cast<std::size_t>(found.begin() - in.begin());
}

// How well a symbol fits; nullopt: not at all. Less is better.
std::optional<int> rank_of(const instrument& one, std::string_view query) noexcept {
  if (query.empty()) return 0;
  const auto in_symbol = place_of(query, one.symbol);
  const auto in_base = place_of(query, one.base);
  const auto is_whole = [&query](std::size_t place, const std::string& text) {
    return place == 0 && text.size() == query.size();
  };
  if (is_whole(in_symbol, one.symbol) || is_whole(in_base, one.base)) return 0;
  if (in_symbol == 0 || in_base == 0) return 1;
  if (in_symbol != std::string_view::npos || in_base != std::string_view::npos) return 2;
  if (place_of(query, one.quote) != std::string_view::npos) return 3;
  return std::nullopt;
}

double volume_of(const instrument& one, const ticker_list* prices) {
  const auto* price = prices == nullptr ? nullptr : prices->find(one.symbol);
  return price == nullptr ? 0 : std::strtod(price->quote_volume_24h.c_str(), nullptr);
}

}  // namespace

const ticker* ticker_list::find(std::string_view symbol) const noexcept {
  const auto found = std::ranges::lower_bound(*all, symbol, {}, &ticker::symbol);
  return found == all->end() || found->symbol != symbol ? nullptr : &*found;
}

std::vector<const instrument*> find_symbols(const symbol_list& in, std::string_view query, std::size_t limit,
                                            const ticker_list* prices) {
  struct hit {
    std::tuple<bool, int, double> order;
    const instrument* what;
  };
  const auto wanted = base::to_lower_ascii(query);
  std::vector<hit> hits;
  for (const auto& one : *in.all)
    if (const auto rank = rank_of(one, wanted))
      hits.push_back({.order = {!one.is_traded, *rank, -volume_of(one, prices)}, .what = &one});
  const auto is_before = [](const hit& a, const hit& b) {
    return a.order != b.order ? a.order < b.order : a.what < b.what;
  };
  const auto shown = std::min(limit, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(shown), hits.end(), is_before);
  std::vector<const instrument*> out;
  for (std::size_t i = 0; i < shown; ++i)
    out.push_back(hits[i].what);
  return out;
}

}  // namespace kontor::market
