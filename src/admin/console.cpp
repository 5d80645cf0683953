#include "admin/console.hpp"

#include "account/email.hpp"
#include "account/user_statements.hpp"
#include "base/log.hpp"

#include <utility>

namespace kontor::admin {

base::result<account::user> console::end_sessions(const std::string& email) {
  auto ended = apply(&account_acts::end_sessions, email);
  if (ended) base::log(base::log_level::info, "sessions ended", {{"user_id", ended->id.str()}});
  return ended;
}

base::result<account::user> console::remove_second_factor(const std::string& email) {
  auto removed = apply(&account_acts::remove_second_factor, email);
  if (removed) base::log(base::log_level::info, "second factor removed", {{"user_id", removed->id.str()}});
  return removed;
}

account::act_follow_up console::writes_down() const {
  return [this](sql::session& in, const account::user& owner, account::user_act act) {
    acts_.note(in, at_console(), owner.id, act);
  };
}

base::result<account::user> console::apply(act what, const std::string& email) {
  const auto address = account::normalise_email(email);
  if (!address) return address.error();
  auto job = [this, what, email = address->normal](sql::session& in) -> base::result<account::user> {
    const auto found = account::statements::find_credentials(in, email);
    if (!found) return base::error{base::errc::not_found, "", "No account has this address.", ""};
    return (acts_.*what)(in, at_console(), found->owner.id);
  };
  return database_.write_now(std::move(job));
}

}  // namespace kontor::admin
