#include "admin/account_acts.hpp"

#include "account/user_statements.hpp"
#include "factor/factor_statements.hpp"
#include "session/session_statements.hpp"

namespace kontor::admin {
namespace {

using base::errc;

audit::action action_of(account::user_act act) noexcept {
  switch (act) {
    case account::user_act::created:
      return audit::action::user_created;
    case account::user_act::activated:
      return audit::action::user_activated;
    case account::user_act::deactivated:
      return audit::action::user_deactivated;
    case account::user_act::promoted:
      return audit::action::user_promoted;
    case account::user_act::demoted:
      return audit::action::user_demoted;
    case account::user_act::link_made:
      break;
  }
  return audit::action::link_created;
}

base::result<void> check(sql::session& in, const actor& by) {
  if (!by.who) return {};
  return account::check_is_admin(in, *by.who);
}

account::new_setup_link made_by(const actor& by, account::new_setup_link link) {
  if (by.who) link.made_by = by.who->id;
  return link;
}

// The account that something is done to.
base::result<account::user> find(sql::session& in, const actor& by, const base::user_id& id) {
  if (const auto may = check(in, by); !may) return may.error();
  auto found = account::statements::find_user(in, id);
  if (!found) return base::error{errc::not_found, "", "", "no such account"};
  return std::move(*found);
}

}  // namespace

base::result<account::user> account_acts::change(sql::session& in, const actor& by, const base::user_id& id,
                                                 const account::user_change& wanted) const {
  // While all administrators are held, so that of two who demote each other one has lost the right to it.
  account::statements::hold_admins(in);
  if (const auto may = check(in, by); !may) return may.error();
  auto changed = account::change_user(in, id, wanted, clock_.now());
  if (!changed) return changed.error();
  for (const auto act : changed->acts)
    note(in, by, id, act);
  return std::move(changed->now);
}

base::result<account::user> account_acts::invite(sql::session& in, const actor& by, const account::new_user& guest,
                                                 const account::new_setup_link& link) const {
  if (const auto may = check(in, by); !may) return may.error();
  account::statements::insert_user(in, guest);
  auto made = account::give_setup_link(in, made_by(by, link));
  if (!made) return made;
  note(in, by, guest.id, account::user_act::created);
  note(in, by, guest.id, account::user_act::link_made);
  return made;
}

base::result<account::user> account_acts::give_link(sql::session& in, const actor& by,
                                                    const account::new_setup_link& link) const {
  if (const auto may = check(in, by); !may) return may.error();
  auto owner = account::give_setup_link(in, made_by(by, link));
  if (owner) note(in, by, owner->id, account::user_act::link_made);
  return owner;
}

base::result<account::user> account_acts::end_sessions(sql::session& in, const actor& by,
                                                       const base::user_id& id) const {
  auto owner = find(in, by, id);
  if (!owner) return owner;
  session::statements::end_sessions(in, id);
  // With the epoch go personal tokens, and sign-ins that wait for a code.
  account::statements::raise_epoch(in, id);
  note(in, by, id, audit::action::sessions_ended_all);
  return owner;
}

base::result<account::user> account_acts::remove_second_factor(sql::session& in, const actor& by,
                                                               const base::user_id& id) const {
  auto owner = find(in, by, id);
  if (!owner) return owner;
  if (!factor::statements::remove_totp(in, id)) return base::error{errc::not_found, "no-factor", "", ""};
  if (record_.owners != nullptr) record_.owners->tell_of_taken_factor(in, id, by.language);
  note(in, by, id, audit::action::factor_removed);
  return owner;
}

void account_acts::note(sql::session& in, const actor& by, const base::user_id& owner, account::user_act act) const {
  note(in, by, owner, action_of(act));
}

void account_acts::note(sql::session& in, const actor& by, const base::user_id& owner, audit::action what) const {
  std::optional<base::user_id> who;
  if (by.who) who = by.who->id;
  record_.log.append(in, {.owner = owner,
                          .actor = who,
                          .action = what,
                          .outcome = audit::result::ok,
                          .detail = "",
                          .address = by.address,
                          .request_id = by.request_id,
                          .at = clock_.now()});
}

}  // namespace kontor::admin
