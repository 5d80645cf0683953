// The log in the database: appending in the transaction of the act, erasing a person, verifying the whole.
#pragma once

#include "audit/chain_check.hpp"
#include "audit/event.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "sql/database.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <limits>
#include <optional>

namespace kontor::audit {

struct verify_settings {
  std::int64_t batch = 1000;                  ///< Entries per read job, at least 1.
  std::optional<chain_head> remembered = {};  ///< A head that was noted earlier, outside of the database.
};

/// What the head of the log says about it at a glance; the rest is verify's.
enum class head_state {
  holds,
  other_key,  ///< The log is signed with another key than ours.
  broken,     ///< The head is gone, or not signed: somebody wrote to it past us.
};

/// Thread-safe: it holds keys only.
class audit_log {
 public:
  /// `installation_key`: at least 32 bytes, the same at every start, else std::invalid_argument (see chain).
  explicit audit_log(const base::secret_bytes& installation_key);

  /// For the server, once at its start: signs the head of a log that has no entry yet. Not for a database that has
  /// accounts already, because each of them has an entry: an empty log there is one that was emptied. What stands there
  /// already is left as it is. Returns what look() would.
  head_state begin(sql::session& in) const;
  head_state look(sql::session& in) const;

  /// For an operator who has looked into it: goes on from the last entry that is there, whatever the head says, under
  /// our key, and writes that down (`log.accepted`). What is wrong with entries stays so.
  void accept(sql::session& in, base::timestamp at) const;

  /// Writes the entry in the caller's transaction: it is there exactly when the act is. Three statements.
  ///
  /// Call it last in the job: from here to the end of the transaction PostgreSQL lets nobody else append, which keeps
  /// the chain one, and a job that takes other rows after the head could meet one that took them before (deadlock). A
  /// job that writes down a refusal must not answer with an error, which would undo the entry too: return the refusal
  /// as a value.
  ///
  /// Throws sql::sql_error when it cannot be written, never with failure::conflict, and std::invalid_argument for an
  /// event that check() refuses; the former also when the log is signed with another key than ours. Either way the job
  /// ends there and the act does not happen: nothing is done unaudited (CVE-2026-115357).
  ///
  /// A head that does not hold is not signed again, so verify tells of it from then on; acts go on.
  void append(sql::session& in, const event& what) const;

  /// Takes a person out of the log, in the transaction that deletes the account: their id, and what is theirs, leaves
  /// every entry where they are the owner (owner id, detail) or the actor (actor id, address, request id). In entries
  /// of theirs that name no actor (a refused sign-in, say) the address and the request id go as well. When, what and
  /// how it went stays, and so does what belongs to the other person of an entry. The chain still verifies, and the
  /// entries count as erased. Returns how many entries changed.
  ///
  /// Append `user.deleted` before, so that it is erased with the rest. Waits for transactions that append; one that
  /// appends for this person afterwards would bring the id back, so whoever appends for somebody who is not signed in
  /// must hold their account's row, or erasing is repeated (it may be, any number of times). An entry that
  /// does not hold is erased too, and verify names it. Two statements for every 50 entries.
  ///
  /// `most`: stop after about so many entries (a batch more at the most). All others who append wait meanwhile, and a
  /// job has a time limit on PostgreSQL, so a person with tens of thousands of entries is erased in jobs of some
  /// thousands, until one returns 0, before the transaction that deletes the account does it once more.
  std::int64_t erase_owner(sql::session& in, const base::user_id& person, std::int64_t most = everything) const;
  static constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max();

  /// Reads the whole log in batches, each with the head of the same moment, and follows the chain. Blocks the calling
  /// thread: for commands. The server may go on writing meanwhile. errc::unavailable when the database is.
  base::result<verification> verify(sql::database& log, const verify_settings& settings = {}) const;

 private:
  chain chain_;
};

}  // namespace kontor::audit
