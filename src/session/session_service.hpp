// Sessions from their first token to their end: opening, refreshing, listing, ending, and telling who is behind a
// token.
#pragma once

#include "account/user.hpp"
#include "session/access_token.hpp"
#include "session/act_record.hpp"
#include "session/identity_table.hpp"
#include "session/refresh_token.hpp"
#include "session/session_info.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::session {

/// What a successful sign-in or refresh gives the client.
struct signed_in {
  std::string access_token;
  std::chrono::seconds expires_in;
  account::user owner;
  base::session_id session;
  base::secret_bytes refresh_token;
  std::chrono::seconds refresh_expires_in;  ///< Until it would be refused for idleness.
};

/// A session that was not stored yet.
struct fresh_session {
  session_info info;
  base::secret_bytes refresh_token;
};

/// Which of an account's sessions.
enum class sessions_of_account { all, all_but_this };

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class session_service : public identity_source {
 public:
  session_service(sql::database& database, const access_tokens& tokens, const refresh_successors& successors,
                  const act_record& record, session_settings settings, const base::clock& clock);

  /// A session that begins now, with a new id and a new token, as every sign-in must have (ASVS 7.2.4).
  fresh_session prepare(const client_info& client) const;
  /// Stores it for the account, in the transaction that let the account in.
  void open(sql::session& in, const account::user& owner, const fresh_session& session) const;
  /// Its tokens, once it is stored.
  signed_in tokens_of(const account::user& owner, const fresh_session& session) const;
  /// A new access token for a session that goes on; there is no refresh token in it.
  signed_in renewed(const account::user& owner, const session_info& session) const;

  /// Who a session is of, as the database says now. errc::unauthenticated, type `invalid-token`: it is over.
  async::awaitable<base::result<identity>> find_live(base::session_id id);
  /// Those of `ids` that are over: for what stays open as long as its session does.
  async::awaitable<base::result<std::vector<base::session_id>>> find_over(std::vector<base::session_id> ids);

  /// Who is behind an access token, as of at most 0.9 s ago. errc::unauthenticated, type `invalid-token`.
  async::awaitable<base::result<identity>> authenticate(std::string_view token);

  /// A new access token, and the token's successor. errc::unauthenticated, type `session-ended`: the token is unknown,
  /// its session is over, or it was spent longer ago than the grace (then the session is ended).
  async::awaitable<base::result<signed_in>> refresh(base::secret_bytes token, client_info client);

  /// Ends the session a refresh token belongs to; succeeds also when there is none.
  async::awaitable<base::result<void>> log_out(base::secret_bytes refresh_token, client_info client);
  /// Ends one of the owner's sessions. errc::not_found.
  async::awaitable<base::result<void>> end(identity by, base::session_id which, client_info client);
  /// `all` also raises the account's epoch, which ends its personal tokens; `all_but_this` leaves those alone.
  async::awaitable<base::result<void>> end_many(identity by, sessions_of_account which, client_info client);
  /// Live sessions of the account, those used last first; at most 200.
  async::awaitable<base::result<std::vector<session_info>>> list(base::user_id owner);

  /// Whoever changes an account or its sessions in a transaction of its own says so here before it answers.
  void forget_owner(const base::user_id& owner) { identities_.forget_owner(owner); }
  /// The same for one session.
  void forget(const base::session_id& id) { identities_.forget(id); }

  /// Asked in the transaction of what is written after something slow was waited for: the session is still live, and
  /// stays so until the transaction ends. errc::unauthenticated, type `invalid-token`.
  static base::result<void> still_live(sql::session& in, const identity& by);
  /// The same for what takes its time, and of a session that may have got another password meanwhile and gone on.
  /// `clock` outlives it.
  static sql::permission while_open(const base::session_id& which, const base::clock& clock);

  /// The session was opened, or proved, so lately that it may do what needs a proof.
  bool is_proved(const session_info& session) const noexcept;

  /// What the owner of an account did, for the audit log and, where it concerns the ways in, for a mail to the owner;
  /// last in the transaction of the act.
  void note(sql::session& in, const base::user_id& owner, audit::action what, const client_info& client) const;
  /// Several things that one act was.
  void note(sql::session& in, const base::user_id& owner, std::initializer_list<audit::action> what,
            const client_info& client) const;
  /// After the commit of an act of which owners are told: the mail goes now.
  void ring() const { record_.ring(); }

  async::awaitable<base::result<identity>> find_identity(base::session_id id) override;

 private:
  struct refreshed;

  sql::database& database_;
  const access_tokens& tokens_;
  const refresh_successors& successors_;
  const act_record record_;
  const session_settings settings_;
  const base::clock& clock_;
  identity_table identities_;
};

}  // namespace kontor::session
