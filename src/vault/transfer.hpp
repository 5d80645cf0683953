// The secrets of everybody in one file, to be kept apart or taken to another installation of the same accounts: sealed
// under a key of its own, so that it opens without this installation's.
#pragma once

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"
#include "vault/keyring.hpp"
#include "vault/vault_service.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::vault {

struct transfer_count {
  std::int64_t secrets = 0;
  std::int64_t unreadable = 0;  ///< Left out.
};

/// Takes a line without its end; false when it cannot be kept.
using line_sink = std::function<bool(std::string_view)>;

/// The present version of each secret that is not deleted, in order of owners and names. `key`: 16 bytes, as
/// make_recovery_key gives them. Blocks; a user's secrets are read in one transaction, those of two users are not.
/// errc::storage_full when the sink refuses; errc::unavailable when a master key is not at hand.
base::result<transfer_count> export_secrets(sql::database& database, keyring& ring, const base::secret_bytes& key,
                                            const base::clock& clock, const line_sink& sink);

struct carried_secret {
  base::user_id owner;
  std::string name;
  base::secret_bytes value;
};

/// All of what export_secrets wrote, or nothing: errc::malformed with a sentence when the key is another one, or a line
/// was changed, moved, or is missing, the last ones too.
base::result<std::vector<carried_secret>> read_export(std::istream& in, const base::secret_bytes& key);

struct import_count {
  std::size_t saved = 0;
  std::size_t there = 0;       ///< Already, and stay as they are.
  std::size_t unreadable = 0;  ///< There too, but cannot be read; they stay as they are, and the log names each.
  std::size_t nobody = 0;      ///< Their owners are not here.
};

/// Saves what the command line brings, each secret in a transaction of its own; those of the first are saved when a
/// later one fails, and `so_far` counts them. Blocks. Errors of vault_service::save_user_secret.
base::result<void> import_secrets(sql::database& database, vault_service& service,
                                  std::span<const carried_secret> secrets, import_count& so_far);

}  // namespace kontor::vault
