#include "session/enrolment_service.hpp"

#include "account/email.hpp"
#include "base/log.hpp"
#include "session/session_over.hpp"
#include "session/session_statements.hpp"

#include <utility>

namespace kontor::session {
namespace {

using base::errc;
using base::log_level;

bool is_wrong_code(const base::error& why) {
  return why.code == errc::invalid_input;
}

}  // namespace

enrolment_service::enrolment_service(const account::account_service& accounts, sql::database& database,
                                     session_service& sessions, factor::factor_service& factors, attempts& counted)
    : accounts_(accounts), database_(database), sessions_(sessions), factors_(factors), attempts_(counted) {}

factor::in_same_transaction enrolment_service::noting(const identity& by, audit::action what,
                                                      client_info client) const {
  return [this, owner = by.owner.id, what, client = std::move(client)](sql::session& in) {
    sessions_.note(in, owner, what, client);
  };
}

async::awaitable<base::result<enrolment>> enrolment_service::state(identity of) {
  const auto factor = co_await factors_.state(of.owner.id);
  if (!factor) co_return factor.error();
  co_return enrolment{*factor, accounts_.demands_second_factor(of.owner)};
}

async::awaitable<base::result<factor::totp_setup>> enrolment_service::begin(identity by) {
  co_return co_await factors_.begin_totp(by.owner.id, by.owner.email, nullptr);
}

async::awaitable<base::result<factor::recovery_codes>> enrolment_service::confirm(identity by, base::secret_bytes code,
                                                                                  client_info client) {
  claimant counted_as{account::key_of_account(by.owner.email), by.owner.id, by.owner.security_epoch};
  auto made = co_await attempts_.begin(std::move(counted_as), std::move(client));
  if (!made) co_return made.error();

  auto fresh = factor::make_recovery_codes();
  // True: it is on. A wrong code is a value, so that the entry about it is committed.
  auto job = [this, by, code = std::move(code), made = std::move(*made),
              stored = std::move(fresh.stored)](sql::session& in) -> base::result<bool> {
    const auto confirmed = factors_.confirm(in, by.owner.id, code, stored);
    if (!confirmed) {
      if (is_wrong_code(confirmed.error())) {
        attempts_.refuse(in, made, audit::action::factor_added);
        return false;
      }
      return confirmed.error();
    }
    if (!statements::mark_second_factor(in, by.owner.id, by.session.id)) return session_over();
    statements::end_other_sessions(in, by.owner.id, by.session.id);
    throttle::take_back(in, made.made);
    sessions_.note(in, by.owner.id, audit::action::factor_added, made.client);
    return true;
  };
  const auto is_right = co_await database_.write(std::move(job));
  if (!is_right) co_return is_right.error();
  if (!*is_right) co_return base::error{errc::forbidden, "wrong-code", "", ""};
  sessions_.forget_owner(by.owner.id);
  sessions_.ring();
  base::log(log_level::info, "second factor turned on", {{"user_id", by.owner.id.str()}});
  co_return std::move(fresh.codes);
}

async::awaitable<base::result<void>> enrolment_service::remove(identity by, client_info client) {
  if (accounts_.demands_second_factor(by.owner))
    co_return base::error{errc::conflict, "second-factor-mandatory", "", ""};
  auto also = noting(by, audit::action::factor_removed, std::move(client));
  const auto done = co_await factors_.remove_totp(by.owner.id, std::move(also));
  if (!done) co_return done.error();
  sessions_.forget_owner(by.owner.id);
  sessions_.ring();
  base::log(log_level::info, "second factor turned off", {{"user_id", by.owner.id.str()}});
  co_return base::result<void>();
}

async::awaitable<base::result<factor::recovery_codes>> enrolment_service::renew_recovery_codes(identity by,
                                                                                               client_info client) {
  auto also = noting(by, audit::action::recovery_codes_renewed, std::move(client));
  auto renewed = co_await factors_.renew_recovery_codes(by.owner.id, std::move(also));
  if (renewed) sessions_.ring();
  co_return renewed;
}

}  // namespace kontor::session
