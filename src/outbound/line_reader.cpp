#include "outbound/line_reader.hpp"

#include <utility>

namespace kontor::outbound {

bool line_reader::take(std::string_view bytes, std::vector<std::string>& lines) {
  if (bytes.empty()) return true;
  if (std::exchange(after_cr_, false) && bytes.front() == '\n') bytes.remove_prefix(1);
  while (!bytes.empty()) {
    const auto end = bytes.find_first_of("\r\n");
    const auto part = bytes.substr(0, end);
    if (part.size() > longest_ - begun_.size()) return false;
    begun_ += part;
    if (end == std::string_view::npos) return true;
    lines.push_back(std::exchange(begun_, {}));
    const bool is_cr = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (!is_cr) continue;
    after_cr_ = bytes.empty();
    if (!bytes.empty() && bytes.front() == '\n') bytes.remove_prefix(1);
  }
  return true;
}

}  // namespace kontor::outbound
