#include "http/request.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::http {

std::string_view name_of(method m) noexcept {
  switch (m) {
    case method::get:
      return "GET";
    case method::head:
      return "HEAD";
    case method::post:
      return "POST";
    case method::put:
      return "PUT";
    case method::patch:
      return "PATCH";
    case method::delete_:
      return "DELETE";
    case method::options:
      return "OPTIONS";
  }
  return "";
}

std::optional<std::string_view> request::header(std::string_view name) const noexcept {
  for (const auto& field : headers)
    if (base::equal_ignoring_ascii_case(field.name, name)) return field.value;
  return std::nullopt;
}

std::size_t request::count_headers(std::string_view name) const noexcept {
  const auto same = [name](const header_view& field) { return base::equal_ignoring_ascii_case(field.name, name); };
  return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), same));
}

const std::string& request::path_parameter(std::string_view name) const {
  for (const auto& [key, value] : path_parameters)
    if (key == name) return value;
  throw std::logic_error("the route has no path parameter " + std::string(name));
}

}  // namespace kontor::http
