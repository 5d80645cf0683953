// The page that `/metrics` answers with: asks every part for its numbers. The parts do not know of it.
#pragma once

#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "base/time.hpp"
#include "desk/model_counts.hpp"
#include "http/server.hpp"
#include "mail/courier.hpp"
#include "market/live_market.hpp"
#include "metrics/text_page.hpp"
#include "outbound/bitget_api.hpp"
#include "outbound/bitget_live.hpp"
#include "run/runner.hpp"
#include "session/sign_in_counts.hpp"
#include "sql/database.hpp"
#include "throttle/login_throttle_service.hpp"
#include "throttle/request_limiter.hpp"
#include "vault/keyring.hpp"
#include "vault/vault_service.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kontor::app {

/// All outlive the page.
struct watched_parts {
  const http::server& server;
  const session::sign_in_counts& sign_ins;
  const throttle::request_limiter& request_limits;
  const throttle::login_throttle_service& sign_in_limits;
  std::vector<const async::blocking_pool*> pools;
  sql::database& database;
  const vault::keyring& vault_keys;
  const vault::vault_service& secrets;
  const run::runner& runs;
  const desk::model_counts& models;
  const outbound::bitget_api& exchange;
  const outbound::bitget_live& exchange_sockets;
  const market::live_market& market;
  const mail::courier* courier;  ///< None: no mails are sent.
  std::filesystem::path data_folder;
  base::timestamp started_at;
};

class metrics_page {
 public:
  explicit metrics_page(watched_parts of) : of_(std::move(of)) {}

  /// Runs on any loop. Asks the database one question, and waits for its answer as long as any other would.
  async::awaitable<std::string> write() const;

 private:
  void tell_process(metrics::text_page& out) const;
  void tell_http(metrics::text_page& out) const;
  void tell_guards(metrics::text_page& out) const;
  void tell_pools(metrics::text_page& out) const;
  void tell_database(metrics::text_page& out) const;
  void tell_vault(metrics::text_page& out) const;
  void tell_runs(metrics::text_page& out) const;
  void tell_exchange(metrics::text_page& out) const;
  void tell_mail(metrics::text_page& out, const base::result<std::int64_t>& waiting) const;

  const watched_parts of_;
};

}  // namespace kontor::app
