#include "session/email_service.hpp"

#include "account/link_statements.hpp"
#include "account/setup_token.hpp"
#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "session/mail_errors.hpp"
#include "session/session_over.hpp"
#include "session/session_statements.hpp"

#include <utility>

namespace kontor::session {
namespace {

using account::claimed_address;
using account::link_purpose;
using audit::action;
using base::errc;
using base::log_level;
using mail::mail_kind;

constexpr mail::allowance for_confirmation{"confirmation", 1, mail::mailbox_period};

base::error link_not_valid() {
  return {errc::not_found, "link-not-valid", "", ""};
}
base::error email_taken() {
  return {errc::conflict, "email-taken", "", ""};
}

}  // namespace

email_service::email_service(const account::account_service& accounts, sql::database& database,
                             session_service& sessions, const link_post& post, const base::clock& clock)
    : accounts_(accounts), database_(database), sessions_(sessions), post_(post), clock_(clock) {}

base::result<void> email_service::allow_mail(sql::session& in, const base::user_id& by, const std::string& to) const {
  const auto now = clock_.now();
  if (!post_.limits().take(in, mail::account_allowance, by.text(), now))
    return too_many_mails(mail::account_allowance.period);
  if (!post_.limits().take(in, for_confirmation, to, now)) return too_many_mails(for_confirmation.period);
  return {};
}

async::awaitable<base::result<void>> email_service::request_verification(identity by, mail::language language,
                                                                         client_info client) {
  if (!accounts_.settings().mail) co_return mail_not_configured();
  auto address = account::normalise_email(by.owner.email);
  if (!address) co_return invalid_email(address.error());
  const claimed_address own{address->normal, address->lookalike};

  auto job = [this, by, own, language, client](sql::session& in) -> base::result<void> {
    if (!statements::hold_live(in, by)) return session_over();
    if (const auto allowed = allow_mail(in, by.owner.id, own.normal); !allowed) return allowed;
    post_.mail_confirmation(in, by.owner, own, language);
    sessions_.note(in, by.owner.id, action::link_created, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  post_.ring();
  co_return base::result<void>();
}

async::awaitable<base::result<std::optional<account::user>>> email_service::request_change(identity by,
                                                                                           std::string email,
                                                                                           mail::language language,
                                                                                           client_info client) {
  auto address = account::normalise_email(email);
  if (!address) co_return invalid_email(address.error());
  claimed_address wanted{std::move(address->normal), std::move(address->lookalike)};
  if (!accounts_.settings().mail) {
    auto changed = co_await change_at_once(std::move(by), std::move(wanted), std::move(client));
    if (!changed) co_return changed.error();
    co_return std::optional<account::user>(std::move(*changed));
  }

  auto job = [this, by, wanted, language, client](sql::session& in) -> base::result<void> {
    if (!statements::hold_live(in, by)) return session_over();
    if (auto allowed = allow_mail(in, by.owner.id, wanted.normal); !allowed) return allowed;
    // A look for the mail's text only: whether the address can be had is decided when the link is used.
    if (account::statements::is_taken(in, wanted, by.owner.id)) {
      account::statements::drop_link(in, by.owner.id, link_purpose::confirm);
      post_.mail_notice(in, by.owner.id, {wanted.normal, language}, mail_kind::address_taken);
    } else {
      post_.mail_confirmation(in, by.owner, wanted, language);
    }
    // Told now, while a stolen session can still be ended; and for a taken address too, so that it tells nothing.
    if (wanted.normal != by.owner.email) post_.mail_change_requested(in, by.owner, wanted.normal, language);
    sessions_.note(in, by.owner.id, action::email_change_requested, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  post_.ring();
  co_return std::optional<account::user>();
}

async::awaitable<base::result<account::user>> email_service::change_at_once(identity by, claimed_address address,
                                                                            client_info client) {
  if (address.normal == by.owner.email) co_return by.owner;
  auto job = [this, by, address = std::move(address), client](sql::session& in) -> base::result<account::user> {
    if (!statements::hold_live(in, by)) return session_over();
    const auto now = clock_.now();
    const auto& id = by.owner.id;
    if (!account::statements::change_email(in, id, address, std::nullopt, now)) return session_over();
    account::statements::drop_mailed_links(in, id);
    auto changed = account::statements::find_user(in, id).value();
    sessions_.note(in, id, action::email_changed, client);
    return changed;
  };
  auto changed = co_await database_.write(std::move(job));
  if (!changed && changed.error().code == errc::conflict) co_return email_taken();
  if (!changed) co_return changed.error();
  sessions_.forget_owner(changed->id);
  base::log(log_level::info, "email changed", {{"user_id", changed->id.str()}});
  co_return changed;
}

async::awaitable<base::result<std::string>> email_service::confirm(base::secret_bytes token, mail::language language,
                                                                   client_info client) {
  auto job = [this, token_hash = account::hash_of_setup_token(token), language,
              client](sql::session& in) -> base::result<account::user> {
    const auto now = clock_.now();
    const auto link = account::statements::find_link(in, token_hash, now);
    if (!link || link->purpose != link_purpose::confirm) return link_not_valid();
    // Who removes the row has the link.
    if (!account::statements::take_link(in, token_hash, link_purpose::confirm, now)) return link_not_valid();
    const auto& owner = link->owner;
    const bool is_own = link->proves->normal == owner.email;
    if (is_own) {
      if (!account::statements::verify_email(in, owner.id, owner.email, now)) return link_not_valid();
    } else {
      if (!account::statements::change_email(in, owner.id, *link->proves, now, now)) return link_not_valid();
      account::statements::drop_mailed_links(in, owner.id);
      post_.mail_notice(in, owner.id, {owner.email, language}, mail_kind::address_changed);
    }
    auto changed = account::statements::find_user(in, owner.id).value();
    sessions_.note(in, owner.id, is_own ? action::email_verified : action::email_changed, client);
    return changed;
  };
  const auto changed = co_await database_.write(std::move(job));
  if (!changed && changed.error().code == errc::conflict) co_return email_taken();
  if (!changed) co_return changed.error();
  sessions_.forget_owner(changed->id);
  post_.ring();
  base::log(log_level::info, "email confirmed", {{"user_id", changed->id.str()}});
  co_return changed->email;
}

}  // namespace kontor::session
