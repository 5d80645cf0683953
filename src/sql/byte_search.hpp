// Which of many texts stands in a file?
#pragma once

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kontor::sql {

/// Puts the next bytes into the span and returns how many; 0 at the end.
using byte_source = std::function<std::size_t(std::span<char>)>;

class byte_search {
 public:
  /// Texts of fewer than 8 bytes are left out: they stand everywhere by chance.
  explicit byte_search(std::span<const std::string> texts);

  /// Is one of them in the file? False when there is no file; throws std::system_error when it cannot be read. Reads it
  /// once, however many there are, in blocks.
  bool finds_in(const std::filesystem::path& file) const;
  bool finds_in(const byte_source& source) const;
  bool finds_in(std::string_view bytes) const noexcept;

 private:
  // Few positions of a file pass the first look.
  std::bitset<1 << 16> beginnings_;
  std::unordered_map<std::uint32_t, std::vector<std::string>> by_beginning_;
  std::size_t longest_ = 0;
};

}  // namespace kontor::sql
