// Master keys out of a file, or out of a setting.
#pragma once

#include "vault/master_key.hpp"

#include <filesystem>

namespace kontor::vault {

/// Keys in a file of mode 0600.
class file_keys final : public master_key_source {
 public:
  enum class keeper {
    program,   ///< `vault.key` in the data folder: made and changed by the program.
    operators  ///< VAULT_KEY_FILE, a mounted secret perhaps: only read. Others may not write to it, whatever its mode.
  };
  file_keys(std::filesystem::path file, keeper whose);

  std::string name() const override { return "the vault key file " + file_.string(); }
  /// Also errc::unavailable for a file that others may read (mode & 0077), that is no regular file, or longer than
  /// 64 KiB; a link is followed for an operator's file only.
  base::result<std::vector<master_key>> load() override;
  /// Of the program's own file: by a lock on its folder, which no other process holds then.
  base::result<std::unique_ptr<key_hold>> hold() override;
  bool can_store() const override { return whose_ == keeper::program; }
  /// Written beside, forced to disk, then renamed into place.
  base::result<void> store(std::span<const master_key> newest_first) override;

 private:
  std::filesystem::path file_;
  keeper whose_;
};

/// Keys that a setting holds: VAULT_KEY, one key or several lines.
class given_keys final : public master_key_source {
 public:
  explicit given_keys(base::secret_bytes text) : text_(std::move(text)) {}

  std::string name() const override { return "VAULT_KEY"; }
  base::result<std::vector<master_key>> load() override;
  bool can_store() const override { return false; }
  base::result<void> store(std::span<const master_key> newest_first) override;

 private:
  base::secret_bytes text_;
};

}  // namespace kontor::vault
