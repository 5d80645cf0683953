#include "outbound/ndjson_reader.hpp"

#include "base/text.hpp"

#include <utility>

namespace kontor::outbound {

bool ndjson_reader::take(std::string_view bytes, std::vector<std::string>& texts) {
  std::vector<std::string> lines;
  const bool is_good = lines_.take(bytes, lines);
  for (auto& each : lines)
    if (!base::trim(each).empty()) texts.push_back(std::move(each));
  return is_good;
}

std::optional<std::string> ndjson_reader::last() const {
  if (base::trim(lines_.rest()).empty()) return std::nullopt;
  return std::string(lines_.rest());
}

}  // namespace kontor::outbound
