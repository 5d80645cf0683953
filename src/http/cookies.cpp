#include "http/cookies.hpp"

#include "base/text.hpp"

namespace kontor::http {

std::string set_cookie(const cookie& what) {
  std::string line = what.name;
  line.append("=").append(what.value);
  line.append("; Path=").append(what.path);
  line.append("; Max-Age=").append(std::to_string(what.max_age.count()));
  line.append("; HttpOnly; SameSite=Strict");
  if (what.secure) line.append("; Secure");
  return line;
}

std::optional<std::string_view> find_cookie(const request& in, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& field : in.headers) {
    if (!base::equal_ignoring_ascii_case(field.name, "cookie")) continue;
    auto rest = field.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const auto pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || base::trim(pair.substr(0, equals)) != name) continue;
      if (found) return std::nullopt;
      found = base::trim(pair.substr(equals + 1));
    }
  }
  return found;
}

}  // namespace kontor::http
