// The policy as the running program knows it. Every node keeps it in memory and reads it again every 0.4 s, so that a
// change by another node or process holds within a second, and no request asks the database for it (the reasons of
// decisions/0002: nothing that can fail to be told).
#pragma once

#include "account/user.hpp"
#include "async/awaitable.hpp"
#include "audit/audit_log.hpp"
#include "base/time.hpp"
#include "policy/policy.hpp"
#include "sql/database.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace kontor::policy {

/// An administrator who decides, for the log.
struct author {
  account::user who;
  std::string address;
  std::string request_id;
};

/// Thread-safe. While the database cannot be read, the last that was read holds: what depends on it needs the database
/// too. All calls that wait may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class policy_service final : public account::settings_source {
 public:
  /// Reads the policy; blocks. Throws std::runtime_error with a sentence for the operator when it cannot.
  policy_service(sql::database& database, const audit::audit_log& audit, rule_values defaults, const base::clock& clock,
                 std::chrono::milliseconds read_every = std::chrono::milliseconds(400));
  ~policy_service() override { stop(); }
  policy_service(const policy_service&) = delete;
  policy_service& operator=(const policy_service&) = delete;

  account::account_settings current() const override;

  /// What an account may have answered, as it was at most a second ago. Asks no database.
  chat_limits limits() const;

  /// What is stored now, beside the defaults.
  async::awaitable<base::result<rules>> get();

  /// All of it or nothing; holds in this process before it answers. errc::invalid_input with a field error for
  /// `/allowed_emails` when there would be an allowlist without addresses; errc::forbidden when the author has ceased
  /// to be an administrator.
  async::awaitable<base::result<rules>> change(author by, rule_change wanted);

  /// Reads no more. Safe to call twice; to be called before the database is stopped.
  void stop();

 private:
  void keep_reading(const std::stop_token& stopping);
  bool read_now();
  std::uint64_t begin_reading();
  void publish(std::uint64_t reading, const overrides& decided);

  sql::database& database_;
  const audit::audit_log& audit_;
  const rule_values defaults_;
  const base::clock& clock_;
  const std::chrono::milliseconds read_every_;

  mutable std::mutex mutex_;
  rule_values current_;
  std::uint64_t begun_ = 0;      ///< Readings that were begun.
  std::uint64_t published_ = 0;  ///< The one that `current_` comes from: an older one never replaces it.
  std::condition_variable_any wake_;
  std::jthread reader_;
};

}  // namespace kontor::policy
