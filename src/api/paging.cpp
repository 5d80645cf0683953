#include "api/paging.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::api {
namespace {

std::vector<std::string_view> values_of(std::string_view query, std::string_view name) {
  std::vector<std::string_view> values;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) values.push_back(pair.substr(std::min(equals + 1, pair.size())));
  }
  return values;
}

// A whole number from 1 on, in digits alone.
std::optional<std::int64_t> read_positive(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

}  // namespace

base::result<page> read_page(const http::request& in) {
  page wanted;
  base::error refusal{base::errc::invalid_input};
  const auto read = [&](std::string_view name, std::int64_t most, std::string_view message) {
    const auto values = values_of(in.query, name);
    if (values.empty()) return std::optional<std::int64_t>();
    auto number = values.size() == 1 ? read_positive(values.front()) : std::nullopt;
    if (!number || *number > most)
      refusal.fields.push_back({"/" + std::string(name), "not_allowed", std::string(message)});
    return number;
  };
  wanted.limit = read("limit", most_per_page, "A whole number from 1 to 100.").value_or(wanted.limit);
  wanted.cursor = read("cursor", INT64_MAX, "The next_cursor of an earlier answer.");
  if (!refusal.fields.empty()) return refusal;
  return wanted;
}

}  // namespace kontor::api
