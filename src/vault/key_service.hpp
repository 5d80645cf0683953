// The life of the keys: opening the vault at the start, its status, the recovery key. Rotation is in rotation.hpp.
#pragma once

#include "audit/audit_log.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"
#include "vault/key_statements.hpp"
#include "vault/keyring.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::vault {

/// What the keys of the database and those at hand mean for each other. `needed`: of the database, the newest first;
/// not empty. `loaded`: what the source gave. Whatever is wrong names the id of the key that is needed.
vault_state judge_keys(const std::vector<statements::stored_master_key>& needed,
                       const base::result<std::vector<master_key>>& loaded, std::string_view source_name);

struct opening {
  vault_state state;
  std::optional<base::secret_bytes> recovery_key;  ///< As text, when a key was made or taken: to be shown once.
};

struct vault_status {
  vault_state state;
  std::string source;                    ///< Where the keys are.
  std::vector<std::string> in_source;    ///< Ids, the newest first; empty when it cannot be read.
  std::vector<std::string> in_database;  ///< Ids of those that something hangs on, the newest first.
  std::int64_t users = 0;                ///< Who have a data key.
  std::int64_t older = 0;                ///< Data keys that a rotation has not come to yet.
  bool recovery_shown = true;            ///< Somebody has seen the recovery key; true when there is none yet.
};

/// All calls block: for the start and for commands. errc::unavailable, errc::overloaded, errc::storage_full when the
/// database or the source cannot be used. One thread at a time.
class key_service {
 public:
  /// All outlive the service.
  key_service(sql::database& database, keyring& ring, const audit::audit_log& audit, const base::clock& clock)
      : database_(database), ring_(ring), audit_(audit), clock_(clock) {}

  /// Finds out whether the vault may be used, and tells the ring. A new database gets the newest key of the source, or,
  /// when the source is empty and the program's own, a key made now: first it is stored, then the database learns of
  /// it. Over a database that has keys none is ever made. May be called again, when the operator put a key back.
  base::result<opening> open();

  base::result<vault_status> status();

  /// A new recovery key for all present keys; the earlier one opens nothing any more. As text, to be shown once.
  /// errc::unavailable unless the vault is ready.
  base::result<base::secret_bytes> renew_recovery_key();

  /// The recovery key was written to somebody; until then status() says that nobody has it.
  base::result<void> note_recovery_shown();

  /// Stores the master keys again that the recovery key opens, and opens the vault. errc::invalid_input, type
  /// `recovery-key-wrong`, when it is not one or opens none; errc::conflict, type `vault-key-unusable`, when there is
  /// something in the source already that cannot be used, or the source is the operator's: it is not replaced.
  base::result<opening> recover(std::string_view recovery_key);

 private:
  using stored_keys = std::vector<statements::stored_master_key>;
  base::result<stored_keys> stored();
  base::result<opening> begin_with(const master_key& key);

  sql::database& database_;
  keyring& ring_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
};

/// Appends an act of the console that concerns a key.
void note_key_act(const audit::audit_log& audit, sql::session& in, audit::action what, std::string_view key_id,
                  base::timestamp at);

}  // namespace kontor::vault
