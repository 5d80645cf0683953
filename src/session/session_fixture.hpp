// Everything a sign-in needs, over a database of each kind, for the tests of this room.
#pragma once

#include "account/account_service.hpp"
#include "account/admin_service.hpp"
#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "audit/audit_log.hpp"
#include "audit/migrations.hpp"
#include "session/migrations.hpp"
#include "session/session_service.hpp"
#include "session/sign_in_service.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <memory>

namespace kontor::session {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

inline std::span<const sql::migration> steps_of_sessions() {
  static const auto steps = tests::join_steps({account::migrations(), session::migrations(), audit::migrations()});
  return steps;
}

inline base::secret_bytes secret(std::string_view text) {
  return base::secret_bytes(text);
}

struct on_sessions : tests::on_each_database {
  on_sessions() : on_sessions(steps_of_sessions()) {}
  /// With the tables of further rooms.
  explicit on_sessions(std::span<const sql::migration> steps)
      : users(open(steps)),
        sessions(std::make_unique<session_service>(*store, tokens, successors, audit, session_settings(), clock)),
        admins(*store, clock, std::chrono::minutes(30)) {
    use({});
  }

  void use(account::account_settings with) {
    accounts = std::make_unique<account::account_service>(users, hasher, hash_pool, std::move(with), clock);
    sign_ins = std::make_unique<sign_in_service>(*accounts, users, *store, *sessions, audit, clock);
  }

  const client_info browser{.address = "192.0.2.1", .device = "Firefox on Linux", .request_id = "r1"};
  const std::string good_password = "correct horse battery";

  base::result<signed_in> register_user(const std::string& email) { return register_user(email, good_password); }
  base::result<signed_in> register_user(const std::string& email, std::string_view password) {
    return await(sign_ins->register_user(email, secret(password), browser));
  }
  base::result<signed_in> log_in(const std::string& email) { return log_in(email, good_password); }
  base::result<signed_in> log_in(const std::string& email, std::string_view password) {
    return await(sign_ins->log_in(email, secret(password), browser));
  }
  base::result<identity> authenticate(const signed_in& who) { return await(sessions->authenticate(who.access_token)); }
  base::result<signed_in> refresh(const base::secret_bytes& token) {
    return await(sessions->refresh(token.clone(), browser));
  }
  std::int64_t count(const sql::query<std::int64_t>& what) {
    auto job = [&what](sql::session& in) { return std::get<0>(in.first(what).value()); };
    return store->read_now(std::move(job)).value();
  }

  base::manual_clock clock{noon};
  base::secret_bytes key{std::string_view("a signing key of thirty-two bytes or more")};
  access_tokens tokens{key, {}, clock};
  refresh_successors successors{key};
  audit::audit_log audit{key};
  crypto::password_hasher hasher{{.cost = 4, .pepper = {}}};
  async::blocking_pool hash_pool{{.name = "hash", .threads = 2}};
  account::sql_user_repository users;
  std::unique_ptr<session_service> sessions;
  std::unique_ptr<account::account_service> accounts;
  std::unique_ptr<sign_in_service> sign_ins;
  account::admin_service admins;
};

}  // namespace kontor::session
