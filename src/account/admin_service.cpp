#include "account/admin_service.hpp"

#include "account/link_statements.hpp"
#include "account/setup_token.hpp"
#include "account/user_statements.hpp"
#include "base/log.hpp"

#include <string_view>
#include <utility>

namespace kontor::account {
namespace {

using base::errc;
using base::log_level;

base::error no_account() {
  return {errc::not_found, "", "No account has this address.", ""};
}
base::error email_taken() {
  return {errc::conflict, "email-taken", "", ""};
}

new_user admin_without_password(const email_address& address, base::timestamp now) {
  return user_without_password(address.normal, address.lookalike, true, now);
}

}  // namespace

admin_service::admin_service(sql::database& database, const base::clock& clock, std::chrono::minutes setup_link_life,
                             act_follow_up and_then)
    : database_(database), clock_(clock), setup_link_life_(setup_link_life), and_then_(std::move(and_then)) {}

void admin_service::note(sql::session& in, const user& owner, user_act act) const {
  if (and_then_) and_then_(in, owner, act);
}

base::result<user> admin_service::create_admin(const std::string& email) {
  const auto address = normalise_email(email);
  if (!address) return address.error();
  auto job = [this, account = admin_without_password(*address, clock_.now())](sql::session& in) -> base::result<user> {
    statements::insert_user(in, account);
    auto created = statements::find_user(in, account.id).value();
    note(in, created, user_act::created);
    return created;
  };
  auto created = database_.write_now(std::move(job));
  if (!created && created.error().code == errc::conflict) return email_taken();
  if (created) base::log(log_level::info, "admin created", {{"user_id", created->id.str()}, {"email", created->email}});
  return created;
}

base::result<std::vector<user>> admin_service::list_users(const std::string& after_email, std::size_t limit) {
  auto job = [after_email, limit](sql::session& in) {
    return statements::list_users(in, after_email, static_cast<std::int64_t>(limit));
  };
  return database_.read_now(std::move(job));
}

base::result<user> admin_service::activate(const std::string& email) {
  return apply({.is_active = true, .is_admin = {}}, email);
}
base::result<user> admin_service::deactivate(const std::string& email) {
  return apply({.is_active = false, .is_admin = {}}, email);
}
base::result<user> admin_service::promote(const std::string& email) {
  return apply({.is_active = {}, .is_admin = true}, email);
}
base::result<user> admin_service::demote(const std::string& email) {
  return apply({.is_active = {}, .is_admin = false}, email);
}

base::result<user> admin_service::apply(const user_change& what, const std::string& email) {
  const auto address = normalise_email(email);
  if (!address) return address.error();
  auto job = [this, what, email = address->normal, now = clock_.now()](sql::session& in) -> base::result<user> {
    const auto found = statements::find_credentials(in, email);
    if (!found) return no_account();
    auto changed = change_user(in, found->owner.id, what, now);
    if (!changed) return changed.error();
    for (const auto act : changed->acts)
      note(in, changed->now, act);
    return std::move(changed->now);
  };
  auto changed = database_.write_now(std::move(job));
  if (changed)
    base::log(log_level::info, "account changed",
              {{"user_id", changed->id.str()},
               {"email", changed->email},
               {"is_active", changed->is_active ? "true" : "false"},
               {"is_admin", changed->is_admin ? "true" : "false"}});
  return changed;
}

base::result<issued_setup_link> admin_service::make_setup_link(const std::string& email) {
  const auto address = normalise_email(email);
  if (!address) return address.error();
  auto link = account::make_setup_link(clock_.now(), setup_link_life_);
  auto job = [this, email = address->normal, row = link.stored_for({})](sql::session& in) -> base::result<user> {
    const auto found = statements::find_credentials(in, email);
    if (!found) return no_account();
    auto owned = row;
    owned.owner = found->owner.id;
    auto owner = give_setup_link(in, owned);
    if (owner) note(in, *owner, user_act::link_made);
    return owner;
  };
  const auto owner = database_.write_now(std::move(job));
  if (!owner) return owner.error();
  base::log(log_level::info, "setup link made", {{"user_id", owner->id.str()}, {"email", owner->email}});
  return std::move(link.issued);
}

base::result<std::optional<issued_setup_link>> admin_service::bootstrap_admin(const std::string& email) {
  const auto address = normalise_email(email);
  if (!address) return address.error();

  enum class outcome { linked, has_password, not_an_active_admin };
  auto link = account::make_setup_link(clock_.now(), setup_link_life_);
  const auto attempt = [&] {
    auto job = [this, account = admin_without_password(*address, clock_.now()),
                row = link.stored_for({})](sql::session& in) {
      auto owned = row;
      const auto found = statements::find_credentials(in, account.email);
      if (!found) {
        statements::insert_user(in, account);
        owned.owner = account.id;
      } else if (!found->owner.is_admin || !found->owner.is_active) {
        return outcome::not_an_active_admin;
      } else if (!found->hashed_password.empty()) {
        return outcome::has_password;
      } else {
        owned.owner = found->owner.id;
      }
      statements::put_setup_link(in, owned);
      const auto owner = statements::find_user(in, owned.owner).value();
      if (!found) note(in, owner, user_act::created);
      note(in, owner, user_act::link_made);
      return outcome::linked;
    };
    return database_.write_now(std::move(job));
  };

  auto done = attempt();
  // Another process made the account between our look and our insert: look again.
  if (!done && done.error().code == errc::conflict) done = attempt();
  if (!done && done.error().code == errc::conflict) {
    base::log(log_level::warning, "first admin not made: another account has an address that looks the same",
              {{"email", address->normal}});
    return std::optional<issued_setup_link>();
  }
  if (!done) return done.error();
  if (*done == outcome::not_an_active_admin)
    base::log(log_level::warning,
              "first admin not made: the address belongs to an account that is no active admin; promote or activate it",
              {{"email", address->normal}});
  if (*done != outcome::linked) return std::optional<issued_setup_link>();
  base::log(log_level::info, "setup link made", {{"email", address->normal}});
  return std::optional<issued_setup_link>(std::move(link.issued));
}

}  // namespace kontor::account
