#include "session/step_up_service.hpp"

#include "account/email.hpp"
#include "base/log.hpp"
#include "session/session_over.hpp"
#include "session/session_statements.hpp"

#include <utility>

namespace kontor::session {
namespace {

using base::errc;

base::error other_proof_needed(std::string path, std::string message) {
  base::error e{errc::invalid_input};
  e.fields.push_back({std::move(path), "required", std::move(message)});
  return e;
}

base::result<void> check_kind(const proof& shown, bool has_second_factor) {
  const bool is_code = std::holds_alternative<code_proof>(shown);
  if (has_second_factor && !is_code) return other_proof_needed("/code", "The code of the second factor is needed.");
  if (!has_second_factor && is_code) return other_proof_needed("/password", "The password is needed.");
  return {};
}

}  // namespace

step_up_service::step_up_service(account::account_service& accounts, sql::database& database, session_service& sessions,
                                 const factor::factor_service& factors, attempts& counted, const base::clock& clock)
    : accounts_(accounts),
      database_(database),
      sessions_(sessions),
      factors_(factors),
      attempts_(counted),
      clock_(clock) {}

async::awaitable<base::result<signed_in>> step_up_service::prove(identity by, proof shown, client_info client) {
  const auto factor = co_await factors_.state(by.owner.id);
  if (!factor) co_return factor.error();
  if (const auto fits = check_kind(shown, factor->totp == factor::totp_state::on); !fits) co_return fits.error();

  claimant counted_as{account::key_of_account(by.owner.email), by.owner.id, by.owner.security_epoch};
  auto made = co_await attempts_.begin(std::move(counted_as), std::move(client));
  if (!made) co_return made.error();
  const auto proved =
      std::holds_alternative<code_proof>(shown)
          ? co_await prove_by_code(by, std::move(std::get<code_proof>(shown).code), std::move(*made))
          : co_await prove_by_password(by, std::move(std::get<password_proof>(shown).password), std::move(*made));
  if (!proved) co_return proved.error();
  sessions_.forget(by.session.id);
  base::log(base::log_level::info, "session proved", {{"user_id", by.owner.id.str()}});
  co_return sessions_.renewed(by.owner, by.session);
}

async::awaitable<base::result<void>> step_up_service::prove_by_password(identity by, base::secret_bytes password,
                                                                        counted_attempt made) {
  const auto confirmed = co_await accounts_.confirm_password(by.owner, std::move(password));
  if (!confirmed) co_return co_await attempts_.fail(std::move(made), audit::action::step_up_proved, confirmed.error());
  auto job = [this, by, made = std::move(made)](sql::session& in) -> base::result<void> {
    // Turned on while we hashed: then the password is no proof any more.
    if (factors_.is_on(in, by.owner.id)) return session_over();
    if (const auto marked = mark_proved(in, by, made); !marked) return marked.error();
    sessions_.note(in, by.owner.id, audit::action::step_up_proved, made.client);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> step_up_service::prove_by_code(identity by, base::secret_bytes code,
                                                                    counted_attempt made) {
  // True: it was right. A wrong one is a value, so that the entry about it is committed.
  auto job = [this, by, code = std::move(code), made = std::move(made)](sql::session& in) -> base::result<bool> {
    const auto used = factors_.use_code(in, by.owner.id, code);
    if (!used) {
      if (used.error().code != errc::unauthenticated) return used.error();
      attempts_.refuse(in, made, audit::action::step_up_proved);
      return false;
    }
    if (const auto marked = mark_proved(in, by, made); !marked) return marked.error();
    if (used->kind == factor::code_kind::recovery)
      sessions_.note(in, by.owner.id, {audit::action::step_up_proved, audit::action::factor_recovery_used},
                     made.client);
    else
      sessions_.note(in, by.owner.id, audit::action::step_up_proved, made.client);
    return true;
  };
  const auto is_right = co_await database_.write(std::move(job));
  if (!is_right) co_return is_right.error();
  if (*is_right) {
    sessions_.ring();
    co_return base::result<void>();
  }
  base::log(base::log_level::info, "step-up refused", {{"user_id", by.owner.id.str()}});
  co_return base::error{errc::forbidden, "wrong-code", "", ""};
}

base::result<void> step_up_service::mark_proved(sql::session& in, const identity& by,
                                                const counted_attempt& made) const {
  if (!statements::prove_session(in, by.owner.id, by.session.id, clock_.now())) return session_over();
  throttle::take_back(in, made.made);
  return {};
}

}  // namespace kontor::session
