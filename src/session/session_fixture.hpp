// Everything a sign-in needs, over a database of each kind, for the tests of this room.
#pragma once

#include "account/account_service.hpp"
#include "account/admin_service.hpp"
#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "audit/audit_log.hpp"
#include "audit/migrations.hpp"
#include "factor/factor_fixture.hpp"
#include "factor/factor_service.hpp"
#include "factor/migrations.hpp"
#include "factor/totp.hpp"
#include "mail/migrations.hpp"
#include "mail/outbox.hpp"
#include "session/act_record.hpp"
#include "session/attempts.hpp"
#include "session/enrolment_service.hpp"
#include "session/entrance.hpp"
#include "session/migrations.hpp"
#include "session/notices.hpp"
#include "session/session_service.hpp"
#include "session/sign_in_service.hpp"
#include "session/step_up_service.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"
#include "throttle/migrations.hpp"

#include <memory>
#include <string>
#include <utility>

namespace kontor::session {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

inline std::span<const sql::migration> steps_of_sessions() {
  static const auto steps = tests::join_steps({account::migrations(), session::migrations(), audit::migrations(),
                                               throttle::migrations(), factor::migrations(), mail::migrations()});
  return steps;
}

inline base::secret_bytes secret(std::string_view text) {
  return base::secret_bytes(text);
}

/// Who is told of acts.
enum class by_mail { nobody, owners };

struct on_sessions : tests::on_each_database {
  on_sessions() : on_sessions(steps_of_sessions()) {}
  /// With the tables of further rooms.
  explicit on_sessions(std::span<const sql::migration> steps, by_mail whom = by_mail::nobody)
      : users(open(steps)),
        record(audit, whom == by_mail::owners ? &told : nullptr),
        sessions(std::make_unique<session_service>(*store, tokens, successors, record, session_settings(), clock)),
        counters(*store, clock, key),
        counted(counters, devices, *store, audit, clock),
        factors(*store, key, clock),
        door(*store, *sessions, factors, counted, clock),
        admins(*store, clock, std::chrono::minutes(30)) {
    use({});
  }

  void use(account::account_settings with) {
    settings_of_accounts = std::make_unique<account::fixed_settings>(std::move(with));
    accounts = std::make_unique<account::account_service>(users, hasher, hash_pool, *settings_of_accounts, clock);
    sign_ins = std::make_unique<sign_in_service>(*accounts, users, *sessions, counted, door, clock);
    step_ups = std::make_unique<step_up_service>(*accounts, *store, *sessions, factors, counted, clock);
    enrolments = std::make_unique<enrolment_service>(*accounts, *store, *sessions, factors, counted);
  }

  static client_info client_at(const std::string& address) {
    return {.address = address,
            .device = "Firefox on Linux",
            .request_id = "r1",
            .ip = boost::asio::ip::make_address(address),
            .device_mark = "",
            .language = mail::language::english};
  }
  const client_info browser = client_at("192.0.2.1");
  const std::string good_password = "correct horse battery";

  base::result<signed_in> register_user(const std::string& email) { return register_user(email, good_password); }
  base::result<signed_in> register_user(const std::string& email, std::string_view password) {
    return await(sign_ins->register_user(email, secret(password), browser));
  }
  base::result<signed_in> log_in(const std::string& email) { return log_in(email, good_password); }
  base::result<signed_in> log_in(const std::string& email, std::string_view password) {
    auto in = enter(email, password);
    if (!in) return in.error();
    return std::move(std::get<signed_in>(*in));
  }
  /// A sign-in that may end in a challenge.
  base::result<entry> enter(const std::string& email, std::string_view password) {
    return await(sign_ins->log_in(email, secret(password), browser));
  }
  base::result<signed_in> answer(const challenge& asked, const base::secret_bytes& code) {
    return await(door.answer(asked.token.clone(), code.clone(), browser));
  }

  /// Somebody who is signed in and has turned TOTP on; the present code is a fresh one.
  struct enrolled {
    signed_in session;
    base::secret_bytes totp_secret;
    factor::recovery_codes recovery;
  };
  enrolled enrol(const std::string& email) { return enrol(register_user(email).value()); }
  enrolled enrol(signed_in who) {
    const auto me = authenticate(who).value();
    const auto setup = await(enrolments->begin(me)).value();
    auto totp_secret = factor::from_base32(setup.secret_text.text());
    auto codes = await(enrolments->confirm(me, code(totp_secret), browser)).value();
    clock.advance(std::chrono::minutes(5));
    return {std::move(who), std::move(totp_secret), std::move(codes)};
  }
  /// What the app shows, some steps away from now.
  base::secret_bytes code(const base::secret_bytes& totp_secret, std::int64_t steps_away = 0) const {
    return factor::totp_code(totp_secret, factor::totp_step_at(clock.now()) + steps_away);
  }
  base::secret_bytes wrong_code(const base::secret_bytes& totp_secret) const { return code(totp_secret, 1000); }

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
  throttle::known_devices devices{key};
  mail::outbox outbox{key};
  std::int64_t tokens_held = 0;  ///< What notices say of personal access tokens.
  notices told{outbox, devices, "https://desk.example",
               [this](sql::session&, const base::user_id&, base::timestamp) { return tokens_held; }, clock};
  account::sql_user_repository users;
  act_record record;
  std::unique_ptr<session_service> sessions;
  std::unique_ptr<account::fixed_settings> settings_of_accounts;
  std::unique_ptr<account::account_service> accounts;
  throttle::login_throttle_service counters;
  attempts counted;
  factor::factor_service factors;
  entrance door;
  std::unique_ptr<sign_in_service> sign_ins;
  std::unique_ptr<step_up_service> step_ups;
  std::unique_ptr<enrolment_service> enrolments;
  account::admin_service admins;
};

}  // namespace kontor::session
