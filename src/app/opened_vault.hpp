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

/// Writes a recovery key to standard output, for a person at a terminal; false when nobody can have got it. What was
/// written is to be noted (vault::key_service::note_recovery_shown), so that an unseen one does not stay unnoticed.
[[nodiscard]] bool show_recovery_key(std::string_view key_id, const base::secret_bytes& recovery_key);

/// What to tell whoever did not get it.
inline constexpr std::string_view recovery_key_not_shown =
    "the recovery key could not be written to standard output, and nobody has it. kontor vault recovery-key makes "
    "another one.";

}  // namespace kontor::app
