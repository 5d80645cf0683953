// Personal access tokens: making, listing and revoking them, and telling who is behind one.
#pragma once

#include "audit/event.hpp"
#include "session/act_record.hpp"
#include "session/session_info.hpp"
#include "sql/permission.hpp"
#include "sql/use_notes.hpp"
#include "token/personal_token.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::token {

inline constexpr std::int64_t most_tokens = 50;  ///< Of one account.

/// When and from where a personal token was used.
struct token_use {
  base::user_id owner;
  base::timestamp at;
  std::string address;
};

/// What somebody wants a token to be. The name and the scopes have been checked.
struct token_request {
  std::string name;
  scope_set scopes;
  address_list addresses;
  std::optional<std::chrono::days> life;  ///< nullopt: until it is revoked.
};

struct issued_token {
  base::secret_bytes text;  ///< Shown once; the database has its hash.
  personal_token token;
};

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class token_service {
 public:
  /// All outlive the service and its calls.
  token_service(sql::database& database, const session::act_record& record, const base::clock& clock);

  /// errc::conflict, type `too-many-tokens`; errc::unauthenticated, type `invalid-token`, when the account was changed
  /// meanwhile in a way that ends sessions.
  async::awaitable<base::result<issued_token>> create(session::identity by, token_request wanted,
                                                      session::client_info client);

  /// The owner's tokens, the newest first; those that a new password or the like has ended are not among them.
  async::awaitable<base::result<std::vector<personal_token>>> list(base::user_id owner);

  /// errc::not_found: the owner has no such token.
  async::awaitable<base::result<void>> revoke(session::identity by, token_id which, session::client_info client);

  /// Who is behind a token, as the database knows it at this moment: what was revoked before does not hold, on no node.
  /// errc::unauthenticated, type `invalid-token`, whatever is wrong with it; the log says what.
  async::awaitable<base::result<identity>> authenticate(std::string_view text, boost::asio::ip::address from);

  /// For what takes its time: errc::unauthenticated, type `invalid-token`, once the token is over. `clock` outlives it.
  static sql::permission while_valid(const identity& by, const base::clock& clock);

  /// Writes down the uses that wait. From then on none is.
  void stop() { uses_.stop(); }

 private:
  void note(sql::session& in, const base::user_id& owner, audit::action what, const personal_token& token,
            const session::client_info& client) const;

  sql::database& database_;
  const session::act_record record_;
  const base::clock& clock_;
  sql::use_notes<token_id, token_use> uses_;
};

}  // namespace kontor::token
