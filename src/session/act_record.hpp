// Where an act goes that changes an account: into the log, and to its owner.
#pragma once

#include "audit/audit_log.hpp"
#include "session/notices.hpp"

namespace kontor::session {

/// What it refers to must outlive whoever has it.
struct act_record {
  // Not explicit: where no mails are sent, the log alone is a record.
  act_record(const audit::audit_log& log_of_acts, const notices* tells = nullptr) : log(log_of_acts), owners(tells) {}

  /// In the transaction of the act, before the first entry of the log: whoever appends holds the log from then on, and
  /// must not wait for anything of an account.
  void tell(sql::session& in, const base::user_id& owner, audit::action what, const client_info& by) const {
    if (owners != nullptr) owners->tell(in, owner, what, by);
  }
  /// After the commit: see notices.
  void ring() const {
    if (owners != nullptr) owners->ring();
  }

  const audit::audit_log& log;
  const notices* owners;  ///< Null: no mails are sent.
};

}  // namespace kontor::session
