// The routes below /health, for people, proxies and container engines.
#pragma once

#include "account/user_repository.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

#include <atomic>
#include <string>

namespace kontor::api {

class health_api {
 public:
  health_api(account::user_repository& users, std::string version) : users_(users), version_(std::move(version)) {}

  /// From now on `ready` answers 503, so that a proxy sends no more requests. Thread-safe.
  void begin_shutdown() noexcept { ending_ = true; }

  async::awaitable<base::result<http::response>> get_health(http::request& in);
  async::awaitable<base::result<http::response>> get_liveness(http::request& in);
  async::awaitable<base::result<http::response>> get_readiness(http::request& in);

 private:
  account::user_repository& users_;
  const std::string version_;
  std::atomic<bool> ending_ = false;
};

}  // namespace kontor::api
