#include "session/attempts.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"

#include <utility>

namespace kontor::session {
namespace {

using base::errc;

bool is_refusal(errc code) noexcept {
  return code == errc::unauthenticated || code == errc::forbidden;
}

}  // namespace

attempts::attempts(throttle::login_throttle_service& counters, const throttle::known_devices& devices,
                   sql::database& database, const audit::audit_log& audit, const base::clock& clock)
    : counters_(counters), devices_(devices), database_(database), audit_(audit), clock_(clock) {}

async::awaitable<base::result<counted_attempt>> attempts::begin(claimant who, client_info client) {
  throttle::attempt attempt;
  attempt.account_key = std::move(who.account_key);
  attempt.address = client.ip;
  if (who.owner) attempt.known_device = devices_.check(client.device_mark, {*who.owner, who.epoch}, clock_.now());
  auto made = co_await counters_.reserve(std::move(attempt));
  if (!made) {
    base::log(base::log_level::info, "attempt refused",
              {{"user_id", who.owner ? who.owner->str() : ""}, {"reason", made.error().internal_detail}});
    co_return made.error();
  }
  co_return counted_attempt{std::move(*made), who.owner, std::move(client)};
}

async::awaitable<base::error> attempts::fail(counted_attempt made, audit::action what, base::error why) {
  if (!is_refusal(why.code)) {
    // When that fails it stays counted, which harms nobody for long.
    co_await counters_.release(std::move(made.made));
    co_return why;
  }
  auto job = [this, made = std::move(made), what](sql::session& in) { refuse(in, made, what); };
  const auto written = co_await database_.write(std::move(job));
  co_return written ? why : written.error();
}

async::awaitable<base::result<void>> attempts::take_back(throttle::reservation made) {
  co_return co_await counters_.release(std::move(made));
}

// Nobody is the actor: that it was the owner is what was not proved. Of an account that does not exist nothing is said,
// but as much is written, so that it takes as long.
void attempts::refuse(sql::session& in, const counted_attempt& made, audit::action what) const {
  // An account that is being deleted must not come back by our entry.
  const bool is_theirs = made.owner && account::statements::hold_user(in, *made.owner);
  audit::event refused{.owner = is_theirs ? made.owner : std::nullopt,
                       .actor = std::nullopt,
                       .action = what,
                       .outcome = audit::result::refused,
                       .detail = "",
                       .address = made.client.address,
                       .request_id = made.client.request_id,
                       .at = clock_.now()};
  audit_.append(in, refused);
  // Once in a series of failures, not for each attempt that has to wait: who floods us must not fill the log.
  if (!made.made.is_last_free) return;
  refused.action = audit::action::login_throttled;
  audit_.append(in, refused);
}

}  // namespace kontor::session
