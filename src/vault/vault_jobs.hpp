// Inside of the vault service: what its jobs pass to each other. For its own sources only.
#pragma once

#include "vault/vault_service.hpp"

namespace kontor::vault {

/// The opened keys of a user, and what the directory says; nothing where it does not open.
struct vault_service::opened_user {
  std::shared_ptr<const user_keys> keys;
  std::optional<directory> entries;

  bool is_readable() const noexcept { return keys && entries; }
  const directory_entry* find(std::string_view name) const {
    const auto found = entries->find(name);
    return found == entries->end() ? nullptr : &found->second;
  }
};

/// What the rows say of a secret, and its owner's keys, which are readable.
struct vault_service::held_secret {
  statements::stored_secret stored;
  opened_user user;
};

struct vault_service::reading {
  standing how = standing::absent;
  secret_value found;
  std::optional<base::timestamp> last_used_at;
};

struct vault_service::change {
  base::user_id owner;
  std::string name;
  act_source from;
  base::timestamp now;
};

struct vault_service::unreadable_report {
  change about;
  std::int64_t version;
};

/// errc::invalid_input.
base::result<void> check_name(std::string_view name);
/// errc::invalid_input: empty, or larger than max_value_size.
base::result<void> check_value(const base::secret_bytes& value);
/// errc::unavailable, type `vault-key-missing` or `vault-key-wrong`.
base::result<void> check_ready(const keyring& ring);

inline base::error unreadable_secret() {
  return {base::errc::conflict, "secret-unreadable", "", "the rows of a secret were changed"};
}
inline base::error no_such_secret() {
  return {base::errc::not_found, "", "", "no such secret"};
}

}  // namespace kontor::vault
