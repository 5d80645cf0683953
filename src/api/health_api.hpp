// The routes below /health, for people, proxies and container engines.
#pragma once

#include "account/user_repository.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "vault/keyring.hpp"

#include <atomic>
#include <string>

namespace kontor::api {

class health_api {
 public:
  /// All outlive it. A vault without its key is told and takes nothing from the rest.
  health_api(account::user_repository& users, const vault::keyring& keys, std::string version)
      : users_(users), keys_(keys), version_(std::move(version)) {}

  /// From now on `ready` answers 503, so that a proxy sends no more requests. Thread-safe.
  void begin_shutdown() noexcept { ending_ = true; }

  async::awaitable<base::result<http::response>> get_health(http::request& in);
  async::awaitable<base::result<http::response>> get_liveness(http::request& in);
  async::awaitable<base::result<http::response>> get_readiness(http::request& in);

 private:
  http::response health(bool is_ready, bool database_answers) const;

  account::user_repository& users_;
  const vault::keyring& keys_;
  const std::string version_;
  std::atomic<bool> ending_ = false;
};

}  // namespace kontor::api
