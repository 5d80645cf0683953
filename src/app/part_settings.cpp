#include "app/part_settings.hpp"

#include "api/error_map.hpp"

#include <chrono>
#include <optional>

namespace kontor::app {
namespace {

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, url.find(':', begin) - begin);
}

}  // namespace

sql::database_settings database_settings_of(const config& settings) {
  sql::database_settings out;
  out.url = settings.database_url;
  out.sqlite_file = settings.data_dir / "app.db";
  return out;
}

policy::rule_values rules_of(const config& settings) {
  policy::rule_values values;
  auto& out = values.accounts;
  out.registration = settings.registration;
  out.allowed_emails = settings.allowed_emails;
  out.passwords.min_length = settings.password_min_length;
  out.second_factor_for = settings.require_second_factor;
  out.mail = settings.smtp.has_value();
  out.email_verification = settings.email_verification;
  values.chats = {.runs_at_once = settings.chat_runs_at_once, .tokens_per_day = settings.chat_tokens_per_day};
  return values;
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

run::run_limits run_limits_of(const policy::chat_limits& limits) {
  run::run_limits out{.runs_at_once = limits.runs_at_once};
  if (limits.tokens_per_day != policy::no_limit) out.tokens_per_day = limits.tokens_per_day;
  return out;
}

http::server_settings server_settings_of(const config& settings) {
  http::server_settings out;
  out.address = settings.api_host;
  out.port = settings.api_port;
  out.trusted_proxies = settings.trusted_proxies;
  out.cors_origins = settings.cors_origins;
  out.render_error = api::render_error;
  // A `result` frame has the answer twice, and a byte of it may need two; besides, there is what waits before it.
  out.limits.socket_outbox = 4 * run::max_answer + 512 * 1024;
  return out;
}

outbound::https_client_settings https_settings_of(const config& settings) {
  outbound::https_client_settings out;
  out.proxy = settings.egress_proxy;
  // All answers that an account may ever have on their way, and some questions of its settings beside them. How many
  // answers those are, is the policy's to say, and administrators change it while the program runs; the client is made
  // once. So it allows for the most they can say, whatever the setting is: the policy is what keeps an account in
  // bounds.
  constexpr std::size_t beside_answers = 4;
  out.at_once_per_owner = static_cast<std::size_t>(policy::most_runs_at_once) + beside_answers;
  if (!settings.egress_ca_pem.empty()) out.trusted_ca_pem = outbound::with_system_authorities(settings.egress_ca_pem);
  return out;
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

std::string public_url_of(const std::string& configured, std::uint16_t port) {
  return configured.empty() ? "http://localhost:" + std::to_string(port) : configured;
}

bool names_this_machine(const std::string& url) {
  if (url.find("://[::1]") != std::string::npos) return true;
  const auto host = host_of(url);
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(host, no_address);
  return host == "localhost" || (!no_address && address.is_loopback());
}

bool can_tell_local_callers(const config& settings) {
  return settings.public_url.empty() || !settings.trusted_proxies.empty() || names_this_machine(settings.public_url);
}

std::string setup_url(const std::string& public_url, const account::issued_setup_link& link) {
  return public_url + "/setup#token=" + std::string(link.token.text());
}

}  // namespace kontor::app
