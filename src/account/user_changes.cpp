#include "account/user_changes.hpp"

#include "account/link_statements.hpp"
#include "account/user_statements.hpp"
#include "crypto/random.hpp"

#include <utility>

namespace kontor::account {
namespace {

using base::errc;

base::error no_such_account() {
  return {errc::not_found, "", "", "no such account"};
}
base::error last_admin() {
  return {errc::conflict, "last-admin", "", ""};
}

bool takes_something_away(const user_change& wanted) {
  return wanted.is_active == false || wanted.is_admin == false;
}

}  // namespace

base::result<changed_user> change_user(sql::session& in, const base::user_id& id, const user_change& wanted,
                                       base::timestamp now) {
  // Held before anything is looked at, so that the count of administrators stays what it is.
  if (takes_something_away(wanted)) statements::hold_admins(in);
  const auto before = statements::find_user(in, id);
  if (!before) return no_such_account();

  // Rights first: who is promoted and deactivated in one act must not count as the administrator that is left.
  changed_user changed;
  const auto note = [&changed](bool is_done, user_act act) {
    if (is_done) changed.acts.push_back(act);
    return is_done;
  };
  if (wanted.is_admin == true) note(statements::promote(in, id, now), user_act::promoted);
  if (wanted.is_admin == false && !note(statements::demote(in, id, now), user_act::demoted) && before->is_admin)
    return last_admin();
  if (wanted.is_active == true) note(statements::activate(in, id, now), user_act::activated);
  if (wanted.is_active == false) {
    if (!note(statements::deactivate(in, id, now), user_act::deactivated) && before->is_active) return last_admin();
    statements::drop_links(in, id);
  }
  // Who no longer administers leaves no door open: links that were made go with the right to make them.
  if (wanted.is_active == false || wanted.is_admin == false) statements::drop_links_made_by(in, id);
  changed.now = statements::find_user(in, id).value();
  return changed;
}

base::result<user> give_setup_link(sql::session& in, const new_setup_link& link) {
  auto owner = statements::find_user(in, link.owner);
  if (!owner) return no_such_account();
  if (!owner->is_active) return base::error{errc::conflict, "deactivated", "", ""};
  statements::put_setup_link(in, link);
  return std::move(*owner);
}

base::result<void> check_is_admin(sql::session& in, const user& who) {
  const auto now = statements::find_user(in, who.id);
  if (now && now->is_admin && now->is_active && now->security_epoch == who.security_epoch) return {};
  return base::error{errc::forbidden, "", "", "not an administrator any more"};
}

new_user user_without_password(std::string email, std::string email_lookalike, bool is_admin, base::timestamp now) {
  return {.id = crypto::random_id<base::user_id>(),
          .email = std::move(email),
          .email_lookalike = std::move(email_lookalike),
          .hashed_password = "",
          .is_admin = is_admin,
          .created_at = now};
}

}  // namespace kontor::account
