// One entry of the audit log, as the services of this room write them.
#pragma once

#include "audit/audit_log.hpp"
#include "session/session_info.hpp"
#include "sql/session.hpp"

#include <optional>

namespace kontor::session {

struct audit_note {
  std::optional<base::user_id> owner;  ///< Whose timeline; nullopt: nobody's.
  std::optional<base::user_id> actor;  ///< Who acted; nullopt: somebody who is not signed in.
  audit::action action;
  audit::result outcome = audit::result::ok;
};

/// Last in the transaction of the act.
inline void append(const audit::audit_log& log, sql::session& in, const audit_note& what, const client_info& client,
                   base::timestamp now) {
  log.append(in, {.owner = what.owner,
                  .actor = what.actor,
                  .action = what.action,
                  .outcome = what.outcome,
                  .detail = "",
                  .address = client.address,
                  .request_id = client.request_id,
                  .at = now});
}

}  // namespace kontor::session
