#include "session/session_service.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"
#include "crypto/random.hpp"
#include "session/live_sessions.hpp"
#include "session/session_over.hpp"
#include "session/session_statements.hpp"

#include <algorithm>
#include <utility>

namespace kontor::session {
namespace {

using base::errc;
using base::log_level;

constexpr std::int64_t most_listed = 200;

// How long a spent token is remembered: as long as its owner could have been away.
constexpr auto memory_of_spent_tokens = std::chrono::days(7);

base::error invalid_token(std::string_view why) {
  return {errc::unauthenticated, "invalid-token", "", std::string(why)};
}

base::error session_ended(std::string_view why) {
  return {errc::unauthenticated, "session-ended", "", std::string(why)};
}

// Why a session that exists does not let anybody in, empty when it does.
std::string_view fault_of(const identity& who, base::timestamp now) {
  if (!who.owner.is_active) return "deactivated";
  if (who.session.epoch != who.owner.security_epoch) return "revoked";
  if (now >= who.session.expires_at || now >= who.session.idle_expires_at) return "session expired";
  // Turning the factor on ends these; one that was opened in that very moment ends here.
  if (who.has_second_factor && !who.session.second_factor) return "signed in without the second factor";
  return {};
}

std::string_view fault_of(const identity& who, const access_token_claims& claims, base::timestamp now) {
  if (who.owner.id != claims.subject) return "session of another account";
  if (who.owner.security_epoch != claims.epoch) return "revoked";
  return fault_of(who, now);
}

}  // namespace

/// What a refresh came to. Not an error: ending a family must be committed, not rolled back.
struct session_service::refreshed {
  enum class outcome { unknown, ended, reused, good } what = outcome::unknown;
  std::string reason;
  identity who;
  base::secret_bytes successor;
};

session_service::session_service(sql::database& database, const access_tokens& tokens,
                                 const refresh_successors& successors, const act_record& record,
                                 session_settings settings, const base::clock& clock)
    : database_(database),
      tokens_(tokens),
      successors_(successors),
      record_(record),
      settings_(settings),
      clock_(clock),
      identities_(*this, {}) {}

async::awaitable<base::result<identity>> session_service::find_identity(base::session_id id) {
  auto job = [id](sql::session& in) -> base::result<identity> {
    auto found = statements::find_identity(in, id);
    if (!found) return base::error{errc::not_found, "", "", ""};
    return std::move(*found);
  };
  co_return co_await database_.read(std::move(job));
}

fresh_session session_service::prepare(const client_info& client) const {
  const auto now = clock_.now();
  fresh_session fresh;
  fresh.info = {.id = crypto::random_id<base::session_id>(),
                .owner = {},
                .device = client.device,
                .address = client.address,
                .created_at = now,
                .last_used_at = now,
                .proved_at = now,
                .second_factor = false,
                .epoch = 0,
                .idle_expires_at = now + std::min(settings_.idle_life, settings_.life),
                .expires_at = now + settings_.life};
  fresh.refresh_token = make_refresh_token();
  return fresh;
}

void session_service::open(sql::session& in, const account::user& owner, const fresh_session& session) const {
  auto row = session.info;
  row.owner = owner.id;
  row.epoch = owner.security_epoch;
  statements::insert_session(in, row, hash_of_refresh_token(session.refresh_token.text()));
}

signed_in session_service::tokens_of(const account::user& owner, const fresh_session& session) const {
  auto out = renewed(owner, session.info);
  out.refresh_token = session.refresh_token.clone();
  return out;
}

signed_in session_service::renewed(const account::user& owner, const session_info& session) const {
  const auto left = std::chrono::floor<std::chrono::seconds>(session.idle_expires_at - clock_.now());
  return {.access_token = tokens_.issue(owner, session.id),
          .expires_in = tokens_.life(),
          .owner = owner,
          .session = session.id,
          .refresh_token = {},
          .refresh_expires_in = std::max(left, std::chrono::seconds(0))};
}

async::awaitable<base::result<identity>> session_service::authenticate(std::string_view token) {
  const auto claims = tokens_.read(token);
  if (!claims) {
    base::log(log_level::info, "token refused", {{"reason", claims.error().internal_detail}});
    co_return claims.error();
  }
  auto who = co_await identities_.find(claims->session);
  if (who && claims->epoch > who->owner.security_epoch) {
    // The token is younger than what we know of the account: it was made elsewhere, after a change that we have not
    // seen.
    identities_.forget(claims->session);
    who = co_await identities_.find(claims->session);
  }
  if (!who && who.error().code != errc::not_found) co_return who.error();
  const auto fault = who ? fault_of(*who, *claims, clock_.now()) : "session ended";
  if (fault.empty()) co_return who;
  base::log(log_level::info, "token refused", {{"user_id", claims->subject.str()}, {"reason", std::string(fault)}});
  co_return invalid_token(fault);
}

async::awaitable<base::result<identity>> session_service::find_live(base::session_id id) {
  auto who = co_await find_identity(id);
  if (!who && who.error().code != errc::not_found) co_return who.error();
  const auto fault = who ? fault_of(*who, clock_.now()) : "session ended";
  if (!fault.empty()) co_return invalid_token(fault);
  co_return who;
}

async::awaitable<base::result<std::vector<base::session_id>>> session_service::find_over(
    std::vector<base::session_id> ids) {
  auto job = [ids = std::move(ids), now = clock_.now()](sql::session& in) {
    return statements::find_over(in, ids, now);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<signed_in>> session_service::refresh(base::secret_bytes token, client_info client) {
  using outcome = refreshed::outcome;
  const auto now = clock_.now();
  auto job = [this, token = token.clone(), salt = refresh_successors::make_salt(), now,
              client](sql::session& in) -> refreshed {
    const auto token_hash = hash_of_refresh_token(token.text());
    auto found = statements::find_refresh_token(in, token_hash);
    if (!found) return {.what = outcome::unknown, .reason = "unknown refresh token", .who = {}, .successor = {}};
    auto& who = found->of;
    if (const auto fault = fault_of(who, now); !fault.empty())
      return {.what = outcome::ended, .reason = std::string(fault), .who = who, .successor = {}};

    auto used_salt = salt;
    auto decision = decide_refresh(found->spent_at, who.session, now, settings_);
    if (decision == refresh_decision::rotate && !statements::spend_refresh_token(in, token_hash, now, salt)) {
      // Another node spent it between our look and our write, just now.
      found = statements::find_refresh_token(in, token_hash);
      if (!found) return {.what = outcome::ended, .reason = "ended meanwhile", .who = {}, .successor = {}};
      decision = refresh_decision::repeat;
    }
    switch (decision) {
      case refresh_decision::expired:
        return {.what = outcome::ended, .reason = "session expired", .who = who, .successor = {}};
      case refresh_decision::end_family:
        statements::end_session(in, who.owner.id, who.session.id);
        note(in, who.owner.id, audit::action::refresh_reused, client);
        return {.what = outcome::reused, .reason = "refresh token used twice", .who = who, .successor = {}};
      case refresh_decision::repeat:
        used_salt = found->successor_salt;
        break;
      case refresh_decision::rotate:
        who.session.last_used_at = now;
        who.session.idle_expires_at = std::min(now + settings_.idle_life, who.session.expires_at);
        who.session.address = client.address;
        who.session.device = client.device;
        statements::touch_session(in, who.session);
        statements::drop_old_refresh_tokens(in, who.session.id, now - memory_of_spent_tokens);
        break;
    }
    auto successor = successors_.successor_of(token.text(), used_salt);
    if (decision == refresh_decision::rotate)
      statements::insert_refresh_token(in, who.session.id, hash_of_refresh_token(successor.text()));
    return {.what = outcome::good, .reason = "", .who = found->of, .successor = std::move(successor)};
  };
  auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  if (done->what != outcome::good) {
    if (done->what == outcome::reused) identities_.forget(done->who.session.id);
    const bool is_known = done->what != outcome::unknown;
    base::log(done->what == outcome::reused ? log_level::warning : log_level::info, "refresh refused",
              {{"user_id", is_known ? done->who.owner.id.str() : ""}, {"reason", done->reason}});
    co_return session_ended(done->reason);
  }
  auto out = renewed(done->who.owner, done->who.session);
  out.refresh_token = std::move(done->successor);
  co_return out;
}

async::awaitable<base::result<void>> session_service::log_out(base::secret_bytes refresh_token, client_info client) {
  auto job = [this, token_hash = hash_of_refresh_token(refresh_token.text()),
              client](sql::session& in) -> std::optional<base::session_id> {
    const auto found = statements::find_refresh_token(in, token_hash);
    if (!found) return std::nullopt;
    const auto& who = found->of;
    if (statements::end_session(in, who.owner.id, who.session.id))
      note(in, who.owner.id, audit::action::session_ended, client);
    return who.session.id;
  };
  const auto ended = co_await database_.write(std::move(job));
  if (!ended) co_return ended.error();
  if (*ended) identities_.forget(**ended);
  co_return base::result<void>();
}

async::awaitable<base::result<void>> session_service::end(identity by, base::session_id which, client_info client) {
  auto job = [this, by, which, client](sql::session& in) -> base::result<void> {
    if (!statements::end_session(in, by.owner.id, which))
      return base::error{errc::not_found, "", "", "no such session"};
    note(in, by.owner.id, audit::action::session_ended, client);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  identities_.forget(which);
  co_return base::result<void>();
}

async::awaitable<base::result<void>> session_service::end_many(identity by, sessions_of_account which,
                                                               client_info client) {
  auto job = [this, by, which, client](sql::session& in) {
    if (which == sessions_of_account::all) {
      // The epoch ends what is no session and yet lets somebody in: personal tokens, sign-ins that wait for a code.
      account::statements::raise_epoch(in, by.owner.id);
      statements::end_sessions(in, by.owner.id);
    } else {
      statements::end_other_sessions(in, by.owner.id, by.session.id);
    }
    note(in, by.owner.id, audit::action::sessions_ended_all, client);
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  identities_.forget_owner(by.owner.id);
  co_return base::result<void>();
}

async::awaitable<base::result<std::vector<session_info>>> session_service::list(base::user_id owner) {
  auto job = [owner, now = clock_.now()](sql::session& in) {
    return statements::list_sessions(in, owner, now, most_listed);
  };
  co_return co_await database_.read(std::move(job));
}

base::result<void> session_service::still_live(sql::session& in, const identity& by) {
  if (!statements::hold_live(in, by)) return session_over();
  return {};
}

sql::permission session_service::while_open(const base::session_id& which, const base::clock& clock) {
  return [which, &clock](sql::session& in) -> base::result<void> {
    if (!statements::find_over(in, {&which, 1}, clock.now()).empty()) return session_over();
    return {};
  };
}

bool session_service::is_proved(const session_info& session) const noexcept {
  const auto now = clock_.now();
  // A proof in the future was made before the clock leapt back; how long ago nobody knows.
  return session.proved_at <= now && now - session.proved_at < settings_.proof_life;
}

void session_service::note(sql::session& in, const base::user_id& owner, audit::action what,
                           const client_info& client) const {
  note(in, owner, {what}, client);
}

void session_service::note(sql::session& in, const base::user_id& owner, std::initializer_list<audit::action> what,
                           const client_info& client) const {
  for (const auto each : what)
    record_.tell(in, owner, each, client);
  for (const auto each : what)
    record_.log.append(in, {.owner = owner,
                            .actor = owner,
                            .action = each,
                            .outcome = audit::result::ok,
                            .detail = "",
                            .address = client.address,
                            .request_id = client.request_id,
                            .at = clock_.now()});
}

}  // namespace kontor::session
