// A server on a free port of the loopback, for this room's tests.
#pragma once

#include "async/event_loops.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "tests/support/raw_http.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace kontor::http {

/// What `api` does with more care.
inline response render_for_test(const base::error& why, std::string_view) {
  const auto status = [&]() -> unsigned {
    switch (why.code) {
      case base::errc::malformed:
        return 400;
      case base::errc::not_found:
        return 404;
      case base::errc::method_not_allowed:
        return 405;
      case base::errc::request_timeout:
        return 408;
      case base::errc::payload_too_large:
        return 413;
      case base::errc::target_too_long:
        return 414;
      case base::errc::unsupported_media:
        return 415;
      case base::errc::expectation_failed:
        return 417;
      case base::errc::upgrade_required:
        return 426;
      case base::errc::too_many_requests:
        return 429;
      case base::errc::headers_too_large:
        return 431;
      case base::errc::not_implemented:
        return 501;
      case base::errc::overloaded:
        return 503;
      case base::errc::version_not_supported:
        return 505;
      default:
        return 500;
    }
  };
  return response::with_body(status(), "application/problem+json", "{\"detail\":\"" + why.detail + "\"}");
}

class running_server {
 public:
  explicit running_server(limits l = {}, std::size_t loop_count = 2) : loops(loop_count) {
    settings.limits = l;
    settings.port = 0;
    settings.render_error = render_for_test;
  }
  ~running_server() { stop(); }

  /// After the routes were added.
  void start() {
    // Once: the log may not change while another test's loops write to it.
    static std::once_flag log_started;
    std::call_once(log_started, [] { base::start_log({base::log_level::error, base::log_format::text}); });
    web = std::make_unique<server>(loops, routes, settings);
    web->start();
    loops.start();
  }
  void stop() {
    if (web) web->stop();
  }
  test::raw_client connect() const { return test::raw_client(web->port()); }

  /// Waits for a condition of the server.
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  async::event_loops loops;
  router routes;
  server_settings settings;
  std::unique_ptr<server> web;
};

}  // namespace kontor::http
