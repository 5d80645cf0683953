// Counts attempts to sign in, and refuses them: what every path that checks a password or a code asks first.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "metrics/counter.hpp"
#include "sql/database.hpp"
#include "throttle/counter_keys.hpp"
#include "throttle/login_throttle.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace kontor::throttle {

/// Somebody is about to have a password or a code checked.
struct attempt {
  std::string account_key;  ///< One text for every spelling of the account; what was typed when it is none.
  boost::asio::ip::address address;
  std::optional<device_id> known_device = {};  ///< What known_devices::check said.
};

/// An attempt that was counted as a failure. Nothing to do when it was one; else say so, once.
struct reservation {
  std::string own_key;                     ///< Of the account or of the known device.
  std::optional<std::string> address_key;  ///< A known device is not counted by its address.
  base::timestamp counted_at;
  bool is_last_free = false;  ///< When it fails, everybody counted with it has to wait from now on.
};

/// The attempt was a success: ends the series of the account or of the device, and takes this attempt, no more, back
/// from its address (who could reset that with an account of their own could guess on for ever). In the caller's
/// transaction, beside what the success writes.
void record_success(sql::session& in, const reservation& made);

/// Nothing was wrong, but nobody has signed in either (the first of two factors was right, say): as if the attempt had
/// not been made. In the caller's transaction.
void take_back(sql::session& in, const reservation& made);

/// Runs on any loop; the database does the rest. `database` must have the table of throttle/migrations.hpp; it and
/// `clock` must outlive the service and its calls. Each call is one write job, so the answer means that it is durable.
/// All calls may fail with errc::unavailable, errc::overloaded or errc::storage_full: then nobody signs in.
class login_throttle_service {
 public:
  /// Throws std::invalid_argument for a short key (32 bytes at least) or settings that do not fit (see check).
  login_throttle_service(sql::database& database, const base::clock& clock, const base::secret_bytes& server_key,
                         const login_throttle_settings& settings = {});

  /// To be called before the hash is computed, in a transaction of its own: whatever becomes of the attempt, it is
  /// counted. errc::too_many_requests, type `too-many-attempts`, with `retry_after`, when it has to wait; then it is
  /// not counted, and nothing may be checked. Account and address, or the known device alone, must have no wait left.
  async::awaitable<base::result<reservation>> reserve(attempt who);

  /// See record_success, in a transaction of its own. Only for a complete sign-in: not after the first of two factors.
  async::awaitable<base::result<void>> succeed(reservation made);

  /// Nothing was checked after all (the hash queue was full, say): as if the attempt had not been made.
  async::awaitable<base::result<void>> release(reservation made);

  /// Attempts that had to wait, since the start.
  std::uint64_t refused() const noexcept { return refused_.value(); }

 private:
  struct rules_of_kinds {
    counter_rules account, device, address;
  };

  sql::database& database_;
  const base::clock& clock_;
  counter_keys keys_;
  rules_of_kinds rules_;
  std::chrono::microseconds forget_after_;
  std::atomic<std::uint64_t> reservations_{0};
  metrics::counter refused_;
};

}  // namespace kontor::throttle
