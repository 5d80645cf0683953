// What a database that was put back to an earlier state may not bring back to life.
#pragma once

#include "sql/session.hpp"

namespace kontor::command {

/// Ends every session, token, link, unfinished sign-in and asked-for change of an address, and forgets mails that wait:
/// any of them may have been revoked, used or sent since. In a job of sql::database that writes.
void revoke_everything(sql::session& in);

}  // namespace kontor::command
