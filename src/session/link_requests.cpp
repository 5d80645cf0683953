#include "session/link_requests.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "session/mail_errors.hpp"

#include <utility>

namespace kontor::session {
namespace {

using audit::action;
using base::log_level;
using mail::mail_kind;

constexpr mail::allowance for_registration{"registration", 1, mail::mailbox_period};
constexpr mail::allowance for_reset{"reset", 1, mail::mailbox_period};

// About nobody, until it is known whom it is about.
audit::event refused(action what, const client_info& client, base::timestamp now) {
  return {.owner = std::nullopt,
          .actor = std::nullopt,
          .action = what,
          .outcome = audit::result::refused,
          .detail = "",
          .address = client.address,
          .request_id = client.request_id,
          .at = now};
}

}  // namespace

link_requests::link_requests(const account::account_service& accounts, sql::database& database,
                             const audit::audit_log& audit, const link_post& post, const base::clock& clock)
    : accounts_(accounts), database_(database), audit_(audit), post_(post), clock_(clock) {}

async::awaitable<base::result<void>> link_requests::register_by_mail(std::string email,
                                                                     std::optional<base::secret_bytes> password,
                                                                     mail::language language, client_info client) {
  if (!accounts_.settings().mail) co_return mail_not_configured();
  auto account = accounts_.prepare_registration_by_mail(email, password);
  if (!account) co_return account.error();

  auto job = [this, account = std::move(*account), language, client](sql::session& in) -> base::result<void> {
    const auto now = clock_.now();
    if (!post_.limits().take_for_client(in, client.address, now)) return too_many_mails(mail::client_allowance.period);
    if (post_.limits().take(in, for_registration, account.email, now))
      answer_registration(in, account, language, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  post_.ring();
  co_return base::result<void>();
}

void link_requests::answer_registration(sql::session& in, const account::new_user& account, mail::language language,
                                        const client_info& client) const {
  const auto now = clock_.now();
  auto entry = refused(action::account_registered, client, now);
  // The unique indexes decide whether it is new.
  const bool is_new = account::statements::insert_user_if_free(in, account);
  const auto known = account::statements::find_credentials(in, account.email);
  if (is_new) {
    entry.owner = entry.actor = account.id;
    entry.outcome = audit::result::ok;
  } else if (known) {
    entry.owner = known->owner.id;
  }
  if (!known) {
    post_.mail_notice(in, std::nullopt, {account.email, language}, mail_kind::address_not_usable);
  } else if (!known->owner.is_active) {
    post_.mail_nothing(in, {account.email, language});
  } else if (known->hashed_password.empty()) {
    post_.mail_registration(in, known->owner, language);
  } else {
    post_.mail_notice(in, known->owner.id, {account.email, language}, mail_kind::account_exists);
  }
  audit_.append(in, entry);
}

async::awaitable<base::result<void>> link_requests::forgot_password(std::string email, mail::language language,
                                                                    client_info client) {
  if (!accounts_.settings().mail) co_return mail_not_configured();
  auto address = account::normalise_email(email);
  if (!address) co_return invalid_email(address.error());

  auto job = [this, email = std::move(address->normal), language, client](sql::session& in) -> base::result<void> {
    const auto now = clock_.now();
    if (!post_.limits().take_for_client(in, client.address, now)) return too_many_mails(mail::client_allowance.period);
    if (!post_.limits().take(in, for_reset, email, now)) return {};
    const auto known = account::statements::find_credentials(in, email);
    auto entry = refused(action::link_created, client, now);
    if (known && known->owner.is_active) {
      entry.outcome = audit::result::ok;
      entry.owner = known->owner.id;
      post_.mail_reset(in, known->owner, language);
    } else {
      post_.mail_nothing(in, {email, language});
    }
    audit_.append(in, entry);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  post_.ring();
  co_return base::result<void>();
}

}  // namespace kontor::session
