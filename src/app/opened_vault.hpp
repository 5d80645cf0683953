// The vault with the keys that these settings name.
#pragma once

#include "app/config.hpp"
#include "audit/audit_log.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"
#include "vault/keyring.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace kontor::app {

/// The file that the program makes itself, in its data folder.
std::filesystem::path own_vault_key_file(const config& settings);

/// Where the master keys are: VAULT_KEY, VAULT_KEY_FILE, or else the program's own file.
std::unique_ptr<vault::master_key_source> make_vault_key_source(const config& settings);

/// For the server: opens the vault, and makes the key of a new one. Whatever is wrong with keys is logged, and the
/// vault stays shut while everything else works (vault::keyring::state). The recovery key, when a key was made or taken
/// now: it is to be shown, once, and never logged. Throws std::runtime_error with a sentence when the database fails.
std::optional<base::secret_bytes> open_vault(sql::database& database, vault::keyring& ring,
                                             const audit::audit_log& audit, const base::clock& clock);

/// What to print with a recovery key, for a person at a terminal. Wipe it afterwards.
base::secret_bytes recovery_key_note(std::string_view key_id, const base::secret_bytes& recovery_key);

}  // namespace kontor::app
