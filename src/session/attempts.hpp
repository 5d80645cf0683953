// Counting attempts at a password or a code: what every path that checks one does before and after.
#pragma once

#include "audit/audit_log.hpp"
#include "session/session_info.hpp"
#include "sql/database.hpp"
#include "throttle/known_device.hpp"
#include "throttle/login_throttle_service.hpp"

#include <optional>
#include <string>

namespace kontor::session {

/// Whose secret somebody is about to show.
struct claimant {
  std::string account_key;             ///< account::key_of_account.
  std::optional<base::user_id> owner;  ///< nullopt: there is no such account.
  std::int64_t epoch = 0;              ///< The account's security epoch.
};

/// An attempt that was counted as a failure until somebody says that it was none.
struct counted_attempt {
  throttle::reservation made;
  std::optional<base::user_id> owner;
  client_info client;
};

/// Runs on any loop. What the others are must outlive it. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full: then nobody gets in.
class attempts {
 public:
  attempts(throttle::login_throttle_service& counters, const throttle::known_devices& devices, sql::database& database,
           const audit::audit_log& audit, const base::clock& clock);

  /// Counts it, durably, before anything is checked; accounts that do not exist go the same way.
  /// errc::too_many_requests, type `too-many-attempts`: it has to wait, and nothing may be checked.
  async::awaitable<base::result<counted_attempt>> begin(claimant who, client_info client);

  /// The end of an attempt that has led to nothing, from the error that says why. A refusal is written down; anything
  /// else means that nothing was checked, and the attempt counts no more. Returns what to answer: `why`, or why it
  /// could not be written down.
  async::awaitable<base::error> fail(counted_attempt made, audit::action what, base::error why);

  /// The secret was right, but it was no sign-in: the attempt counts no more, and no series of failures ends, or who
  /// sits at somebody's session could go on guessing for ever.
  async::awaitable<base::result<void>> take_back(throttle::reservation made);

  /// Writes a refusal down, in the caller's transaction, last in it.
  void refuse(sql::session& in, const counted_attempt& made, audit::action what) const;

 private:
  throttle::login_throttle_service& counters_;
  const throttle::known_devices& devices_;
  sql::database& database_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
};

}  // namespace kontor::session
