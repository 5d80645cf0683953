#include "sql/spare_room.hpp"

#include <algorithm>
#include <system_error>

namespace kontor::sql {

std::uintmax_t kept_room(std::uintmax_t capacity) noexcept {
  constexpr std::uintmax_t most = std::uintmax_t{64} * 1024 * 1024;
  return std::min(capacity / 20, most);
}

bool has_spare_room(const std::filesystem::path& file) noexcept {
  std::error_code unknown;
  const auto disk = std::filesystem::space(file, unknown);
  return unknown || disk.available > kept_room(disk.capacity);
}

}  // namespace kontor::sql
