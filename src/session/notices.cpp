#include "session/notices.hpp"

#include "account/user_statements.hpp"
#include "base/log.hpp"

#include <utility>

namespace kontor::session {
namespace {

using audit::action;
using mail::mail_kind;

// Enough for whoever does all of it in an hour; the mailbox may be that of a stranger whose address was mistyped.
constexpr mail::allowance for_notices{"notices", 20, std::chrono::hours(1)};
constexpr mail::allowance for_place{"place", 1, throttle::known_devices::life};
constexpr std::chrono::hours life_of_notices{24};

// A program may name itself like a web page, and mail programs make links of such names.
std::string without_page(const std::string& device) {
  auto name = device.substr(0, device.find('.'));
  return name.empty() ? "Unknown device" : name;
}

}  // namespace

std::optional<mail_kind> notice_of(action what) noexcept {
  switch (what) {
    case action::factor_added:
      return mail_kind::second_factor_on;
    case action::factor_removed:
      return mail_kind::second_factor_off;
    case action::recovery_codes_renewed:
      return mail_kind::recovery_codes_renewed;
    case action::factor_recovery_used:
      return mail_kind::recovery_code_used;
    case action::password_changed:
      return mail_kind::password_changed;
    case action::password_reset:
      return mail_kind::password_set;
    case action::token_created:
      return mail_kind::token_created;
    case action::login_succeeded:
      return mail_kind::new_device;
    default:
      return std::nullopt;
  }
}

notices::notices(const mail::outbox& outbox, const throttle::known_devices& devices, std::string public_url,
                 token_count count_tokens, const base::clock& clock)
    : outbox_(outbox),
      devices_(devices),
      public_url_(std::move(public_url)),
      count_tokens_(std::move(count_tokens)),
      clock_(clock) {}

void notices::tell(sql::session& in, const base::user_id& owner, action what, const client_info& by) const {
  const auto kind = notice_of(what);
  if (!kind && what != action::account_registered) return;
  const auto to = account::statements::find_user(in, owner);
  if (!to) return;
  const auto now = clock_.now();
  if (what == action::login_succeeded && !is_new_device(in, *to, by, now)) return;
  if (what == action::account_registered || what == action::password_changed || what == action::password_reset)
    (void)take_place(in, *to, by, now);
  if (kind) put(in, *to, *kind, by, now);
}

void notices::tell_of_taken_factor(sql::session& in, const base::user_id& owner, mail::language language) const {
  const auto to = account::statements::find_user(in, owner);
  if (!to) return;
  // Where an administrator sits is nobody's business.
  client_info nobody;
  nobody.language = language;
  put(in, *to, mail_kind::second_factor_taken, nobody, clock_.now());
}

bool notices::is_new_device(sql::session& in, const account::user& owner, const client_info& by,
                            base::timestamp now) const {
  if (devices_.check(by.device_mark, {owner.id, owner.security_epoch}, now)) return false;
  return take_place(in, owner, by, now);
}

// True the first time. An id has 36 characters and an address no bar, so nothing can be shifted.
bool notices::take_place(sql::session& in, const account::user& owner, const client_info& by,
                         base::timestamp now) const {
  const auto place = owner.id.str() + mail::counted_client(by.address) + "|" + by.device;
  return outbox_.limits().take(in, for_place, place, now);
}

void notices::put(sql::session& in, const account::user& to, mail_kind what, const client_info& by,
                  base::timestamp now) const {
  if (!outbox_.limits().take(in, for_notices, to.email, now)) {
    base::log(base::log_level::warning, "notice left out, too many mails", {{"user_id", to.id.str()}});
    return;
  }
  const auto page = public_url_ + "/account/tokens";
  mail::mail notice{.to = to.email,
                    .kind = what,
                    .in = by.language,
                    .link = base::secret_bytes(std::string_view(page)),
                    .expires_at = now + life_of_notices,
                    .act = {.at = now, .address = by.address, .device = without_page(by.device), .tokens = 0}};
  if (what == mail_kind::second_factor_on) notice.act.tokens = count_tokens_(in, to.id, now);
  outbox_.put(in, to.id, notice, now);
}

}  // namespace kontor::session
