#include "app/commands.hpp"
#include "app/services.hpp"
#include "base/log.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <iostream>

namespace kontor::app {
namespace {

// Files are for us alone; a crash leaves no memory on disk; a peer that goes away, or a file that may not grow any
// more, is an error code and not a signal.
void prepare_process() {
  ::umask(077);
  const rlimit no_core_files{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &no_core_files);
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
}

// Every connection is a descriptor; the soft limit is often 1024 although the hard one allows more.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

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

int serve(const config& settings) {
  prepare_process();
  raise_descriptor_limit();

  // Made first, so that a signal during start-up ends the program in order too.
  boost::asio::io_context waiting;
  boost::asio::signal_set signals(waiting, SIGINT, SIGTERM);
  signals.async_wait([](const boost::system::error_code&, int) {});

  services running(settings);
  running.start();
  base::log(base::log_level::info, "registration", {{"policy", std::string(name_of(settings.registration))}});
  base::log(base::log_level::info,
            "listening on http://" + shown_host(settings.api_host) + ":" + std::to_string(running.port()), {});
  if (const auto& link = running.first_setup_link()) {
    std::cout << "\nSet the password of " << settings.admin_email
              << " with this link (it works once, for 30 minutes):\n\n  "
              << setup_url(public_url_of(settings, running.port()), *link) << "\n\n"
              << std::flush;
  }

  waiting.run();
  base::log(base::log_level::info, "ending");
  running.stop();
  base::log(base::log_level::info, "ended");
  return 0;
}

}  // namespace kontor::app
