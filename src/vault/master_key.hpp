// Master keys: what they are called, how they are written down, and where they come from.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::vault {

/// 32 random bytes, from which everything in the vault hangs. Its id is derived from it, so a key that was changed by a
/// bit has another id, and an id says nothing about its key.
class master_key {
 public:
  static constexpr std::size_t size = 32;

  /// Another size is std::invalid_argument.
  explicit master_key(base::secret_bytes bytes);
  static master_key make();

  /// 16 hexadecimal digits.
  const std::string& id() const noexcept { return id_; }
  std::span<const std::uint8_t> bytes() const noexcept { return bytes_.bytes(); }
  master_key clone() const { return master_key(bytes_.clone()); }

 private:
  base::secret_bytes bytes_;
  std::string id_;
};

/// Keys as a text of lines, the newest first. A line is empty, or a comment behind `#`, or a key: `ID KEY` as the
/// program writes it, or the key alone as `openssl rand -base64 32` gives it. Strict: a line that is anything else, a
/// key whose id is another than the line says, or a key that stands there twice, is errc::malformed, and `detail` is
/// the end of a sentence that names the line, and the id if there is one, but never what is a key.
base::result<std::vector<master_key>> parse_master_keys(std::string_view text);
base::secret_bytes write_master_keys(std::span<const master_key> newest_first);

/// While it lives nobody else changes the keys.
class key_hold {
 public:
  virtual ~key_hold() = default;
};

/// Where master keys are kept. Calls block; each object is used by one thread at a time.
class master_key_source {
 public:
  virtual ~master_key_source() = default;

  /// For sentences: `the vault key file /data/vault.key`, `VAULT_KEY`.
  virtual std::string name() const = 0;

  /// All keys, the newest first. errc::not_found when there is nothing yet; errc::unavailable when there is something,
  /// which cannot be used. `detail` is a sentence for the operator.
  virtual base::result<std::vector<master_key>> load() = 0;

  /// For whoever reads the keys in order to replace them. errc::conflict, with a sentence, while somebody else does;
  /// a process that ends in any way lets go. Keys that the operator changes are not held.
  virtual base::result<std::unique_ptr<key_hold>> hold() { return std::make_unique<key_hold>(); }

  /// Whether store() may be called; where not, the operator changes the keys.
  virtual bool can_store() const = 0;

  /// Replaces all keys, whole or not at all, and durably. errc::storage_full or errc::unavailable with a sentence.
  virtual base::result<void> store(std::span<const master_key> newest_first) = 0;
};

}  // namespace kontor::vault
