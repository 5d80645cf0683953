// Takes over what a plan holds, all of it or nothing.
#pragma once

#include "audit/audit_log.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "legacy/moving_plan.hpp"
#include "sql/session.hpp"
#include "vault/vault_service.hpp"

#include <cstdint>
#include <vector>

namespace kontor::legacy {

struct import_outcome {
  std::int64_t users = 0;
  std::int64_t conversations = 0;
  std::int64_t messages = 0;
  std::int64_t secrets = 0;
  std::int64_t models = 0;           ///< Settings of language models that were found among the secrets.
  std::int64_t already_here = 0;     ///< Users whose id is here: an earlier import. Nothing of theirs is touched.
  std::vector<left_behind> skipped;  ///< What the database stands against.
};

/// Inside a job of sql::database that writes, and the last thing in it (audit_log::append). A user keeps id, hash,
/// times and marks; each secret is opened again and compared before the transaction ends; the settings of a language
/// model get the key that was saved with them. Every user gets an entry `user.imported`, every secret one
/// `secret.saved`. Where there is something of a user already, nothing is taken of
/// that user: a second run changes nothing. errc::unavailable when there are secrets to take and the vault is not
/// ready; another error: see vault_service::save_user_secret.
base::result<import_outcome> import_plan(sql::session& in, const moving_plan& plan, vault::vault_service& secrets,
                                         const audit::audit_log& audit, base::timestamp now);

/// What import_plan would do, in a job that reads.
import_outcome preview_plan(sql::session& in, const moving_plan& plan);
/// The same against a database that is not there yet.
import_outcome preview_plan(const moving_plan& plan);

}  // namespace kontor::legacy
