// What an installation owns, at the start of the program: its key, its database, its first administrator.
#pragma once

#include "account/account_service.hpp"
#include "app/config.hpp"
#include "audit/audit_log.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/database.hpp"

#include <memory>
#include <optional>

namespace kontor::app {

/// Is a key set, or is there something where this installation keeps its own?
bool has_signing_key(const config& settings);
/// The operator's key, or the one this installation made for itself. Throws std::runtime_error as
/// load_or_make_signing_key does.
base::secret_bytes signing_key_of(const config& settings);
/// The same for a command, which never makes one: std::runtime_error with a sentence for the operator when there is
/// none.
base::secret_bytes existing_signing_key_of(const config& settings);

/// Brings the database up to date and opens it. Throws std::runtime_error with a sentence for the operator, also when
/// there is a key and the database that belongs to it is gone, or a restore did not come to its end.
std::unique_ptr<sql::database> open_current_database(const config& settings);

/// See account::admin_service::bootstrap_admin; nullopt also when ADMIN_EMAIL is not set. Throws std::runtime_error
/// with a sentence for the operator.
std::optional<account::issued_setup_link> make_first_admin(sql::database& database, const audit::audit_log& audit,
                                                           const base::clock& clock, const config& settings);

}  // namespace kontor::app
