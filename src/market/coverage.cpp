#include "market/coverage.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::market {
namespace {

// Takes a number off the front.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void coverage::add(time_range more) {
  if (more.from >= more.to) return;
  const auto first = std::ranges::find_if(ranges_, [&more](const auto& one) { return one.to >= more.from; });
  auto last = first;
  for (; last != ranges_.end() && last->from <= more.to; ++last) {
    more.from = std::min(more.from, last->from);
    more.to = std::max(more.to, last->to);
  }
  ranges_.insert(ranges_.erase(first, last), more);
}

void coverage::add(const coverage& more) {
  for (const auto& one : more.ranges_)
    add(one);
}

bool coverage::contains(time_range all) const noexcept {
  if (all.from >= all.to) return true;
  return std::ranges::any_of(ranges_, [&all](const auto& one) { return one.from <= all.from && all.to <= one.to; });
}

std::vector<time_range> coverage::missing(time_range within) const {
  std::vector<time_range> out;
  auto from = within.from;
  for (const auto& one : ranges_) {
    if (one.to <= from) continue;
    if (one.from >= within.to) break;
    if (one.from > from) out.push_back({from, one.from});
    from = one.to;
  }
  if (from < within.to) out.push_back({from, within.to});
  return out;
}

coverage coverage::within(time_range limits) const {
  coverage out;
  for (const auto& one : ranges_)
    out.add({std::max(one.from, limits.from), std::min(one.to, limits.to)});
  return out;
}

std::string coverage::to_text() const {
  std::string out;
  for (const auto& one : ranges_) {
    if (!out.empty()) out.push_back(',');
    out.append(std::to_string(one.from)).append("-").append(std::to_string(one.to));
  }
  return out;
}

std::optional<coverage> coverage::parse(std::string_view text) {
  coverage out;
  while (!text.empty()) {
    if (!out.empty() && !take(text, ',')) return std::nullopt;
    const auto from = take_number(text);
    if (!from || !take(text, '-')) return std::nullopt;
    const auto to = take_number(text);
    if (!to || *from >= *to) return std::nullopt;
    if (!out.empty() && *from <= out.ranges_.back().to) return std::nullopt;
    out.ranges_.push_back({*from, *to});
  }
  return out;
}

}  // namespace kontor::market
