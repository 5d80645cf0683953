// How many mails somebody may cause: one mailbox is not to be flooded, and one client is not to fill the queue.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "sql/session.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::mail {

/// So many in a period, which begins with the first.
struct allowance {
  std::string_view name;  ///< Tells the counters of different allowances apart.
  std::int64_t most = 1;
  std::chrono::seconds period{0};
};

/// A mailbox gets one mail of a kind every five minutes, whoever asks.
inline constexpr std::chrono::minutes mailbox_period{5};
/// One client (IPv6: its /64) causes thirty mails an hour.
inline constexpr allowance client_allowance{"client", 30, std::chrono::hours(1)};
/// One account asks for ten mails an hour while it is signed in.
inline constexpr allowance account_allowance{"account", 10, std::chrono::hours(1)};

/// What a client is counted by: an IPv6 client has a whole /64 to choose addresses from; what is no address counts as
/// it is written.
std::string counted_client(std::string_view address);

/// Stored as HMAC-SHA-256 under a key derived from the installation key (HKDF, info "kontor mail allowances"): no
/// address can be read from the rows. Thread-safe.
class allowances {
 public:
  /// `installation_key`: at least 32 bytes, else std::invalid_argument.
  explicit allowances(const base::secret_bytes& installation_key);

  /// Takes one, in the caller's transaction: false when none is left. One conditional statement. A period that ends
  /// later than two whole ones from now is not believed: the clock was put back. Two and not one, because another's
  /// now, taken beside this one or by another node's clock, may be the later one and have begun the period.
  bool take(sql::session& in, const allowance& of, std::string_view whose, base::timestamp now) const;
  /// For a client's address; one that is none counts as it is written.
  bool take_for_client(sql::session& in, std::string_view address, base::timestamp now) const;

  /// Removes at most `most` rows whose period is over; how many it were.
  static std::int64_t remove_old(sql::session& in, base::timestamp now, std::int64_t most);

 private:
  base::secret_bytes key_;
};

}  // namespace kontor::mail
