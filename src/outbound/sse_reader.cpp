#include "outbound/sse_reader.hpp"

#include <utility>

namespace kontor::outbound {

bool sse_reader::take(std::string_view bytes, std::vector<sse_event>& events) {
  std::vector<std::string> lines;
  const bool is_good = lines_.take(bytes, lines);
  for (const auto& each : lines)
    if (!take_line(each, events)) return false;
  return is_good;
}

bool sse_reader::take_line(std::string_view line, std::vector<sse_event>& events) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (std::exchange(is_first_, false) && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    auto ended = std::exchange(begun_, {});
    if (std::exchange(has_data_, false)) events.push_back(std::move(ended));
    return true;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (begun_.data.size() + value.size() + 1 > longest) return false;
    if (std::exchange(has_data_, true)) begun_.data += '\n';
    begun_.data += value;
  } else if (field == "event") {
    begun_.name = value;
  }
  return true;
}

}  // namespace kontor::outbound
