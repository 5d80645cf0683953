#include "account/admin_service.hpp"
#include "account/email.hpp"
#include "account/user_statements.hpp"
#include "admin/console.hpp"
#include "app/installation.hpp"
#include "app/opened_audit_log.hpp"
#include "app/part_settings.hpp"
#include "audit/console_event.hpp"
#include "base/text.hpp"
#include "command/commands.hpp"
#include "command/opened_installation.hpp"
#include "command/revocation.hpp"
#include "leaving/account_remover.hpp"
#include "mail/outbox.hpp"
#include "session/act_record.hpp"
#include "session/notices.hpp"
#include "throttle/known_device.hpp"
#include "token/token_statements.hpp"

#include <iostream>
#include <sstream>
#include <stdexcept>

namespace kontor::command {
namespace {

std::string sentence_of(const base::error& why, const std::string& email) {
  const std::string named = email.empty() ? "An empty text" : base::printable(email);
  if (why.type == "last-admin") return named + " is the last active administrator; make another one first.";
  if (why.type == "email-taken")
    return "there is an account with the address " + named + ", or with one that looks the same.";
  if (why.type == "no-factor") return "the account " + named + " has no second factor.";
  if (why.type == "deactivated") return "the account " + named + " is deactivated; activate it first.";
  if (why.code == base::errc::not_found) return "no account has the address " + named + ".";
  if (why.code == base::errc::invalid_input) return named + " is no e-mail address that can be used here.";
  return "the database could not do it (" + std::string(base::name_of(why.code)) + "): " + why.internal_detail;
}

int refuse(const base::error& why, const std::string& email) {
  std::cerr << "kontor: " << sentence_of(why, email) << "\n";
  return 1;
}

int print_link(account::admin_service& admins, const app::config& settings, const std::string& email,
               std::string_view note = "") {
  const auto link = admins.make_setup_link(email);
  if (!link) return refuse(link.error(), email);
  std::cout << "Set the password of " << email << " with this link (it works once, until "
            << base::to_rfc3339(link->expires_at) << "):\n\n  "
            << app::setup_url(app::public_url_of(settings.public_url, settings.api_port), *link) << "\n\n"
            << note;
  return 0;
}

constexpr std::string_view what_a_reset_does =
    "The present password holds until the link is used. Then all devices are signed out; a second factor stays.\n";

int print_done(const base::result<account::user>& done, const std::string& email, std::string_view what) {
  if (!done) return refuse(done.error(), email);
  std::cout << done->email << ": " << what << "\n";
  return 0;
}

std::string_view state_of(const account::user& user) {
  return user.is_active ? "active" : "deactivated";
}
std::string_view role_of(const account::user& user) {
  return user.is_admin ? "admin" : "member";
}

// All of them before the first is printed: a pager that waits for its reader must not keep the server from starting.
base::result<std::string> read_accounts(const app::config& settings) {
  constexpr std::size_t page = 500;
  opened_installation installation(settings);
  const base::system_clock clock;
  account::admin_service admins(installation.database(), clock, account::account_settings{}.setup_link_life);
  std::ostringstream lines;
  std::string after;
  while (true) {
    const auto users = admins.list_users(after, page);
    if (!users) return users.error();
    for (const auto& user : *users)
      lines << user.id.text() << "  " << role_of(user) << "  " << state_of(user) << "  "
            << base::to_rfc3339(user.created_at) << "  " << user.email << "\n";
    if (users->size() < page) return std::move(lines).str();
    after = users->back().email;
  }
}

base::result<account::user> find_account(sql::database& database, const std::string& email) {
  const auto address = account::normalise_email(email);
  if (!address) return address.error();
  auto job = [normal = address->normal](sql::session& in) -> base::result<account::user> {
    auto found = account::statements::find_credentials(in, normal);
    if (!found) return base::error{base::errc::not_found, "", "", ""};
    return std::move(found->owner);
  };
  return database.read_now(std::move(job));
}

// A server that runs beside us learns of it within a second, as of every change (decisions/0002).
int remove_account(sql::database& database, const app::config& settings, const audit::audit_log& audit,
                   const std::string& email) {
  const auto found = find_account(database, email);
  if (!found) return refuse(found.error(), email);
  const base::system_clock clock;
  const leaving::account_remover remover(database, app::database_settings_of(settings), audit, clock);
  const auto done = remover.remove(
      {.person = found->id, .by = std::nullopt, .from = {.address = "console", .device = "", .request_id = ""}});
  if (!done) return refuse(done.error(), email);
  std::cout << found->email << ": deleted\n";
  return 0;
}

int print(const base::result<account::user>& changed, const std::string& email) {
  if (!changed) return refuse(changed.error(), email);
  std::cout << changed->email << ": " << role_of(*changed) << ", " << state_of(*changed) << "\n";
  return 0;
}

}  // namespace

int administer(const app::config& settings, admin_action action, const std::string& email) {
  opened_installation installation(settings);
  const auto key = app::existing_signing_key_of(settings);
  const auto audit = app::open_audit_log(settings, installation.database());
  const base::system_clock clock;
  // The server sends what we put into the queue.
  const mail::outbox outbox(key);
  const throttle::known_devices devices(key);
  const session::notices notices(outbox, devices, settings.public_url, token::statements::count_valid_tokens, clock);
  const session::act_record record(audit, settings.smtp ? &notices : nullptr);
  admin::console console(installation.database(), record, clock);
  account::admin_service admins(installation.database(), clock, account::account_settings{}.setup_link_life,
                                console.writes_down());
  switch (action) {
    case admin_action::create: {
      const auto created = admins.create_admin(email);
      return created ? print_link(admins, settings, created->email) : refuse(created.error(), email);
    }
    case admin_action::activate:
      return print(admins.activate(email), email);
    case admin_action::deactivate:
      return print(admins.deactivate(email), email);
    case admin_action::promote:
      return print(admins.promote(email), email);
    case admin_action::demote:
      return print(admins.demote(email), email);
    case admin_action::setup_link:
      return print_link(admins, settings, email);
    case admin_action::remove:
      return remove_account(installation.database(), settings, audit, email);
    case admin_action::reset_link:
      return print_link(admins, settings, email, what_a_reset_does);
    case admin_action::end_sessions:
      return print_done(console.end_sessions(email), email, "signed out of all devices");
    case admin_action::remove_second_factor:
      return print_done(console.remove_second_factor(email), email,
                        "no second factor; the password alone signs in until a new one is set up");
  }
  return 2;
}

int list_accounts(const app::config& settings) {
  const auto lines = read_accounts(settings);
  if (!lines) return refuse(lines.error(), "");
  std::cout << *lines;
  return 0;
}

int end_all_sessions(const app::config& settings) {
  opened_installation installation(settings);
  const auto audit = app::open_audit_log(settings, installation.database());
  const auto entry =
      audit::console_event(audit::action::sessions_ended_all, R"({"of":"everybody"})", base::system_clock().now());
  auto job = [&audit, &entry](sql::session& in) {
    revoke_everything(in);
    audit.append(in, entry);
  };
  if (const auto done = installation.database().write_now(std::move(job)); !done) return refuse(done.error(), "");
  std::cout << "Everybody is signed out. Tokens of programs, links and invitations are dead, and mails that waited are "
               "not sent.\n";
  return 0;
}

int accept_audit_log(const app::config& settings) {
  opened_installation installation(settings);
  // Who calls this may have lost the key, so that there is none to go on with.
  const bool makes_key = settings.audit_key.empty() && !app::has_signing_key(settings);
  const audit::audit_log audit(settings.audit_key.empty() ? app::signing_key_of(settings) : settings.audit_key.clone());
  auto job = [&audit, now = base::system_clock().now()](sql::session& in) { audit.accept(in, now); };
  if (const auto accepted = installation.database().write_now(std::move(job)); !accepted)
    return refuse(accepted.error(), "");
  std::cout
      << "The audit log goes on from its last entry, under the present key. What kontor doctor says about earlier "
         "entries stays so.\n";
  if (makes_key) std::cout << "That key is a new one: " << (settings.data_dir / "jwt.key").string() << ".\n";
  return 0;
}

}  // namespace kontor::command
