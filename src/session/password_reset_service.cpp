#include "session/password_reset_service.hpp"

#include "base/log.hpp"
#include "session/session_statements.hpp"

#include <memory>
#include <utility>

namespace kontor::session {

using base::errc;
using base::log_level;

password_reset_service::password_reset_service(account::account_service& accounts, account::user_repository& users,
                                               session_service& sessions, entrance& door, const base::clock& clock)
    : accounts_(accounts), users_(users), sessions_(sessions), entrance_(door), clock_(clock) {}

async::awaitable<base::result<entry>> password_reset_service::reset(base::secret_bytes token,
                                                                    base::secret_bytes password, client_info client) {
  auto claim = co_await accounts_.prepare_reset(std::move(token), std::move(password));
  if (!claim) co_return claim.error();

  const auto prepared = entrance_.prepare(client);
  const auto opened = std::make_shared<entrance::outcome>();
  account::follow_up and_then = [this, prepared, opened, client](sql::session& in,
                                                                 const account::user& owner) -> base::result<void> {
    statements::end_sessions(in, owner.id);
    *opened = entrance_.open(in, owner, *prepared);
    sessions_.note(in, owner.id, audit::action::password_reset, client);
    return {};
  };
  // Hashing took a while, so the time is read again.
  const auto claimed = co_await users_.claim_reset_link(std::move(claim->token_hash), std::move(claim->hashed_password),
                                                        clock_.now(), std::move(and_then));
  if (!claimed) {
    if (claimed.error().code != errc::not_found) co_return claimed.error();
    base::log(log_level::info, "reset link refused");
    co_return base::error{errc::not_found, "link-not-valid", "", ""};
  }
  sessions_.forget_owner(claimed->id);
  sessions_.ring();
  base::log(log_level::info, "password reset", {{"user_id", claimed->id.str()}});
  co_return entrance_.entry_of(*claimed, *prepared, *opened);
}

}  // namespace kontor::session
