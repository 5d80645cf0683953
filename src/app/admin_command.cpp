#include "account/admin_service.hpp"
#include "account/migrations.hpp"
#include "app/commands.hpp"
#include "app/services.hpp"
#include "sql/migrator.hpp"

#include <iostream>
#include <stdexcept>

namespace kontor::app {
namespace {

// Beside a running server the tables are as they must be, or we stay away; alone we may bring them up to date
// ourselves.
std::unique_ptr<sql::database> open_beside_server(const config& settings) {
  const auto opened = database_settings_of(settings);
  const int wanted = account::migrations().back().number;
  std::optional<sql::data_folder_lock> alone;
  try {
    alone.emplace(settings.data_dir);
  } catch (const std::runtime_error&) {
    if (sql::schema_version(opened) != wanted)
      throw std::runtime_error("The running server is of another version than this program. Restart it first.");
  }
  if (alone) (void)sql::migrate(opened, account::migrations());
  return sql::open_database(opened);
}

int refuse(const base::error& why, const std::string& email) {
  std::cerr << "kontor: ";
  if (why.type == "last-admin")
    std::cerr << email << " is the last active administrator; make another one first.";
  else if (why.type == "email-taken")
    std::cerr << "there is an account with the address " << email << ", or with one that looks the same.";
  else if (why.code == base::errc::not_found)
    std::cerr << "no account has the address " << email << ".";
  else if (why.code == base::errc::invalid_input)
    std::cerr << email << " is no e-mail address that can be used here.";
  else
    std::cerr << base::name_of(why.code) << ": " << why.detail << " " << why.internal_detail;
  std::cerr << "\n";
  return 1;
}

int print_setup_link(account::admin_service& admins, const config& settings, const std::string& email) {
  const auto link = admins.make_setup_link(email);
  if (!link) return refuse(link.error(), email);
  std::cout << "Set the password of " << email << " with this link (it works once, until "
            << base::to_rfc3339(link->expires_at) << "):\n\n  "
            << setup_url(public_url_of(settings, settings.api_port), *link) << "\n\n";
  return 0;
}

std::string_view state_of(const account::user& user) {
  return user.is_active ? "active" : "deactivated";
}
std::string_view role_of(const account::user& user) {
  return user.is_admin ? "admin" : "member";
}

int print(const base::result<account::user>& changed, const std::string& email) {
  if (!changed) return refuse(changed.error(), email);
  std::cout << changed->email << ": " << role_of(*changed) << ", " << state_of(*changed) << "\n";
  return 0;
}

}  // namespace

int administer(const config& settings, admin_action action, const std::string& email) {
  const auto database = open_beside_server(settings);
  const base::system_clock clock;
  account::admin_service admins(*database, clock, account::account_settings{}.setup_link_life);
  switch (action) {
    case admin_action::create: {
      const auto created = admins.create_admin(email);
      return created ? print_setup_link(admins, settings, created->email) : refuse(created.error(), email);
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
      return print_setup_link(admins, settings, email);
  }
  return 2;
}

int list_accounts(const config& settings) {
  constexpr std::size_t page = 500;
  const auto database = open_beside_server(settings);
  const base::system_clock clock;
  account::admin_service admins(*database, clock, account::account_settings{}.setup_link_life);
  std::string after;
  while (true) {
    const auto users = admins.list_users(after, page);
    if (!users) return refuse(users.error(), "");
    for (const auto& user : *users)
      std::cout << user.id.text() << "  " << role_of(user) << "  " << state_of(user) << "  "
                << base::to_rfc3339(user.created_at) << "  " << user.email << "\n";
    if (users->size() < page) return 0;
    after = users->back().email;
  }
}

}  // namespace kontor::app
