// The audit log under the key of these settings, which must be the one that it is signed with.
#pragma once

#include "app/config.hpp"
#include "audit/audit_log.hpp"
#include "base/secret_bytes.hpp"
#include "sql/database.hpp"

namespace kontor::app {

/// AUDIT_KEY, or else the signing key; never makes one. Where the log of this database was begun with the key of a
/// jwt.key, an AUDIT_KEY that is the text of that file stands for it. Throws as existing_signing_key_of does.
base::secret_bytes existing_audit_key_of(const config& settings, sql::database& database);

/// The signing key for the server: makes one when there is none. std::runtime_error with a sentence for the operator,
/// and nothing made, when there is none and the log of this database was begun with one: another key would begin a
/// second log, or take the place of the lost one unseen. Throws as signing_key_of does, too.
base::secret_bytes begin_signing_key(const config& settings, sql::database& database);

/// For the server, before it writes the first entry: begins the log of a new database; gets the key as
/// begin_signing_key does. std::runtime_error with a sentence for the operator when the log is signed with another key,
/// or cannot be read. That its head does not hold is logged only: `kontor doctor` says more, and who can write to the
/// database must not be able to keep the server from starting.
audit::audit_log begin_audit_log(const config& settings, sql::database& database);

/// For a command. Throws as above.
audit::audit_log open_audit_log(const config& settings, sql::database& database);

}  // namespace kontor::app
