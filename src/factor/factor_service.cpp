#include "factor/factor_service.hpp"

#include "factor/factor_statements.hpp"
#include "factor/qr_code.hpp"
#include "factor/totp.hpp"

#include <utility>

namespace kontor::factor {
namespace {

using base::errc;

base::error factor_exists() {
  return {errc::conflict, "factor-exists", "", ""};
}
base::error not_begun() {
  return {errc::not_found, "factor-not-begun", "", ""};
}
base::error no_factor() {
  return {errc::not_found, "no-factor", "", ""};
}
base::error wrong_first_code() {
  base::error e{errc::invalid_input, "", "", ""};
  e.fields.push_back({"/code", "wrong_code", "This is not the code that the app shows now."});
  return e;
}
base::error invalid_code(std::string why) {
  return {errc::unauthenticated, "invalid-code", "", std::move(why)};
}
base::error unreadable(const base::user_id& owner) {
  return {errc::internal, "factor-unreadable", "", "the stored TOTP secret of user " + owner.str() + " does not open"};
}

void run(const in_same_transaction& also, sql::session& in) {
  if (also) also(in);
}

factor_state to_state(const std::optional<statements::stored_totp>& stored, std::int64_t codes_left) {
  if (!stored) return {};
  const auto totp = stored->confirmed_at ? totp_state::on : totp_state::pending;
  return {.totp = totp, .confirmed_at = stored->confirmed_at, .recovery_codes_left = codes_left};
}

// errc::not_found when the user is gone: deleted a moment ago, while this request was on its way.
base::result<void> put_pending(sql::session& in, const base::user_id& owner, std::string_view sealed,
                               base::timestamp now) {
  try {
    if (!statements::put_pending_totp(in, owner, sealed, now)) return factor_exists();
    return {};
  } catch (const sql::sql_error& failed) {
    if (failed.why() != sql::failure::constraint) throw;
    return base::error{errc::not_found, "", "", failed.what()};
  }
}

}  // namespace

factor_service::factor_service(sql::database& database, const base::secret_bytes& installation_key,
                               const base::clock& clock)
    : database_(database), seal_(installation_key), clock_(clock) {}

async::awaitable<base::result<factor_state>> factor_service::state(base::user_id owner) const {
  auto job = [owner](sql::session& in) {
    return to_state(statements::find_totp(in, owner), statements::count_recovery_codes(in, owner));
  };
  co_return co_await database_.read(std::move(job));
}

bool factor_service::is_on(sql::session& in, const base::user_id& owner) const {
  const auto stored = statements::find_totp(in, owner);
  return stored && stored->confirmed_at;
}

async::awaitable<base::result<totp_setup>> factor_service::begin_totp(base::user_id owner, std::string email,
                                                                      in_same_transaction also) {
  const auto secret = make_totp_secret();
  const auto now = clock_.now();
  auto job = [owner, now, sealed = seal_.seal(owner, secret, now),
              also = std::move(also)](sql::session& in) -> base::result<void> {
    if (auto put = put_pending(in, owner, sealed, now); !put) return put;
    run(also, in);
    return {};
  };
  const auto stored = co_await database_.write(std::move(job));
  if (!stored) co_return stored.error();

  totp_setup setup;
  setup.secret_text = totp_secret_text(secret);
  setup.uri = totp_uri(secret, email);
  setup.qr_svg = qr_code_svg(setup.uri.text());
  co_return std::move(setup);
}

async::awaitable<base::result<recovery_codes>> factor_service::confirm_totp(base::user_id owner,
                                                                            base::secret_bytes code,
                                                                            in_same_transaction also) {
  auto fresh = make_recovery_codes();
  auto job = [this, owner, code = std::move(code), stored = std::move(fresh.stored),
              also = std::move(also)](sql::session& in) -> base::result<void> {
    if (auto confirmed = confirm(in, owner, code, stored); !confirmed) return confirmed;
    run(also, in);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  co_return std::move(fresh.codes);
}

base::result<void> factor_service::confirm(sql::session& in, const base::user_id& owner, const base::secret_bytes& code,
                                           const stored_recovery_codes& codes) const {
  const auto factor = statements::find_totp(in, owner);
  if (!factor) return not_begun();
  if (factor->confirmed_at) return factor_exists();
  const auto secret = seal_.open(owner, factor->sealed_secret);
  if (!secret) return unreadable(owner);
  const auto now = clock_.now();
  const auto step = match_totp(*secret, code.text(), now);
  if (!step) return wrong_first_code();
  const statements::totp_use use{owner, factor->sealed_secret, *step};
  if (statements::confirm_totp(in, use, now)) {
    statements::replace_recovery_codes(in, owner, codes);
    return {};
  }
  // Something came between, which PostgreSQL allows: another confirmation, a new beginning or the removal.
  const auto present = statements::find_totp(in, owner);
  if (!present) return not_begun();
  return present->confirmed_at ? factor_exists() : wrong_first_code();
}

async::awaitable<base::result<void>> factor_service::remove_totp(base::user_id owner, in_same_transaction also) {
  auto job = [owner, also = std::move(also)](sql::session& in) -> base::result<void> {
    if (!statements::remove_totp(in, owner)) return no_factor();
    run(also, in);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<recovery_codes>> factor_service::renew_recovery_codes(base::user_id owner,
                                                                                    in_same_transaction also) {
  auto fresh = make_recovery_codes();
  auto job = [owner, stored = std::move(fresh.stored), also = std::move(also)](sql::session& in) -> base::result<void> {
    if (!statements::hold_totp(in, owner)) return no_factor();
    statements::replace_recovery_codes(in, owner, stored);
    run(also, in);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  co_return std::move(fresh.codes);
}

async::awaitable<base::result<code_use>> factor_service::check_code(base::user_id owner, base::secret_bytes code,
                                                                    in_same_transaction_after_code also) {
  auto job = [this, owner, code = std::move(code), also = std::move(also)](sql::session& in) -> base::result<code_use> {
    auto used = use_code(in, owner, code);
    if (used && also) also(in, *used);
    return used;
  };
  co_return co_await database_.write(std::move(job));
}

base::result<code_use> factor_service::use_code(sql::session& in, const base::user_id& owner,
                                                const base::secret_bytes& code) const {
  const auto recovery = normalise_recovery_code(code.text());
  const auto kind = recovery ? code_kind::recovery : code_kind::totp;
  if (auto used = recovery ? use_recovery(in, owner, *recovery) : use_totp(in, owner, code); !used) return used.error();
  return code_use{.kind = kind, .recovery_codes_left = statements::count_recovery_codes(in, owner)};
}

base::result<void> factor_service::use_totp(sql::session& in, const base::user_id& owner,
                                            const base::secret_bytes& code) const {
  const auto factor = statements::find_totp(in, owner);
  if (!factor || !factor->confirmed_at) return invalid_code("no factor is on");
  const auto secret = seal_.open(owner, factor->sealed_secret);
  if (!secret) return unreadable(owner);
  const auto step = match_totp(*secret, code.text(), clock_.now());
  if (!step) return invalid_code("wrong code");
  const statements::totp_use use{owner, factor->sealed_secret, *step};
  if (!statements::use_totp_step(in, use)) return invalid_code("code used before");
  return {};
}

base::result<void> factor_service::use_recovery(sql::session& in, const base::user_id& owner,
                                                const base::secret_bytes& normal) const {
  const auto salt = statements::find_recovery_salt(in, owner);
  if (!salt) return invalid_code("no recovery codes");
  const auto hash = hash_of_recovery_code(normal, *salt);
  if (!statements::use_recovery_code(in, owner, hash, clock_.now())) return invalid_code("wrong or used recovery code");
  return {};
}

}  // namespace kontor::factor
