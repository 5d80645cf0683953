// Bytes that must not be printed, copied by accident or left in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::base {

/// Overwrites memory in a way the compiler may not remove.
void wipe(void* data, std::size_t size) noexcept;

/// Owns a secret: moves only, wipes itself, has no operator<< and no implicit conversion.
class secret_bytes {
 public:
  secret_bytes() = default;
  explicit secret_bytes(std::vector<std::uint8_t> bytes) noexcept : bytes_(std::move(bytes)) {}
  explicit secret_bytes(std::string_view text) : bytes_(text.begin(), text.end()) {}

  secret_bytes(secret_bytes&& other) noexcept;
  secret_bytes& operator=(secret_bytes&& other) noexcept;
  secret_bytes(const secret_bytes&) = delete;
  secret_bytes& operator=(const secret_bytes&) = delete;
  ~secret_bytes();

  /// A second owner, made on purpose.
  secret_bytes clone() const { return secret_bytes(std::vector<std::uint8_t>(bytes_)); }

  std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace kontor::base
