// Looking into JSON that others wrote: what is not there, or of another type, is nothing. For answers of providers,
// which leave out and add members as they like; what users send is read with json::object_reader.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace kontor::outbound {

/// nullptr: there is none, or it is null.
inline const boost::json::value* member_of(const boost::json::value& of, std::string_view name) {
  const auto* const object = of.if_object();
  const auto* const found = object != nullptr ? object->if_contains({name.data(), name.size()}) : nullptr;
  return found != nullptr && !found->is_null() ? found : nullptr;
}

inline std::string_view text_of(const boost::json::value* value) {
  const auto* const text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

/// Empty: there is none.
inline std::string_view text_of(const boost::json::value& of, std::string_view name) {
  return text_of(member_of(of, name));
}

inline const boost::json::array* array_of(const boost::json::value& of, std::string_view name) {
  const auto* const found = member_of(of, name);
  return found != nullptr ? found->if_array() : nullptr;
}

inline bool is_true(const boost::json::value& of, std::string_view name) {
  const auto* const found = member_of(of, name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

/// Of what is counted; negative numbers are nothing.
inline std::optional<std::int64_t> count_of(const boost::json::value& of, std::string_view name) {
  const auto* const found = member_of(of, name);
  const auto* const number = found != nullptr ? found->if_int64() : nullptr;
  return number != nullptr && *number >= 0 ? std::optional<std::int64_t>(*number) : std::nullopt;
}

}  // namespace kontor::outbound
