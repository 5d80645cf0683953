// All settings of the program, as one typed value. Made once at start, passed on as plain structs.
#pragma once

#include "account/account_service.hpp"
#include "base/log.hpp"
#include "base/secret_bytes.hpp"
#include "desk/default_model.hpp"
#include "http/server.hpp"
#include "outbound/egress_policy.hpp"
#include "outbound/smtp_server.hpp"
#include "outbound/web_url.hpp"
#include "policy/policy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kontor::app {

struct config {
  boost::asio::ip::address api_host;
  std::uint16_t api_port = 0;
  std::string public_url;  ///< Without a slash at the end; empty: made from host and port.
  std::vector<std::string> cors_origins;
  std::vector<http::network> trusted_proxies;
  std::size_t threads = 0;  ///< 0: one per core.

  std::filesystem::path data_dir;
  std::string database_url;  ///< Empty: SQLite in data_dir. Holds a password: never log it.

  std::string admin_email;  ///< Normal form; empty: none.
  account::registration_policy registration = account::registration_policy::open;
  std::set<std::string> allowed_emails;  ///< Normal forms.

  account::second_factor_for require_second_factor = account::second_factor_for::nobody;
  std::optional<outbound::smtp_server> smtp;  ///< None: no mails are sent.
  std::string mail_from;                      ///< Normal form; there when `smtp` is, and so is `public_url`.
  account::email_verification email_verification = account::email_verification::off;  ///< Required only with `smtp`.

  std::size_t password_min_length = 8;
  int password_bcrypt_cost = 12;
  base::secret_bytes password_pepper;
  base::secret_bytes jwt_secret_key;     ///< Empty: the key in data_dir.
  base::secret_bytes audit_key;          ///< Empty: the key that signs access tokens.
  base::secret_bytes vault_key;          ///< Master keys in lines, the newest first; empty: they are in a file.
  std::filesystem::path vault_key_file;  ///< The operator's; empty: vault.key in data_dir.
  std::chrono::minutes jwt_life{60};

  outbound::egress_policy egress;   ///< What users' addresses may lead to beyond the open Internet.
  std::string egress_proxy;         ///< An URL; empty: none. May hold a password: never log it.
  std::string egress_ca_pem;        ///< Authorities to be trusted besides those of the system.
  outbound::web_url bitget;         ///< An origin, with TLS.
  outbound::web_url bitget_socket;  ///< Of its public WebSocket; parse_socket_url.
  desk::default_model model;

  std::uint32_t requests_per_minute_address = 1200;  ///< 0: no limit.
  std::uint32_t requests_per_minute_user = 600;      ///< 0: no limit.

  std::int64_t chat_runs_at_once = 4;                   ///< Of an account.
  std::int64_t chat_tokens_per_day = policy::no_limit;  ///< Of an account.
  bool ws_accept_jwt = true;                            ///< May an access token stand in the address of a socket?

  base::log_settings log;
};

}  // namespace kontor::app
