#include "app/services.hpp"

#include "api/error_map.hpp"
#include "app/installation.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "app/own_data.hpp"
#include "app/part_settings.hpp"
#include "app/web_assets.hpp"
#include "base/log.hpp"
#include "http/static_files.hpp"
#include "token/token_statements.hpp"
#include "vault/key_service.hpp"

#include <algorithm>
#include <thread>

namespace kontor::app {
namespace {

std::size_t cores() {
  return std::max(1u, std::thread::hardware_concurrency());
}

http::handler not_found() {
  return [](http::request& in) -> async::awaitable<http::response> {
    co_return api::render_error({base::errc::not_found, "", "", "no such path"}, in.id);
  };
}

std::string_view openapi_json() {
  for (const auto& file : web_assets())
    if (file.path == "/openapi.json") return file.identity;
  return {};
}

}  // namespace

services::services(const config& settings)
    : lock_(settings.data_dir),
      database_(open_current_database(settings)),
      signing_key_(begin_signing_key(settings, *database_)),
      audit_(begin_audit_log(settings, *database_)),
      first_setup_link_(make_first_admin(*database_, audit_, clock_, settings)),
      vault_key_source_(make_vault_key_source(settings)),
      vault_keys_(*vault_key_source_),
      recovery_key_(open_vault(*database_, vault_keys_, audit_, clock_)),
      secrets_(*database_, vault_keys_, audit_, clock_),
      egress_loop_(1),
      https_(egress_loop_.at(0), https_settings_of(settings), settings.egress),
      bitget_api_(https_, clock_, settings.bitget),
      bitget_(bitget_api_),
      exchange_sockets_(egress_loop_.at(0), https_settings_of(settings), settings.egress),
      exchange_market_(bitget_api_),
      exchange_live_(exchange_sockets_, settings.bitget_socket),
      market_loop_(1),
      markets_(market_loop_.at(0), exchange_market_, *database_, clock_),
      live_market_(market_loop_.at(0), exchange_live_, markets_, clock_),
      chart_pool_({.name = "chart", .threads = std::clamp<std::size_t>(cores(), 2, 4), .queue_limit = 256}),
      charts_(*database_, markets_, clock_),
      layouts_(*database_, markets_, clock_),
      chart_data_(markets_, chart_pool_),
      models_(https_),
      model_client_(https_),
      exchange_settings_(*database_, secrets_, bitget_, clock_),
      llm_settings_(*database_, secrets_, models_, clock_, desk::offer_of(settings.model)),
      user_models_(llm_settings_, model_client_, settings.model),
      preferences_(*database_, clock_),
      run_store_(*database_, clock_),
      run_loop_(1),
      exchange_balances_(bitget_api_),
      desk_(chart_data_, charts_, exchange_settings_, exchange_balances_, clock_),
      toolbox_(desk_),
      runner_(run_store_, user_models_, toolbox_, listeners_,
              [this](const run::run_key& which) {
                run::tell_change(listeners_, clock_.now(), which.owner, which.conversation, "changed");
              }),
      runs_(run_store_, runner_, listeners_, user_models_, toolbox_,
            [this] { return run_limits_of(policies_.limits()); }),
      changes_(listeners_, runner_, clock_),
      hash_pool_({.name = "hash",
                  .threads = cores(),
                  .queue_limit = 64 * cores(),
                  .priority = async::thread_priority::background}),
      export_pool_({.name = "export", .threads = 2, .queue_limit = 64, .priority = async::thread_priority::background}),
      deletion_pool_({.name = "deletion", .threads = 1, .queue_limit = 64}),
      users_(*database_),
      devices_(signing_key_),
      outbox_(signing_key_),
      smtp_(make_smtp_sender(settings)),
      notices_(outbox_, devices_, settings.public_url, token::statements::count_valid_tokens, clock_),
      record_(audit_, smtp_ ? &notices_ : nullptr),
      tokens_(signing_key_, {.life = settings.jwt_life}, clock_),
      successors_(signing_key_),
      sessions_(*database_, tokens_, successors_, record_, {}, clock_),
      hasher_({.cost = settings.password_bcrypt_cost, .pepper = settings.password_pepper.clone()}),
      policies_(*database_, audit_, rules_of(settings), clock_),
      accounts_(users_, hasher_, hash_pool_, policies_, clock_),
      login_throttle_(*database_, clock_, signing_key_),
      attempts_(login_throttle_, devices_, *database_, audit_, clock_),
      factors_(*database_, signing_key_, clock_),
      entrance_(*database_, sessions_, factors_, attempts_, clock_),
      sign_ins_(accounts_, users_, sessions_, attempts_, entrance_, clock_),
      step_ups_(accounts_, *database_, sessions_, factors_, attempts_, clock_),
      enrolments_(accounts_, *database_, sessions_, factors_, attempts_),
      personal_tokens_(*database_, record_, clock_),
      post_(outbox_, settings.public_url, clock_),
      link_requests_(accounts_, *database_, audit_, post_, clock_),
      resets_(accounts_, users_, sessions_, entrance_, clock_),
      emails_(accounts_, *database_, sessions_, post_, clock_),
      socket_tickets_(*database_, sessions_, clock_),
      socket_watch_(sessions_, policies_, clock_),
      browser_({.public_url = settings.public_url, .other_origins = settings.cors_origins}, devices_, clock_),
      auth_api_(accounts_, sign_ins_, entrance_, link_requests_, browser_, sign_in_counts_),
      session_api_(sessions_, browser_),
      factor_api_(enrolments_, step_ups_, browser_),
      remover_(*database_, database_settings_of(settings), audit_, clock_),
      deletions_(remover_, deletion_pool_, [this](const base::user_id& person) { sessions_.forget_owner(person); }),
      exports_(*database_, own_data(), export_pool_, audit_, clock_),
      user_admin_(*database_, sessions_, record_, smtp_ ? &post_ : nullptr, clock_),
      admin_api_(user_admin_,
                 [this, configured = settings.public_url](const account::issued_setup_link& link) {
                   return setup_url(public_url_of(configured, port()), link);
                 }),
      audit_reader_(*database_),
      audit_view_(*database_),
      audit_api_(audit_reader_, audit_view_),
      policy_api_(policies_),
      email_api_(link_requests_, resets_, emails_, browser_),
      leaving_api_(exports_, deletions_, browser_),
      token_api_(personal_tokens_),
      secret_api_(secrets_),
      settings_api_(exchange_settings_, llm_settings_, preferences_, secrets_),
      conversations_(*database_, progress_, changes_, clock_),
      chat_api_(conversations_, export_pool_, clock_),
      run_api_(runs_, clock_),
      market_api_(markets_, chart_data_),
      chart_api_(charts_, chart_data_, clock_),
      layout_api_(layouts_, charts_, clock_),
      ws_api_(socket_tickets_, sessions_, accounts_, browser_,
              {.runs = &runs_,
               .store = &run_store_,
               .listeners = &listeners_,
               .watch = &socket_watch_,
               .markets = &markets_,
               .live = &live_market_,
               .places = &watch_places_,
               .limiter = &limiter_,
               .clock = &clock_},
              settings.ws_accept_jwt ? api::tokens_in_address::taken : api::tokens_in_address::refused),
      health_api_(users_, vault_keys_, KONTOR_VERSION),
      meta_api_(openapi_json()),
      metrics_api_([this] { return numbers_.write(); }),
      guard_(sessions_, personal_tokens_),
      limiter_(request_limits_of(settings)),
      router_(api::make_router({.auth = &auth_api_,
                                .health = &health_api_,
                                .meta = &meta_api_,
                                .metrics = &metrics_api_,
                                .sessions = &session_api_,
                                .audit = &audit_api_,
                                .factors = &factor_api_,
                                .emails = &email_api_,
                                .leaving = &leaving_api_,
                                .tokens = &token_api_,
                                .secrets = &secret_api_,
                                .admin = &admin_api_,
                                .policy = &policy_api_,
                                .settings = &settings_api_,
                                .chat = &chat_api_,
                                .runs = &run_api_,
                                .market = &market_api_,
                                .charts = &chart_api_,
                                .layouts = &layout_api_,
                                .sockets = &ws_api_},
                               {.who = &guard_,
                                .sessions = &sessions_,
                                .accounts = &accounts_,
                                .limiter = &limiter_,
                                .local = can_tell_local_callers(settings) ? api::local_callers::told_apart
                                                                          : api::local_callers::like_others},
                               http::serve_files(web_assets(), {"/api/", "/assets/", "/health/"}, not_found()))),
      loops_(settings.threads),
      courier_(smtp_ ? std::make_unique<mail::courier>(
                           *database_, outbox_, *smtp_,
                           mail::letterhead{.from = settings.mail_from, .site = settings.public_url}, clock_)
                     : nullptr),
      purger_(*database_, changes_, clock_),
      session_sweeper_("session-sweeper", std::chrono::hours(1),
                       [this](const std::stop_token& stop) -> base::result<void> {
                         const auto removed = session::remove_expired_sessions(*database_, clock_, stop);
                         if (!removed) return removed.error();
                         return {};
                       }),
      server_(loops_, router_, server_settings_of(settings)),
      numbers_({.server = server_,
                .sign_ins = sign_in_counts_,
                .request_limits = limiter_,
                .sign_in_limits = login_throttle_,
                .pools = {&hash_pool_, &export_pool_, &deletion_pool_, &chart_pool_},
                .database = *database_,
                .vault_keys = vault_keys_,
                .secrets = secrets_,
                .runs = runner_,
                .models = user_models_.counts(),
                .exchange = bitget_api_,
                .exchange_sockets = exchange_live_,
                .market = live_market_,
                .courier = courier_.get(),
                .data_folder = settings.data_dir,
                .started_at = clock_.now()}) {}

void services::note_recovery_key_shown() {
  if (const auto noted = vault::key_service(*database_, vault_keys_, audit_, clock_).note_recovery_shown(); !noted)
    base::log(base::log_level::warning, "that the recovery key was shown could not be noted",
              {{"reason", noted.error().internal_detail}});
}

void services::start() {
  deletions_.start();
  egress_loop_.start();
  market_loop_.start();
  markets_.start();
  run_loop_.start();
  runner_.start(run_loop_.at(0));
  socket_watch_.start(run_loop_.at(0));
  loops_.start();
  if (courier_) courier_->start(loops_.at(0));
  purger_.start();
  session_sweeper_.start();
  server_.start();
}

void services::stop() {
  health_api_.begin_shutdown();
  // First, because those who wait for a deletion are requests in progress.
  deletions_.stop();
  server_.stop();
  // Answers on their way are kept as far as they came.
  runner_.stop();
  socket_watch_.stop();
  // Nobody watches any more; what was heard and is finished is stored while the database takes it.
  live_market_.stop();
  exchange_live_.stop();
  markets_.stop();
  chart_data_.stop();
  // Whoever waited for these was answered or cut by now.
  hash_pool_.abandon();
  if (courier_) courier_->stop();
  purger_.stop();
  session_sweeper_.stop();
  export_pool_.abandon();
  chart_pool_.abandon();
  deletion_pool_.stop();
  personal_tokens_.stop();
  policies_.stop();
  secrets_.stop();
  database_->stop();
  loops_.stop();
  run_loop_.stop();
  market_loop_.stop();
  egress_loop_.stop();
}

}  // namespace kontor::app
