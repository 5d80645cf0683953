// Where accounts are stored. An interface, because a third database follows; `sql_user_repository` serves SQLite and
// PostgreSQL.
#pragma once

#include "account/user.hpp"
#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::account {

struct new_user {
  base::user_id id;
  std::string email;            ///< Normal form.
  std::string email_lookalike;  ///< See email_address.
  std::string hashed_password;  ///< Empty: none yet, so nobody can sign in with one.
  bool is_admin = false;
  base::timestamp created_at;
  bool is_active = true;
  std::optional<base::timestamp> updated_at = {};  ///< nullopt: as `created_at`.
};

struct stored_credentials {
  user owner;
  std::string hashed_password;  ///< Empty: none yet.
};

/// A one-time link to set the first or a new password.
struct new_setup_link {
  base::user_id owner;
  std::string token_hash;  ///< Hex SHA-256 of the token: the token itself is stored nowhere.
  base::timestamp created_at;
  base::timestamp expires_at;
  std::optional<base::user_id> made_by = {};  ///< The administrator who made it; it ends with their right.
};

struct setup_link {
  user owner;
  base::timestamp expires_at;
};

/// What a one-time link is for. A token works for the routes of its own purpose only (Keycloak CVE-2026-18963).
enum class link_purpose {
  setup,    ///< To set a password; made on the console or by an administrator, who hands it over.
  verify,   ///< The same, but mailed to the account's address, so that claiming it proves the address.
  reset,    ///< To set a new password; mailed.
  confirm,  ///< Proves an address: mailed to it.
};

/// The address that a link of purpose `confirm` proves.
struct claimed_address {
  std::string normal;
  std::string lookalike;
};

/// A link of any purpose, to be stored in place of the account's earlier one of the same purpose.
struct new_one_time_link {
  base::user_id owner;
  link_purpose purpose = link_purpose::setup;
  std::optional<claimed_address> proves;  ///< There exactly when the purpose is `confirm`.
  std::string token_hash;
  base::timestamp created_at;
  base::timestamp expires_at;
  std::optional<base::user_id> made_by = {};  ///< See new_setup_link.
};

struct one_time_link {
  user owner;
  link_purpose purpose = link_purpose::setup;
  std::optional<claimed_address> proves;
  base::timestamp expires_at;
};

/// What must happen together with a change or not at all: runs in its transaction, after it, with the account as it is
/// then. May run again with the transaction; with an error of its own the change does not happen either.
using follow_up = std::function<base::result<void>(sql::session&, const user&)>;

/// All calls may fail with errc::unavailable, errc::overloaded or errc::storage_full; the others are named where they
/// occur.
class user_repository {
 public:
  virtual ~user_repository() = default;

  /// errc::conflict when the address, or one that looks like it, is taken. Decided by the unique index, not by a read
  /// before.
  virtual async::awaitable<base::result<user>> create_user(new_user account, follow_up and_then = {}) = 0;

  /// errc::not_found.
  virtual async::awaitable<base::result<user>> get_by_id(base::user_id id) = 0;
  virtual async::awaitable<base::result<stored_credentials>> get_by_email(std::string normal_form) = 0;

  /// Replaces the hash only while it is still `old_hash`: the result tells whether it was (a re-hash at sign-in must
  /// not undo a password change that came between).
  virtual async::awaitable<base::result<bool>> update_password_hash(base::user_id id, std::string old_hash,
                                                                    std::string new_hash) = 0;

  /// Stores the link and ends the owner's earlier one.
  virtual async::awaitable<base::result<void>> create_setup_link(new_setup_link link) = 0;
  /// A link of purpose `setup` or `verify`. errc::not_found when it was used, has expired at `now`, never existed, has
  /// another purpose, or its owner is deactivated.
  virtual async::awaitable<base::result<setup_link>> get_setup_link(std::string token_hash, base::timestamp now) = 0;
  /// Uses the link up and sets the password, in one transaction; raises the security epoch, ends all other links of the
  /// account, and, when the link was mailed, marks the address as verified. errc::not_found as above: of two parallel
  /// claims one gets it.
  virtual async::awaitable<base::result<user>> claim_setup_link(std::string token_hash, std::string hashed_password,
                                                                base::timestamp now, follow_up and_then = {}) = 0;
  /// The same for links of purpose `reset`.
  virtual async::awaitable<base::result<setup_link>> get_reset_link(std::string token_hash, base::timestamp now) = 0;
  virtual async::awaitable<base::result<user>> claim_reset_link(std::string token_hash, std::string hashed_password,
                                                                base::timestamp now, follow_up and_then = {}) = 0;

  /// Sets the password, raises the security epoch and ends all links of the account: one that was asked for by somebody
  /// who knew the old password must not outlive it. `checked` is the account as it was when the old password was looked
  /// at: errc::conflict when its epoch is another one by now, so of parallel calls one wins. errc::not_found when there
  /// is no such account, or it is deactivated.
  virtual async::awaitable<base::result<user>> set_password(user checked, std::string hashed_password,
                                                            base::timestamp now, follow_up and_then = {}) = 0;

  /// The database answers.
  virtual async::awaitable<base::result<void>> ping() = 0;
};

}  // namespace kontor::account
