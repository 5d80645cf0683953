#include "session/entrance.hpp"

#include "account/email.hpp"
#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "session/refresh_token.hpp"

#include <optional>
#include <utility>

namespace kontor::session {
namespace {

using base::errc;
using base::log_level;

base::error wrong_code(std::string why) {
  return {errc::unauthenticated, "wrong-code", "", std::move(why)};
}
base::error challenge_over() {
  return {errc::unauthenticated, "second-factor-expired", "", "no such challenge"};
}

}  // namespace

/// What a code came to. A wrong one is not an error: that it was tried must be committed.
struct entrance::answered {
  std::optional<account::user> owner;  ///< Set when it was right.
  std::string fault;
};

entrance::entrance(sql::database& database, session_service& sessions, const factor::factor_service& factors,
                   attempts& counted, const base::clock& clock)
    : database_(database), sessions_(sessions), factors_(factors), attempts_(counted), clock_(clock) {}

std::shared_ptr<const entrance::doorway> entrance::prepare(const client_info& client) const {
  auto prepared = std::make_shared<doorway>();
  prepared->session = sessions_.prepare(client);
  prepared->challenge_token = make_refresh_token();
  return prepared;
}

bool entrance::asks_for_code(sql::session& in, const base::user_id& owner) const {
  return factors_.is_on(in, owner);
}

entrance::outcome entrance::open(sql::session& in, const account::user& owner, const doorway& prepared) const {
  if (!asks_for_code(in, owner.id)) {
    sessions_.open(in, owner, prepared.session);
    return outcome::session;
  }
  statements::insert_challenge(in, owner, hash_of_refresh_token(prepared.challenge_token.text()), clock_.now());
  return outcome::challenge;
}

entry entrance::entry_of(const account::user& owner, const doorway& prepared, outcome opened) const {
  if (opened == outcome::session) return sessions_.tokens_of(owner, prepared.session);
  base::log(log_level::info, "second factor asked for", {{"user_id", owner.id.str()}});
  return challenge{prepared.challenge_token.clone(), challenge_life};
}

async::awaitable<base::result<entry>> entrance::let_in(account::user known, counted_attempt made) {
  struct let_in_as {
    account::user owner;
    outcome opened;
  };
  const auto prepared = prepare(made.client);
  auto job = [this, known = std::move(known), made = std::move(made),
              prepared](sql::session& in) -> base::result<let_in_as> {
    auto now = account::statements::find_user(in, known.id);
    // Deactivated, or given another password, while we hashed.
    if (!now || !now->is_active || now->security_epoch != known.security_epoch)
      return base::error{errc::unauthenticated, "invalid-credentials", "", "changed during the sign-in"};
    const auto opened = open(in, *now, *prepared);
    if (opened == outcome::session) {
      throttle::record_success(in, made.made);
      sessions_.note(in, now->id, audit::action::login_succeeded, made.client);
    } else {
      // Half a sign-in ends no series of failures: who knows the password must not go on guessing codes.
      throttle::take_back(in, made.made);
    }
    return let_in_as{std::move(*now), opened};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  if (done->opened == outcome::session) {
    sessions_.ring();
    base::log(log_level::info, "login ok", {{"user_id", done->owner.id.str()}, {"email", done->owner.email}});
  }
  co_return entry_of(done->owner, *prepared, done->opened);
}

async::awaitable<base::result<signed_in>> entrance::answer(base::secret_bytes token, base::secret_bytes code,
                                                           client_info client) {
  const auto token_hash = hash_of_refresh_token(token.text());
  auto look = [token_hash, now = clock_.now()](sql::session& in) {
    return statements::find_challenge(in, token_hash, now);
  };
  const auto asked = co_await database_.read(std::move(look));
  if (!asked) co_return asked.error();
  if (!*asked) co_return challenge_over();

  claimant who{account::key_of_account((*asked)->email), (*asked)->id, (*asked)->security_epoch};
  auto made = co_await attempts_.begin(std::move(who), client);
  if (!made) co_return made.error();

  const auto session = std::make_shared<fresh_session>(sessions_.prepare(client));
  session->info.second_factor = true;
  auto job = [this, token_hash, code = std::move(code), made = std::move(*made),
              session](sql::session& in) -> base::result<answered> {
    auto owner = statements::find_challenge(in, token_hash, clock_.now());
    if (!owner) return challenge_over();
    const auto used = factors_.use_code(in, owner->id, code);
    if (!used) {
      if (used.error().code != errc::unauthenticated) return used.error();
      attempts_.refuse(in, made, audit::action::login_refused);
      return answered{std::nullopt, used.error().internal_detail};
    }
    // Of two who answer at once one has it; the other's code is given back with its transaction.
    if (!statements::take_challenge(in, token_hash, clock_.now())) return challenge_over();
    sessions_.open(in, *owner, *session);
    throttle::record_success(in, made.made);
    if (used->kind == factor::code_kind::recovery)
      sessions_.note(in, owner->id, {audit::action::factor_recovery_used, audit::action::login_succeeded}, made.client);
    else
      sessions_.note(in, owner->id, audit::action::login_succeeded, made.client);
    return answered{std::move(owner), ""};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  if (!done->owner) {
    base::log(log_level::info, "login refused", {{"user_id", (*asked)->id.str()}, {"reason", done->fault}});
    co_return wrong_code(done->fault);
  }
  sessions_.ring();
  base::log(log_level::info, "login ok", {{"user_id", done->owner->id.str()}, {"email", done->owner->email}});
  co_return sessions_.tokens_of(*done->owner, *session);
}

}  // namespace kontor::session
