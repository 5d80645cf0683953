// The settings of the program as its parts take them, and the addresses that are made from them.
#pragma once

#include "account/account_service.hpp"
#include "account/account_settings.hpp"
#include "app/config.hpp"
#include "http/server.hpp"
#include "outbound/https_client.hpp"
#include "outbound/smtp_sender.hpp"
#include "policy/policy.hpp"
#include "run/run_store.hpp"
#include "sql/database.hpp"
#include "throttle/request_limiter.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace kontor::app {

/// How this installation's database is opened.
sql::database_settings database_settings_of(const config& settings);
/// What holds as long as no administrator decides otherwise.
policy::rule_values rules_of(const config& settings);
throttle::request_limiter_settings request_limits_of(const config& settings);
/// The limits that hold, as runs take them.
run::run_limits run_limits_of(const policy::chat_limits& limits);
http::server_settings server_settings_of(const config& settings);
/// How exchanges and models are asked.
outbound::https_client_settings https_settings_of(const config& settings);
/// Null when no mails are sent.
std::unique_ptr<outbound::smtp_sender> make_smtp_sender(const config& settings);

/// Where users reach the program: PUBLIC_URL as it was configured, or http://localhost with the port.
std::string public_url_of(const std::string& configured, std::uint16_t port);

/// Does an address that begins with a scheme lead to this machine, as it calls itself (localhost, an address of
/// loopback)?
bool names_this_machine(const std::string& url);

/// Is everybody who comes over loopback somebody on this machine, unless a field says that a proxy asks for them? Not
/// where there is an address for others and no proxy is named that leads there: one that adds no field may run here.
bool can_tell_local_callers(const config& settings);

/// A setup link as it is shown to a person. The token stands in the fragment, which no browser sends and no server
/// logs.
std::string setup_url(const std::string& public_url, const account::issued_setup_link& link);

}  // namespace kontor::app
