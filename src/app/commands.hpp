// What `kontor …` can do; each returns the exit code of the process and writes for a person.
#pragma once

#include "app/config.hpp"

#include <string>

namespace kontor::app {

/// Serves until SIGTERM or SIGINT.
int serve(const config& settings);

enum class admin_action {
  create,
  activate,
  deactivate,
  promote,
  demote,
  setup_link,
  reset_link,
  end_sessions,
  remove_second_factor
};

/// `kontor admin <action> EMAIL`. Works beside a running server.
int administer(const config& settings, admin_action action, const std::string& email);

/// `kontor admin list`: one line per account.
int list_accounts(const config& settings);

/// Asks the server of this configuration whether it is ready: 0 when it is, 1 when not.
int check_health(const config& settings);

/// The table of routes, one line each: method, path, access.
int print_routes();

}  // namespace kontor::app
