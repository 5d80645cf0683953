#include "api/query_reader.hpp"

#include "base/text.hpp"
#include "json/object_reader.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::api {
namespace {

// application/x-www-form-urlencoded, as browsers write it (URL standard, section 5.1); nullopt when it is broken.
std::optional<std::string> decode(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      text += raw[i] == '+' ? ' ' : raw[i];
      continue;
    }
    const int high = i + 1 < raw.size() ? base::hex_value(raw[i + 1]) : -1;
    const int low = i + 2 < raw.size() ? base::hex_value(raw[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    text += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::is_utf8(text) || text.find('\0') != std::string::npos) return std::nullopt;
  return text;
}

}  // namespace

query_reader::query_reader(const http::request& in) {
  auto rest = in.query;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = pair.substr(0, equals);
    if (!name.empty()) parameters_.emplace_back(name, pair.substr(std::min(equals + 1, pair.size())));
  }
}

std::optional<std::string> query_reader::text(std::string_view name) {
  asked_.emplace(name);
  const auto has_name = [name](const auto& parameter) { return parameter.first == name; };
  const auto found = std::ranges::find_if(parameters_, has_name);
  if (found == parameters_.end()) return std::nullopt;
  if (std::find_if(std::next(found), parameters_.end(), has_name) != parameters_.end()) {
    refuse(name, "This stands there twice.");
    return std::nullopt;
  }
  auto value = decode(found->second);
  if (!value) refuse(name, "This is no text.");
  return value;
}

std::optional<std::int64_t> query_reader::number(std::string_view name, std::int64_t most, std::string_view message) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto* const end = value->data() + value->size();
  const auto read = std::from_chars(value->data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= 1 && number <= most) return number;
  refuse(name, std::string(message));
  return std::nullopt;
}

void query_reader::refuse(std::string_view name, std::string message) {
  errors_.push_back({"/" + json::pointer_token(name), "not_allowed", std::move(message)});
}

void query_reader::refuse_unknown() {
  std::size_t unknown = 0;
  for (const auto& [name, value] : parameters_) {
    if (asked_.contains(name)) continue;
    if (++unknown > json::max_unknown_members) break;
    errors_.push_back(
        {"/" + json::pointer_token(base::printable(name, 64)), "unknown_member", "This parameter is not known here."});
  }
}

base::result<void> query_reader::finish() {
  if (errors_.empty()) return {};
  base::error refusal{base::errc::invalid_input};
  refusal.fields = std::move(errors_);
  return refusal;
}

}  // namespace kontor::api
