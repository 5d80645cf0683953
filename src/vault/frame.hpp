// Several values as one run of bytes that can be taken apart in one way only: each stands behind its length. For what
// is sealed, and for the `info` of key derivations, where "ab" + "c" must differ from "a" + "bc".
#pragma once

#include "base/secret_bytes.hpp"
#include "crypto/digest.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor::vault {

/// Lengths and numbers are big-endian, of 4 and 8 bytes. A part of 4 GiB and more is std::invalid_argument.
class frame {
 public:
  /// `size_hint`: about how many bytes the content has; memory that grows would leave copies of a secret behind.
  explicit frame(std::size_t size_hint);
  ~frame() { base::wipe(bytes_.data(), bytes_.size()); }
  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

  frame& add(crypto::bytes part);
  frame& add(std::string_view part);
  frame& add(std::int64_t number);

  crypto::bytes bytes() const noexcept { return bytes_; }

 private:
  void make_room(std::size_t more);

  std::vector<std::uint8_t> bytes_;
};

/// Texts only, e.g. for HKDF.
std::vector<std::uint8_t> frame_of(std::initializer_list<std::string_view> parts);

/// Takes a frame apart. Views live as long as the bytes.
class frame_reader {
 public:
  explicit frame_reader(crypto::bytes content) noexcept : rest_(content) {}

  /// nullopt when there is no whole part any more.
  std::optional<crypto::bytes> part() noexcept;
  std::optional<std::int64_t> number() noexcept;
  /// The next part is exactly this, compared in constant time.
  bool expect(std::string_view text) noexcept;
  bool at_end() const noexcept { return rest_.empty(); }

 private:
  crypto::bytes rest_;
};

}  // namespace kontor::vault
