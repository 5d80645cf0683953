#include "app/opened_vault.hpp"
#include "app/part_settings.hpp"
#include "app/predecessor.hpp"
#include "app/service_manager.hpp"
#include "app/services.hpp"
#include "app/settings.hpp"
#include "async/recurring_thread.hpp"
#include "base/log.hpp"
#include "command/commands.hpp"
#include "command/process.hpp"
#include "sql/data_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <iostream>

namespace kontor::command {
namespace {

std::string shown_host(const boost::asio::ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

std::string_view name_of(account::registration_policy policy) {
  switch (policy) {
    case account::registration_policy::open:
      return "open: anybody who reaches this address may register";
    case account::registration_policy::allowlist:
      return "allowlist";
    case account::registration_policy::closed:
      break;
  }
  return "closed";
}

}  // namespace

int serve(const app::config& settings) {
  raise_descriptor_limit();

  // Made first, so that a signal during start-up ends the program in order too.
  boost::asio::io_context waiting;
  boost::asio::signal_set signals(waiting, SIGINT, SIGTERM);
  signals.async_wait([](const boost::system::error_code&, int) {});

  app::refuse_predecessor(settings);
  app::services running(settings);
  // At once: whatever else fails, nobody could ever see it again.
  if (const auto recovery_key = running.take_recovery_key()) {
    if (app::show_recovery_key(running.vault_state().key_id, *recovery_key))
      running.note_recovery_key_shown();
    else
      base::log(base::log_level::warning, std::string(app::recovery_key_not_shown));
  }
  if (const auto open = sql::warn_of_open_folder(settings.data_dir)) base::log(base::log_level::warning, *open);
  for (const auto& warning : app::warnings_about(settings))
    base::log(base::log_level::warning, warning);
  running.start();
  base::log(base::log_level::info, "registration",
            {{"policy", std::string(name_of(running.current_settings().registration))}});
  base::log(base::log_level::info,
            "listening on http://" + shown_host(settings.api_host) + ":" + std::to_string(running.port()), {});
  app::tell_service_manager(app::service_is_ready);
  if (const auto& link = running.first_setup_link()) {
    std::cout << "\nSet the password of " << settings.admin_email << " with this link (it works once, until "
              << base::to_rfc3339(link->expires_at) << "):\n\n  "
              << app::setup_url(app::public_url_of(settings.public_url, running.port()), *link) << "\n\n"
              << std::flush;
  }

  async::recurring_thread memory_keeper("memory", std::chrono::minutes(10), [](const std::stop_token&) {
    give_back_freed_memory();
    return base::result<void>();
  });
  memory_keeper.start();

  waiting.run();
  base::log(base::log_level::info, "ending");
  app::tell_service_manager(app::service_is_ending);
  running.stop();
  base::log(base::log_level::info, "ended");
  return 0;
}

}  // namespace kontor::command
