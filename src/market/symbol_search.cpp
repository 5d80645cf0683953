#include "base/text.hpp"
#include "market/market_service.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace kontor::market {
namespace {

// How well a symbol fits; nullopt: not at all. Less is better.
std::optional<int> rank_of(const instrument& one, std::string_view query) {
  if (query.empty()) return 0;
  const auto symbol = base::to_lower_ascii(one.symbol);
  const auto first = base::to_lower_ascii(one.base);
  if (symbol == query || first == query) return 0;
  if (symbol.starts_with(query) || first.starts_with(query)) return 1;
  if (symbol.find(query) != std::string::npos || first.find(query) != std::string::npos) return 2;
  if (base::to_lower_ascii(one.quote).find(query) != std::string::npos) return 3;
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
