#include "session/sign_in_service.hpp"

#include "account/email.hpp"
#include "base/log.hpp"
#include "session/session_over.hpp"
#include "session/session_statements.hpp"

#include <memory>
#include <utility>

namespace kontor::session {
namespace {

using base::errc;
using base::log_level;

// Another change was faster, so what was given as the password is it no more.
base::error no_longer_right(const account::user& owner) {
  base::log(log_level::info, "password not changed",
            {{"user_id", owner.id.str()}, {"reason", "it was changed meanwhile"}});
  return {errc::forbidden, "wrong-password", "", ""};
}

}  // namespace

sign_in_service::sign_in_service(account::account_service& accounts, account::user_repository& users,
                                 session_service& sessions, attempts& counted, entrance& door, const base::clock& clock)
    : accounts_(accounts), users_(users), sessions_(sessions), attempts_(counted), entrance_(door), clock_(clock) {}

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
    sessions_.note(in, owner.id, audit::action::account_registered, client);
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

async::awaitable<base::result<entry>> sign_in_service::log_in(std::string email, base::secret_bytes password,
                                                              client_info client) {
  auto who = co_await accounts_.find_account(std::move(email));
  if (!who) co_return who.error();
  claimant counted_as{who->key, who->owner(), who->known ? who->known->owner.security_epoch : 0};
  auto made = co_await attempts_.begin(std::move(counted_as), std::move(client));
  if (!made) co_return made.error();
  auto owner = co_await accounts_.verify_password(std::move(*who), std::move(password));
  if (!owner) co_return co_await attempts_.fail(std::move(*made), audit::action::login_refused, owner.error());
  co_return co_await entrance_.let_in(std::move(*owner), std::move(*made));
}

async::awaitable<base::result<entry>> sign_in_service::claim_setup_link(base::secret_bytes token,
                                                                        base::secret_bytes password,
                                                                        client_info client) {
  auto claim = co_await accounts_.prepare_claim(std::move(token), std::move(password));
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
  const auto claimed = co_await users_.claim_setup_link(std::move(claim->token_hash), std::move(claim->hashed_password),
                                                        clock_.now(), std::move(and_then));
  if (!claimed) {
    if (claimed.error().code != errc::not_found) co_return claimed.error();
    base::log(log_level::info, "setup link refused");
    co_return base::error{errc::not_found, "link-not-valid", "", ""};
  }
  sessions_.forget_owner(claimed->id);
  sessions_.ring();
  base::log(log_level::info, "setup link claimed", {{"user_id", claimed->id.str()}, {"email", claimed->email}});
  co_return entrance_.entry_of(*claimed, *prepared, *opened);
}

async::awaitable<base::result<signed_in>> sign_in_service::change_password(identity by, base::secret_bytes current,
                                                                           base::secret_bytes renewed,
                                                                           client_info client) {
  claimant counted_as{account::key_of_account(by.owner.email), by.owner.id, by.owner.security_epoch};
  auto made = co_await attempts_.begin(std::move(counted_as), client);
  if (!made) co_return made.error();
  auto confirmed = co_await accounts_.confirm_password(by.owner, std::move(current));
  if (!confirmed)
    co_return co_await attempts_.fail(std::move(*made), audit::action::password_changed, confirmed.error());
  const auto given_back = co_await attempts_.take_back(made->made);
  if (!given_back) co_return given_back.error();
  auto hashed = co_await accounts_.prepare_password(by.owner, std::move(renewed), "/new_password");
  if (!hashed) co_return hashed.error();

  account::follow_up and_then = [this, by, client](sql::session& in, const account::user& owner) -> base::result<void> {
    // Ended while we hashed, perhaps by a reset of this very password: then the old password proves nothing any more.
    if (!statements::keep_session(in, owner.id, by.session.id)) return session_over();
    statements::end_other_sessions(in, owner.id, by.session.id);
    // With a second factor only its code is a proof; otherwise a stolen password would be enough to remove it.
    if (!entrance_.asks_for_code(in, owner.id)) statements::prove_session(in, owner.id, by.session.id, clock_.now());
    sessions_.note(in, owner.id, audit::action::password_changed, client);
    return {};
  };
  const auto changed =
      co_await users_.set_password(std::move(*confirmed), std::move(*hashed), clock_.now(), std::move(and_then));
  if (!changed) co_return changed.error().code == errc::conflict ? no_longer_right(by.owner) : changed.error();
  sessions_.forget_owner(changed->id);
  sessions_.ring();
  base::log(log_level::info, "password changed", {{"user_id", changed->id.str()}});
  co_return sessions_.renewed(*changed, by.session);
}

}  // namespace kontor::session
