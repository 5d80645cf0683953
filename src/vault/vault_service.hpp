// The vault as the rest of the program uses it: every user's own secrets.
#pragma once

#include "async/awaitable.hpp"
#include "audit/audit_log.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "sql/use_notes.hpp"
#include "vault/data_key_cache.hpp"
#include "vault/keyring.hpp"
#include "vault/read_counts.hpp"
#include "vault/secret_statements.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace kontor::vault {

inline constexpr std::size_t max_value_size = 64 * 1024;  ///< Bytes.
inline constexpr std::size_t most_secrets = 1000;         ///< Of one user, those that were deleted among them.
/// Bytes of the present values of one user, those that were deleted among them: a list looks at all of them.
inline constexpr std::size_t most_bytes = 1024 * 1024;
inline constexpr std::int64_t versions_kept = 10;

/// Who asks, for the audit log.
struct act_source {
  std::optional<base::user_id> by;  ///< nullopt: nobody signed in, or the command line.
  std::string address = {};
  std::string request_id = {};
};

/// A secret as it may be shown: never its value.
struct secret_info {
  std::string name;
  std::int64_t version = 0;
  std::string seal = {};    ///< seal_of() the present version; empty when it is not readable.
  std::string origin = {};  ///< See save_options; empty when it is not readable.
  bool is_readable = true;  ///< False: its rows were changed, or its owner's keys do not open.
  base::secret_bytes hint;  ///< The last four characters, or nothing (directory.hpp).
  base::timestamp created_at;
  base::timestamp updated_at;
  std::optional<base::timestamp> deleted_at;
  std::optional<base::timestamp> last_used_at;
};

struct secret_value {
  base::secret_bytes value;
  std::int64_t version = 0;
  std::string seal = {};    ///< seal_of() this version.
  std::string origin = {};  ///< Of the present version; see save_options.
};

enum class unreadable { keep, replace };

struct save_options {
  /// Only when this is the present version; 0: only when there is none, or it is deleted.
  std::optional<std::int64_t> expected_version = std::nullopt;
  unreadable if_unreadable = unreadable::keep;
  /// Where alone the value may be sent, as scheme, host and port; empty: nobody said. It stands sealed with the value.
  std::string origin = {};
};

/// A secret as somebody read it.
struct known_secret {
  std::string name;
  std::string seal;         ///< seal_of() the version that was read.
  std::string origin = {};  ///< See save_options.
};

/// One of several changes to the secrets of one owner.
struct secret_change {
  std::string name;
  std::optional<base::secret_bytes> value;  ///< Nothing: removed for good with all versions, if it is there.
  std::string origin = {};                  ///< See save_options.
};

/// Changes that happen together or not at all, with what else belongs to them.
struct joint_change {
  std::vector<secret_change> secrets;
  unreadable if_unreadable = unreadable::keep;  ///< What becomes of secrets that cannot be read: replaced, or removed.
  /// Runs first in the same transaction; an error of it is the answer, and nothing is changed.
  std::function<base::result<void>(sql::session& in)> before = {};
  /// Runs in the same transaction, after the changes, with seal_of() each in their order (empty: removed). Like every
  /// job it may run twice; an error of it undoes everything.
  std::function<base::result<void>(sql::session& in, std::span<const std::string> seals)> beside = {};
  /// Appended to the log after the entries of the changes.
  std::optional<audit::event> act = std::nullopt;
};

/// Runs on any loop; ciphers and SQL run on the threads of the database. A foreign secret cannot be named: the owner
/// is the first argument of every call.
///
/// All calls may fail with errc::unavailable (type `vault-key-missing` or `vault-key-wrong` when the vault has not its
/// key), errc::overloaded, errc::storage_full. A call that meets a secret whose rows were changed answers
/// errc::conflict, type `secret-unreadable`, and an entry in the audit log names it, once an hour at the most.
class vault_service {
 public:
  /// All outlive the service.
  vault_service(sql::database& database, keyring& ring, const audit::audit_log& audit, const base::clock& clock,
                std::size_t cached_keys = 4096);

  /// Saves a new version, and drops the one that is the eleventh then. A deleted secret is there again.
  /// errc::invalid_input: the name (`/name`, `not_allowed`), or the value, which has 1 to max_value_size bytes
  /// (`/value`, `too_short`, `too_long`). errc::precondition_failed, type `version-changed`; errc::conflict, type
  /// `too-many-secrets` (or bytes), or `secret-unreadable` when what stands there cannot be read and nobody said to
  /// replace it; errc::not_found: the owner is gone.
  async::awaitable<base::result<secret_info>> save_user_secret(base::user_id owner, std::string name,
                                                               base::secret_bytes value, save_options how,
                                                               act_source from);

  /// For the program itself, on the owner's behalf. Notes the use. errc::not_found also for a deleted one.
  async::awaitable<base::result<secret_value>> get_user_secret(base::user_id owner, std::string name);

  /// For the owner's eyes: the entry in the audit log is durable before the value leaves (CVE-2026-115357). `version`:
  /// an older one that is still kept.
  async::awaitable<base::result<secret_value>> reveal_user_secret(base::user_id owner, std::string name,
                                                                  std::optional<std::int64_t> version, act_source from);

  /// All, those that were deleted and those that cannot be read among them, in order of their names. Empty for a user
  /// who never had one. An entry in the audit log names what cannot be read, as everywhere; a list writes some of them
  /// at a time.
  async::awaitable<base::result<std::vector<secret_info>>> list_user_secrets(base::user_id owner);
  /// The same of these names alone, without looking at anything else; those that are not there are left out.
  async::awaitable<base::result<std::vector<secret_info>>> find_user_secrets(base::user_id owner,
                                                                             std::vector<std::string> names);
  /// The versions that are kept, the newest first. errc::not_found.
  async::awaitable<base::result<std::vector<statements::listed_version>>> list_versions(base::user_id owner,
                                                                                        std::string name);

  /// Deletes so that undelete brings it back. errc::not_found: there is none, or it is deleted.
  async::awaitable<base::result<void>> delete_user_secret(base::user_id owner, std::string name, act_source from);
  /// errc::not_found: there is no deleted one.
  async::awaitable<base::result<secret_info>> undelete_user_secret(base::user_id owner, std::string name,
                                                                   act_source from);
  /// Removes all versions for good; also of one that cannot be read. errc::not_found.
  async::awaitable<base::result<void>> destroy_user_secret(base::user_id owner, std::string name, act_source from);
  /// Removes everything of the owner for good, the data key too: the way out when that cannot be opened.
  /// errc::not_found: there is nothing.
  async::awaitable<base::result<void>> destroy_all(base::user_id owner, act_source from);

  /// Several at once. Errors of save_user_secret (with the paths `/name` and `/value`), of `what.before` and
  /// `what.beside`; the type `secret-unreadable` also where one that cannot be read would be removed and nobody said
  /// so.
  async::awaitable<base::result<void>> change_user_secrets(base::user_id owner, joint_change what, act_source from);

  /// Within a transaction of the caller's, inside a job of sql::database: for moving data in and out, all or nothing.
  /// The same outcomes as above. Saving appends an entry (audit_log::append says what may follow it); reading notes no
  /// use.
  base::result<secret_info> save_within(sql::session& in, const base::user_id& owner, const std::string& name,
                                        const base::secret_bytes& value, const act_source& from,
                                        const save_options& how = {});
  base::result<secret_value> get_within(sql::session& in, const base::user_id& owner, const std::string& name);
  base::result<std::vector<secret_info>> list_within(sql::session& in, const base::user_id& owner);
  /// Whether these are still there as they were read; then they stay so until the transaction ends. Whether they open
  /// is not asked. errc::conflict, type `secret-unreadable`: nobody can say, because nothing of the owner's opens.
  base::result<bool> hold_within(sql::session& in, const base::user_id& owner, std::span<const known_secret> secrets);
  /// The entry that names a secret which cannot be read: for whoever met it in a transaction that was undone.
  void report_within(sql::session& in, const base::user_id& owner, const std::string& name,
                     const act_source& from) const;

  /// Of get_user_secret and reveal_user_secret.
  const read_counts& reads() const noexcept { return reads_; }

  /// Writes down the uses that wait. From then on none is.
  void stop() { uses_.stop(); }

 private:
  struct opened_user;
  struct held_secret;
  struct reading;
  struct change;
  struct unreadable_report;

  async::awaitable<base::result<secret_value>> find_value(base::user_id owner, std::string name);
  async::awaitable<base::result<secret_value>> show_value(base::user_id owner, std::string name,
                                                          std::optional<std::int64_t> version, act_source from);
  base::result<std::shared_ptr<const user_keys>> keys_of(const base::user_id& owner, const statements::user_row& row);
  base::result<opened_user> open_user(const base::user_id& owner, const statements::user_row& row);
  // For a change: whoever changes something else of this user waits. errc::not_found: there is nothing of the user, or
  // no such secret.
  base::result<held_secret> hold_secret(sql::session& in, const base::user_id& owner, const std::string& name);
  base::result<void> make_user_row(sql::session& in, const base::user_id& owner, base::timestamp now);
  base::result<reading> read_secret(sql::session& in, const base::user_id& owner, const std::string& name,
                                    std::optional<std::int64_t> version);
  // What a secret is worth, its sealed text opened; of a user whose directory is readable.
  static standing standing_of(const opened_user& user, const std::string& name,
                              const statements::stored_secret& stored);
  // `only`: of these names; null: all.
  base::result<std::vector<secret_info>> list_in(sql::session& in, const base::user_id& owner,
                                                 const std::vector<std::string>* only = nullptr);
  base::result<secret_info> save_in(sql::session& in, const change& what, const base::secret_bytes& value,
                                    const save_options& how);
  // Without its entry in the log, which comes last in a transaction.
  base::result<secret_info> place_in(sql::session& in, const change& what, const base::secret_bytes& value,
                                     const save_options& how);
  base::result<secret_info> mark_in(sql::session& in, const change& what, standing from_standing);
  base::result<void> destroy_in(sql::session& in, const change& what);
  // The last version that was there; without its entry in the log.
  base::result<std::int64_t> remove_in(sql::session& in, const change& what, unreadable if_unreadable);
  // `met`: the secret that an error is about.
  base::result<void> change_in(sql::session& in, const base::user_id& owner, const joint_change& what,
                               const act_source& from, base::timestamp now, std::string& met);
  void note(sql::session& in, const change& what, audit::action act, std::int64_t version,
            audit::result outcome = audit::result::ok) const;
  async::awaitable<base::error> report_unreadable(base::user_id owner, std::string name, std::int64_t version,
                                                  act_source from);
  async::awaitable<void> report_listed(base::user_id owner, const std::vector<secret_info>& listed);
  async::awaitable<void> write_reports(std::vector<unreadable_report> reports);
  bool is_news(const std::string& unreadable, base::timestamp now);

  sql::database& database_;
  keyring& ring_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
  data_key_cache cache_;
  sql::use_notes<std::pair<base::user_id, std::string>, base::timestamp> uses_;
  read_counts reads_;
  std::mutex mutex_;
  std::map<std::string, base::timestamp> reported_;
};

}  // namespace kontor::vault
