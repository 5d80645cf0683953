#include "http/media.hpp"

#include "base/text.hpp"

namespace kontor::http {
namespace {

using base::equal_ignoring_ascii_case;
using base::trim;

// Takes the part before `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) noexcept {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trim(part);
}

// weight = "q=" ( "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3("0") ] ) (RFC 9110 section 12.4.2); is it above zero?
bool is_wanted(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    auto parameter = take_until(parameters, ';');
    if (parameter.size() < 2 || !equal_ignoring_ascii_case(parameter.substr(0, 2), "q=")) continue;
    const auto weight = parameter.substr(2);
    if (weight.empty() || weight.size() > 5 || (weight[0] != '0' && weight[0] != '1')) return false;
    if (weight.size() > 1 && weight[1] != '.') return false;
    const auto digits = weight.substr(weight.size() > 1 ? 2 : 1);
    if (digits.find_first_not_of(weight[0] == '1' ? "0" : "0123456789") != std::string_view::npos) return false;
    return weight[0] == '1' || digits.find_first_not_of('0') != std::string_view::npos;
  }
  return true;
}

}  // namespace

bool is_json(std::string_view content_type) noexcept {
  if (!equal_ignoring_ascii_case(take_until(content_type, ';'), "application/json")) return false;
  bool charset_seen = false;
  while (!content_type.empty()) {
    const auto parameter = take_until(content_type, ';');
    if (charset_seen) return false;
    if (!equal_ignoring_ascii_case(parameter, "charset=utf-8") &&
        !equal_ignoring_ascii_case(parameter, "charset=\"utf-8\""))
      return false;
    charset_seen = true;
  }
  return true;
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept {
  bool by_star = false;
  while (!accept_encoding.empty()) {
    auto item = take_until(accept_encoding, ',');
    const auto name = take_until(item, ';');
    if (equal_ignoring_ascii_case(name, coding)) return is_wanted(item);
    if (name == "*") by_star = is_wanted(item);
  }
  return by_star;
}

bool asks_for_html(std::string_view accept) noexcept {
  while (!accept.empty()) {
    auto item = take_until(accept, ',');
    const auto name = take_until(item, ';');
    if (equal_ignoring_ascii_case(name, "text/html") && is_wanted(item)) return true;
  }
  return false;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept {
  if (trim(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    auto tag = take_until(if_none_match, ',');
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (!tag.empty() && tag == etag) return true;
  }
  return false;
}

}  // namespace kontor::http
