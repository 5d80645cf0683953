#include "session/sign_in_service.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "session/session_statements.hpp"

#include <memory>
#include <utility>

namespace kontor::session {
namespace {

using base::errc;
using base::log_level;

base::error session_over() {
  return {errc::unauthenticated, "invalid-token", "", "session ended meanwhile"};
}

}  // namespace

sign_in_service::sign_in_service(account::account_service& accounts, account::user_repository& users,
                                 sql::database& database, session_service& sessions, const audit::audit_log& audit,
                                 const base::clock& clock)
    : accounts_(accounts), users_(users), database_(database), sessions_(sessions), audit_(audit), clock_(clock) {}

async::awaitable<base::result<signed_in>> sign_in_service::register_user(std::string email, base::secret_bytes password,
                                                                         client_info client) {
  auto account = co_await accounts_.prepare_registration(std::move(email), std::move(password));
  if (!account) co_return account.error();
  const std::string shown = account->email;

  // The unique indexes decide who was first.
  const auto session = std::make_shared<const fresh_session>(sessions_.prepare(client));
  account::follow_up and_then = [this, session, client](sql::session& in,
                                                        const account::user& owner) -> base::result<void> {
    sessions_.open(in, owner, *session);
    note(in, owner.id, audit::action::account_registered, client);
    return {};
  };
  const auto created = co_await users_.create_user(std::move(*account), std::move(and_then));
  if (!created) {
    if (created.error().code != errc::conflict) co_return created.error();
    base::log(log_level::info, "registration refused", {{"email", shown}, {"reason", "taken"}});
    co_return base::error{errc::conflict, "email-taken", "", ""};
  }
  base::log(log_level::info, "account registered", {{"user_id", created->id.str()}, {"email", created->email}});
  co_return sessions_.tokens_of(*created, *session);
}

async::awaitable<base::result<signed_in>> sign_in_service::log_in(std::string email, base::secret_bytes password,
                                                                  client_info client) {
  const auto owner = co_await accounts_.verify_password(std::move(email), std::move(password));
  if (!owner) co_return owner.error();

  const auto session = std::make_shared<const fresh_session>(sessions_.prepare(client));
  auto job = [this, session, client, known = *owner](sql::session& in) -> base::result<account::user> {
    auto now = account::statements::find_user(in, known.id);
    // Deactivated, or given another password, while we hashed.
    if (!now || !now->is_active || now->security_epoch != known.security_epoch)
      return base::error{errc::unauthenticated, "invalid-credentials", "", "changed during the sign-in"};
    sessions_.open(in, *now, *session);
    note(in, now->id, audit::action::login_succeeded, client);
    return std::move(*now);
  };
  const auto let_in = co_await database_.write(std::move(job));
  if (!let_in) co_return let_in.error();
  base::log(log_level::info, "login ok", {{"user_id", let_in->id.str()}, {"email", let_in->email}});
  co_return sessions_.tokens_of(*let_in, *session);
}

async::awaitable<base::result<signed_in>> sign_in_service::claim_setup_link(base::secret_bytes token,
                                                                            base::secret_bytes password,
                                                                            client_info client) {
  auto claim = co_await accounts_.prepare_claim(std::move(token), std::move(password));
  if (!claim) co_return claim.error();

  const auto session = std::make_shared<const fresh_session>(sessions_.prepare(client));
  account::follow_up and_then = [this, session, client](sql::session& in,
                                                        const account::user& owner) -> base::result<void> {
    statements::end_sessions(in, owner.id);
    sessions_.open(in, owner, *session);
    note(in, owner.id, audit::action::password_reset, client);
    return {};
  };
  // Hashing took a while, so the time is read again.
  const auto claimed = co_await users_.claim_setup_link(std::move(claim->token_hash), std::move(claim->hashed_password),
                                                        clock_.now(), std::move(and_then));
  if (!claimed) {
    if (claimed.error().code != errc::not_found) co_return claimed.error();
    base::log(log_level::info, "setup link refused");
    co_return base::error{errc::not_found, "link-not-valid", "", ""};
  }
  sessions_.forget_owner(claimed->id);
  base::log(log_level::info, "setup link claimed", {{"user_id", claimed->id.str()}, {"email", claimed->email}});
  co_return sessions_.tokens_of(*claimed, *session);
}

async::awaitable<base::result<signed_in>> sign_in_service::change_password(identity by, base::secret_bytes current,
                                                                           base::secret_bytes renewed,
                                                                           client_info client) {
  const auto confirmed = co_await accounts_.confirm_password(by.owner, std::move(current));
  if (!confirmed) co_return confirmed.error();
  auto hashed = co_await accounts_.prepare_password(by.owner, std::move(renewed), "/new_password");
  if (!hashed) co_return hashed.error();

  account::follow_up and_then = [this, by, client](sql::session& in, const account::user& owner) -> base::result<void> {
    // Ended while we hashed, perhaps by a reset of this very password: then the old password proves nothing any more.
    if (!statements::keep_session(in, owner.id, by.session.id)) return session_over();
    statements::end_other_sessions(in, owner.id, by.session.id);
    statements::prove_session(in, by.session.id, clock_.now());
    note(in, owner.id, audit::action::password_changed, client);
    return {};
  };
  const auto changed = co_await users_.set_password(by.owner.id, std::move(*hashed), clock_.now(), std::move(and_then));
  if (!changed) co_return changed.error();
  sessions_.forget_owner(changed->id);
  base::log(log_level::info, "password changed", {{"user_id", changed->id.str()}});
  co_return sessions_.renewed(*changed, by.session);
}

void sign_in_service::note(sql::session& in, const base::user_id& owner, audit::action what,
                           const client_info& client) const {
  audit_.append(in, {.owner = owner,
                     .actor = owner,
                     .action = what,
                     .outcome = audit::result::ok,
                     .detail = "",
                     .address = client.address,
                     .request_id = client.request_id,
                     .at = clock_.now()});
}

}  // namespace kontor::session
