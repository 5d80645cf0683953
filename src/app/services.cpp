#include "app/services.hpp"

#include "account/admin_service.hpp"
#include "admin/console.hpp"
#include "api/error_map.hpp"
#include "app/migrations.hpp"
#include "app/opened_audit_log.hpp"
#include "app/own_data.hpp"
#include "app/signing_key.hpp"
#include "app/web_assets.hpp"
#include "base/log.hpp"
#include "http/static_files.hpp"
#include "sql/migrator.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace kontor::app {
namespace {

std::size_t cores() {
  return std::max(1u, std::thread::hardware_concurrency());
}

// The key is made after the database, so a key alone means that the database was lost. To begin anew over its loss,
// silently and with open registration, would be the worst answer.
void refuse_to_replace_a_lost_database(const config& settings) {
  std::error_code unknown;
  const auto file = settings.data_dir / "app.db";
  const bool is_there = std::filesystem::exists(file, unknown) && std::filesystem::file_size(file, unknown) != 0;
  if (!settings.database_url.empty() || is_there || !std::filesystem::exists(settings.data_dir / "jwt.key", unknown))
    return;
  throw std::runtime_error(
      "The data folder " + settings.data_dir.string() +
      " has a jwt.key but no database: app.db was lost. Restore it from a backup, or remove jwt.key to begin anew.");
}

std::unique_ptr<sql::database> open_current_database(const config& settings) {
  refuse_to_replace_a_lost_database(settings);
  const auto opened = database_settings_of(settings);
  const auto report = sql::migrate(opened, all_migrations());
  if (report.after != report.before)
    base::log(base::log_level::info, "the database was brought up to date",
              {{"from", std::to_string(report.before)},
               {"to", std::to_string(report.after)},
               {"backup", report.backup.string()}});
  return sql::open_database(opened);
}

std::optional<account::issued_setup_link> make_first_admin(sql::database& database, const audit::audit_log& audit,
                                                           const base::clock& clock, const config& settings) {
  if (settings.admin_email.empty()) return std::nullopt;
  const admin::console console(database, audit, clock);
  account::admin_service admins(database, clock, account::account_settings{}.setup_link_life, console.writes_down());
  auto link = admins.bootstrap_admin(settings.admin_email);
  if (!link)
    throw std::runtime_error("The first administrator could not be made: " + link.error().detail + " " +
                             link.error().internal_detail);
  return std::move(*link);
}

account::account_settings account_settings_of(const config& settings) {
  account::account_settings out;
  out.registration = settings.registration;
  out.allowed_emails = settings.allowed_emails;
  out.passwords.min_length = settings.password_min_length;
  out.second_factor_for = settings.require_second_factor;
  out.mail = settings.smtp.has_value();
  out.email_verification = settings.email_verification;
  return out;
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, url.find(':', begin) - begin);
}

std::unique_ptr<outbound::smtp_sender> make_smtp_sender(const config& settings) {
  if (!settings.smtp) return nullptr;
  const auto& given = *settings.smtp;
  outbound::smtp_server server{.host = given.host,
                               .port = given.port,
                               .security = given.security,
                               .user = given.user,
                               .password = given.password.clone()};
  return std::make_unique<outbound::smtp_sender>(std::move(server),
                                                 outbound::smtp_settings{.hello = host_of(settings.public_url)});
}

throttle::request_limiter_settings request_limits_of(const config& settings) {
  const auto per_minute = [](std::uint32_t requests) -> std::optional<throttle::quota> {
    if (requests == 0) return std::nullopt;
    return throttle::quota{requests, std::chrono::seconds(60)};
  };
  throttle::request_limiter_settings out;
  out.per_address = per_minute(settings.requests_per_minute_address);
  out.per_user = per_minute(settings.requests_per_minute_user);
  return out;
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

http::server_settings server_settings_of(const config& settings) {
  http::server_settings out;
  out.address = settings.api_host;
  out.port = settings.api_port;
  out.trusted_proxies = settings.trusted_proxies;
  out.cors_origins = settings.cors_origins;
  out.render_error = api::render_error;
  return out;
}

}  // namespace

sql::database_settings database_settings_of(const config& settings) {
  sql::database_settings out;
  out.url = settings.database_url;
  out.sqlite_file = settings.data_dir / "app.db";
  return out;
}

base::secret_bytes signing_key_of(const config& settings) {
  return settings.jwt_secret_key.empty() ? load_or_make_signing_key(settings.data_dir)
                                         : settings.jwt_secret_key.clone();
}

base::secret_bytes existing_signing_key_of(const config& settings) {
  const auto file = settings.data_dir / "jwt.key";
  std::error_code unknown;
  if (settings.jwt_secret_key.empty() && !std::filesystem::exists(file, unknown))
    throw std::runtime_error("There is no key " + file.string() +
                             ". Start the server once (kontor serve), or check DATA_DIR and JWT_SECRET_KEY.");
  return signing_key_of(settings);
}

std::string public_url_of(const std::string& configured, std::uint16_t port) {
  return configured.empty() ? "http://localhost:" + std::to_string(port) : configured;
}

std::string setup_url(const std::string& public_url, const account::issued_setup_link& link) {
  return public_url + "/setup#token=" + std::string(link.token.text());
}

services::services(const config& settings)
    : lock_(settings.data_dir),
      database_(open_current_database(settings)),
      signing_key_(signing_key_of(settings)),
      audit_(begin_audit_log(settings, *database_)),
      first_setup_link_(make_first_admin(*database_, audit_, clock_, settings)),
      hash_pool_({.name = "hash",
                  .threads = cores(),
                  .queue_limit = 64 * cores(),
                  .priority = async::thread_priority::background}),
      export_pool_({.name = "export", .threads = 2, .queue_limit = 64, .priority = async::thread_priority::background}),
      deletion_pool_({.name = "deletion", .threads = 1, .queue_limit = 64}),
      users_(*database_),
      tokens_(signing_key_, {.life = settings.jwt_life}, clock_),
      successors_(signing_key_),
      sessions_(*database_, tokens_, successors_, audit_, {}, clock_),
      hasher_({.cost = settings.password_bcrypt_cost, .pepper = settings.password_pepper.clone()}),
      policies_(*database_, audit_, account_settings_of(settings), clock_),
      accounts_(users_, hasher_, hash_pool_, policies_, clock_),
      login_throttle_(*database_, clock_, signing_key_),
      devices_(signing_key_),
      attempts_(login_throttle_, devices_, *database_, audit_, clock_),
      factors_(*database_, signing_key_, clock_),
      entrance_(*database_, sessions_, factors_, attempts_, clock_),
      sign_ins_(accounts_, users_, sessions_, attempts_, entrance_, clock_),
      step_ups_(accounts_, *database_, sessions_, factors_, attempts_, clock_),
      enrolments_(accounts_, *database_, sessions_, factors_, attempts_),
      personal_tokens_(*database_, audit_, clock_),
      outbox_(signing_key_),
      smtp_(make_smtp_sender(settings)),
      post_(outbox_, settings.public_url, clock_),
      link_requests_(accounts_, *database_, audit_, post_, clock_),
      resets_(accounts_, users_, sessions_, entrance_, clock_),
      emails_(accounts_, *database_, sessions_, audit_, post_, clock_),
      browser_({.public_url = settings.public_url, .other_origins = settings.cors_origins}, devices_, clock_),
      auth_api_(accounts_, sign_ins_, entrance_, link_requests_, browser_),
      session_api_(sessions_, browser_),
      factor_api_(enrolments_, step_ups_, browser_),
      remover_(*database_, database_settings_of(settings), audit_, clock_),
      deletions_(remover_, deletion_pool_, [this](const base::user_id& person) { sessions_.forget_owner(person); }),
      exports_(*database_, own_data(), export_pool_, audit_, clock_),
      user_admin_(*database_, sessions_, audit_, smtp_ ? &post_ : nullptr, clock_),
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
      health_api_(users_, KONTOR_VERSION),
      meta_api_(openapi_json()),
      guard_(sessions_, personal_tokens_),
      limiter_(request_limits_of(settings)),
      router_(api::make_router({.auth = &auth_api_,
                                .health = &health_api_,
                                .meta = &meta_api_,
                                .sessions = &session_api_,
                                .audit = &audit_api_,
                                .factors = &factor_api_,
                                .emails = &email_api_,
                                .leaving = &leaving_api_,
                                .tokens = &token_api_,
                                .admin = &admin_api_,
                                .policy = &policy_api_},
                               {.who = &guard_, .sessions = &sessions_, .accounts = &accounts_, .limiter = &limiter_},
                               http::serve_files(web_assets(), {"/api/", "/assets/", "/health/"}, not_found()))),
      loops_(settings.threads),
      courier_(smtp_ ? std::make_unique<mail::courier>(
                           *database_, outbox_, *smtp_,
                           mail::letterhead{.from = settings.mail_from, .site = settings.public_url}, clock_)
                     : nullptr),
      server_(loops_, router_, server_settings_of(settings)) {}

void services::start() {
  deletions_.start();
  loops_.start();
  if (courier_) courier_->start(loops_.at(0));
  server_.start();
}

void services::stop() {
  health_api_.begin_shutdown();
  // First, because those who wait for a deletion are requests in progress.
  deletions_.stop();
  server_.stop();
  // Whoever waited for these was answered or cut by now.
  hash_pool_.abandon();
  if (courier_) courier_->stop();
  export_pool_.abandon();
  deletion_pool_.stop();
  personal_tokens_.stop();
  policies_.stop();
  database_->stop();
  loops_.stop();
}

}  // namespace kontor::app
