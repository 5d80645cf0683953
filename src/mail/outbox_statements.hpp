// The SQL of the queue. One text for SQLite and PostgreSQL; throws sql::sql_error when the database fails.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "mail/mail_seal.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::mail::statements {

struct due_mail {
  mail_id id;
  base::timestamp due_at;  ///< What it says now; whoever claims it must find it unchanged.
};

/// A mail that one sender has to itself until `until`.
struct claimed_mail {
  mail_id id;
  base::timestamp until;
  std::string sealed;
  std::int64_t attempts = 0;  ///< This one included.
  base::timestamp created_at;
  base::timestamp gives_up_at;
};

void insert_mail(sql::session& in, const mail_id& id, const std::optional<base::user_id>& about,
                 std::string_view sealed, base::timestamp now, base::timestamp gives_up_at);

/// Those that may be tried at `now`, the longest due first; at most `most`.
std::vector<due_mail> find_due(sql::session& in, base::timestamp now, std::int64_t most);

/// Takes the mail until `until`: of two that try, one gets it; nullopt for the other, and when it is gone.
std::optional<claimed_mail> claim(sql::session& in, const due_mail& which, base::timestamp until);

/// Removes the mail, or lets it be tried at `at`, as long as the claim is still ours; false when it is not.
bool remove(sql::session& in, const claimed_mail& ours);
bool postpone(sql::session& in, const claimed_mail& ours, base::timestamp at);

/// Mails that wait to be sent, those that are being sent among them.
std::int64_t count_waiting(sql::session& in);

/// Forgets every mail that waits.
void drop_all_mails(sql::session& in);

}  // namespace kontor::mail::statements
