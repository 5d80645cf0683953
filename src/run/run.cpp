#include "run/run.hpp"

#include <array>
#include <utility>

namespace kontor::run {
namespace {

constexpr std::array<std::pair<finish, std::string_view>, 6> finish_names = {{
    {finish::complete, "complete"},
    {finish::length, "length"},
    {finish::filtered, "filtered"},
    {finish::cancelled, "cancelled"},
    {finish::interrupted, "interrupted"},
    {finish::failed, "failed"},
}};

constexpr std::array<std::pair<event_kind, std::string_view>, 11> event_names = {{
    {event_kind::processing, "processing"},
    {event_kind::message, "message"},
    {event_kind::text, "text"},
    {event_kind::reasoning, "reasoning"},
    {event_kind::waiting, "waiting"},
    {event_kind::tool_call, "tool_call"},
    {event_kind::tool_result, "tool_result"},
    {event_kind::error, "error"},
    {event_kind::result, "result"},
    {event_kind::idle, "idle"},
    {event_kind::cancelled, "cancelled"},
}};

template <class Names, class Value>
std::string_view name_in(const Names& names, Value what) noexcept {
  for (const auto& [value, name] : names)
    if (value == what) return name;
  return {};
}

template <class Value, std::size_t Size>
std::optional<Value> value_in(const std::array<std::pair<Value, std::string_view>, Size>& names,
                              std::string_view wanted) noexcept {
  for (const auto& [value, name] : names)
    if (name == wanted) return value;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(finish how) noexcept {
  return name_in(finish_names, how);
}

std::optional<finish> parse_finish(std::string_view name) noexcept {
  return value_in(finish_names, name);
}

std::string_view name_of(event_kind what) noexcept {
  return name_in(event_names, what);
}

std::optional<event_kind> parse_event_kind(std::string_view name) noexcept {
  return value_in(event_names, name);
}

}  // namespace kontor::run
