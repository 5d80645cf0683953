// Everything that lives while the program serves, made in the order in which it stands on each other: the one place
// that sees all.
#pragma once

#include "account/account_service.hpp"
#include "account/sql_user_repository.hpp"
#include "admin/audit_view.hpp"
#include "admin/user_admin.hpp"
#include "api/browser_session.hpp"
#include "api/routes.hpp"
#include "api/socket_watch.hpp"
#include "app/config.hpp"
#include "app/metrics_page.hpp"
#include "async/blocking_pool.hpp"
#include "async/event_loops.hpp"
#include "async/recurring_thread.hpp"
#include "audit/audit_log.hpp"
#include "audit/audit_reader.hpp"
#include "chart/chart_service.hpp"
#include "chart/data_service.hpp"
#include "chart/layout_service.hpp"
#include "chat/conversation_service.hpp"
#include "chat/purger.hpp"
#include "desk/chart_tools.hpp"
#include "desk/desk_data.hpp"
#include "desk/user_models.hpp"
#include "factor/factor_service.hpp"
#include "http/server.hpp"
#include "leaving/account_remover.hpp"
#include "leaving/deletion_service.hpp"
#include "leaving/export_service.hpp"
#include "mail/courier.hpp"
#include "mail/outbox.hpp"
#include "market/live_market.hpp"
#include "market/market_service.hpp"
#include "outbound/bitget_balances.hpp"
#include "outbound/bitget_check.hpp"
#include "outbound/bitget_live.hpp"
#include "outbound/bitget_market.hpp"
#include "outbound/https_client.hpp"
#include "outbound/llm_client.hpp"
#include "outbound/llm_probe.hpp"
#include "outbound/smtp_sender.hpp"
#include "outbound/web_socket_client.hpp"
#include "policy/policy_service.hpp"
#include "run/chat_side.hpp"
#include "run/hub.hpp"
#include "run/run_service.hpp"
#include "run/run_store.hpp"
#include "run/runner.hpp"
#include "session/act_record.hpp"
#include "session/attempts.hpp"
#include "session/email_service.hpp"
#include "session/enrolment_service.hpp"
#include "session/entrance.hpp"
#include "session/expired_sessions.hpp"
#include "session/link_post.hpp"
#include "session/link_requests.hpp"
#include "session/notices.hpp"
#include "session/password_reset_service.hpp"
#include "session/session_service.hpp"
#include "session/sign_in_service.hpp"
#include "session/socket_tickets.hpp"
#include "session/step_up_service.hpp"
#include "settings/exchange_service.hpp"
#include "settings/llm_service.hpp"
#include "settings/preferences.hpp"
#include "sql/data_folder.hpp"
#include "sql/database.hpp"
#include "throttle/known_device.hpp"
#include "throttle/login_throttle_service.hpp"
#include "throttle/request_limiter.hpp"
#include "token/token_service.hpp"
#include "vault/keyring.hpp"
#include "vault/vault_service.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace kontor::app {

class services {
 public:
  /// Locks the data folder, brings the database up to date and opens it, makes the first administrator. Throws
  /// std::runtime_error with a sentence for the operator.
  explicit services(const config& settings);
  ~services() { stop(); }

  /// Starts to listen; throws std::runtime_error with a sentence for the operator.
  void start();

  /// Ends in order: no new connections, requests in progress finish, queues run empty, threads join. Safe to call
  /// twice.
  void stop();

  std::uint16_t port() const noexcept { return server_.port(); }
  /// What holds now, of what administrators can change.
  account::account_settings current_settings() const { return policies_.current(); }
  /// The link of an administrator who has no password yet.
  const std::optional<account::issued_setup_link>& first_setup_link() const noexcept { return first_setup_link_; }
  vault::vault_state vault_state() const { return vault_keys_.state(); }
  /// When the key of the vault was made at this start; gives it away. Note it when it was shown.
  std::optional<base::secret_bytes> take_recovery_key() { return std::exchange(recovery_key_, std::nullopt); }
  /// Blocks.
  void note_recovery_key_shown();

 private:
  sql::data_folder_lock lock_;
  base::system_clock clock_;
  std::unique_ptr<sql::database> database_;
  const base::secret_bytes signing_key_;
  audit::audit_log audit_;
  std::optional<account::issued_setup_link> first_setup_link_;
  const std::unique_ptr<vault::master_key_source> vault_key_source_;
  vault::keyring vault_keys_;
  std::optional<base::secret_bytes> recovery_key_;
  vault::vault_service secrets_;
  // Questions to the outside have a loop of their own: TLS and long answers keep no request waiting.
  async::event_loops egress_loop_;
  outbound::https_client https_;
  outbound::bitget_api bitget_api_;
  outbound::bitget_check bitget_;
  outbound::web_socket_client exchange_sockets_;
  outbound::bitget_market exchange_market_;
  outbound::bitget_live exchange_live_;
  // The market has a loop of its own: what changes there is told to all who watch.
  async::event_loops market_loop_;
  market::market_service markets_;
  market::live_market live_market_;
  // Indicators and their text: hundred thousands of numbers keep no request waiting.
  async::blocking_pool chart_pool_;
  chart::chart_service charts_;
  chart::layout_service layouts_;
  chart::data_service chart_data_;
  outbound::llm_probe models_;
  outbound::llm_client model_client_;
  settings::exchange_service exchange_settings_;
  settings::llm_service llm_settings_;
  desk::user_models user_models_;
  settings::preferences_service preferences_;
  run::hub listeners_;
  run::run_store run_store_;
  // Runs have a loop of their own: a model that speaks keeps no request waiting.
  async::event_loops run_loop_;
  outbound::bitget_balances exchange_balances_;
  desk::own_desk_data desk_;
  desk::chart_tools toolbox_;
  run::runner runner_;
  run::run_service runs_;
  run::progress_view progress_;
  run::change_teller changes_;
  async::blocking_pool hash_pool_;
  async::blocking_pool export_pool_;
  async::blocking_pool deletion_pool_;
  account::sql_user_repository users_;
  throttle::known_devices devices_;
  mail::outbox outbox_;
  std::unique_ptr<outbound::smtp_sender> smtp_;  ///< None: no mails are sent.
  session::notices notices_;
  const session::act_record record_;
  session::access_tokens tokens_;
  session::refresh_successors successors_;
  session::session_service sessions_;
  crypto::password_hasher hasher_;
  policy::policy_service policies_;
  account::account_service accounts_;
  throttle::login_throttle_service login_throttle_;
  session::attempts attempts_;
  factor::factor_service factors_;
  session::entrance entrance_;
  session::sign_in_service sign_ins_;
  session::step_up_service step_ups_;
  session::enrolment_service enrolments_;
  token::token_service personal_tokens_;
  session::link_post post_;
  session::link_requests link_requests_;
  session::password_reset_service resets_;
  session::email_service emails_;
  session::socket_tickets socket_tickets_;
  api::socket_watch socket_watch_;
  api::browser_session browser_;
  session::sign_in_counts sign_in_counts_;
  api::auth_api auth_api_;
  api::session_api session_api_;
  api::factor_api factor_api_;
  leaving::account_remover remover_;
  leaving::deletion_service deletions_;
  leaving::export_service exports_;
  admin::user_admin user_admin_;
  api::admin_api admin_api_;
  audit::audit_reader audit_reader_;
  admin::audit_view audit_view_;
  api::audit_api audit_api_;
  api::policy_api policy_api_;
  api::email_api email_api_;
  api::leaving_api leaving_api_;
  api::token_api token_api_;
  api::secret_api secret_api_;
  api::settings_api settings_api_;
  chat::conversation_service conversations_;
  api::chat_api chat_api_;
  api::run_api run_api_;
  api::market_api market_api_;
  api::chart_api chart_api_;
  api::layout_api layout_api_;
  api::watch_places watch_places_;
  api::ws_api ws_api_;
  api::health_api health_api_;
  api::meta_api meta_api_;
  api::metrics_api metrics_api_;
  api::guard guard_;
  throttle::request_limiter limiter_;
  http::router router_;
  // Coroutines that were cut off are destroyed with their loops, while what they refer to is still there.
  async::event_loops loops_;
  std::unique_ptr<mail::courier> courier_;
  chat::purger purger_;
  async::recurring_thread session_sweeper_;
  http::server server_;
  const metrics_page numbers_;
};

}  // namespace kontor::app
