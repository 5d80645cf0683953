#include "chart/chart.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::chart {
namespace {

template <class Value, std::size_t Size>
using names = std::array<std::pair<Value, std::string_view>, Size>;

constexpr names<theme, 3> themes{{{theme::system, "system"}, {theme::light, "light"}, {theme::dark, "dark"}}};
constexpr names<maker, 2> makers{{{maker::user, "user"}, {maker::model, "model"}}};

template <class Value, std::size_t Size>
std::string_view find_name(const names<Value, Size>& in, Value which) noexcept {
  for (const auto& [value, name] : in)
    if (value == which) return name;
  return {};
}

template <class Value, std::size_t Size>
std::optional<Value> find_value(const names<Value, Size>& in, std::string_view wanted) noexcept {
  for (const auto& [value, name] : in)
    if (name == wanted) return value;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(theme which) noexcept {
  return find_name(themes, which);
}

std::optional<theme> parse_theme(std::string_view name) noexcept {
  return find_value(themes, name);
}

std::string_view name_of(maker who) noexcept {
  return find_name(makers, who);
}

std::optional<maker> parse_maker(std::string_view name) noexcept {
  return find_value(makers, name);
}

bool is_color(std::string_view text) noexcept {
  return text.size() == 7 && text.front() == '#' &&
         std::ranges::all_of(text.substr(1), [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

std::string to_text(const std::vector<chosen_indicator>& all) {
  std::string out;
  for (const auto& each : all) {
    if (!out.empty()) out += ' ';
    out += indicator::to_text(each.what);
    out += each.color;
  }
  return out;
}

std::vector<chosen_indicator> parse_stored(std::string_view text) {
  std::vector<chosen_indicator> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto one = text.substr(0, end);
    const auto mark = std::min(one.find('#'), one.size());
    if (auto what = indicator::parse_text(one.substr(0, mark))) {
      const auto color = one.substr(mark);
      out.push_back({.what = std::move(*what), .color = is_color(color) ? std::string(color) : std::string()});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace kontor::chart
