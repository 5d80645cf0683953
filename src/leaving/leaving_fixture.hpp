// An account with a row in every table, over a database of each kind, for the tests of this room.
#pragma once

#include "account/account_export.hpp"
#include "account/migrations.hpp"
#include "account/user_statements.hpp"
#include "audit/audit_log.hpp"
#include "audit/entries.hpp"
#include "audit/migrations.hpp"
#include "audit/timeline_export.hpp"
#include "chart/chart_statements.hpp"
#include "chart/layout_statements.hpp"
#include "chart/migrations.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/migrations.hpp"
#include "chat/word_statements.hpp"
#include "crypto/random.hpp"
#include "factor/factor_export.hpp"
#include "factor/migrations.hpp"
#include "leaving/account_remover.hpp"
#include "mail/migrations.hpp"
#include "session/migrations.hpp"
#include "session/session_export.hpp"
#include "session/session_statements.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"
#include "token/migrations.hpp"
#include "token/token_export.hpp"
#include "vault/migrations.hpp"

#include <array>
#include <string>
#include <vector>

namespace kontor::leaving {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

inline std::span<const sql::migration> steps_of_leaving() {
  static const auto steps = tests::join_steps({account::migrations(), session::migrations(), audit::migrations(),
                                               factor::migrations(), token::migrations(), mail::migrations(),
                                               vault::migrations(), chat::migrations(), chart::migrations()});
  return steps;
}

enum class role { member, admin };

struct on_leaving : tests::on_each_database {
  on_leaving() {
    open(steps_of_leaving());
    auto begin = [this](sql::session& in) { return audit.begin(in); };
    EXPECT_TRUE(store->write_now(std::move(begin)).has_value());
  }

  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job)).value();
  }
  template <class Job>
  auto read(Job job) {
    return store->read_now(std::move(job)).value();
  }

  /// 64 characters that look like a hash and stand nowhere else.
  static std::string hash(const base::user_id& of, char kind) { return of.str() + std::string(27, kind) + "0"; }

  /// A word that nobody else says.
  static std::string own_word(const base::user_id& of) {
    auto text = "w" + of.str();
    std::erase(text, '-');
    return text;
  }

  /// Looks like a sealed text of the vault: its beginning is that of others.
  static std::string sealed(const std::string& email, const std::string& what) {
    return "gAAAAABpAAAA" + ("sealed " + what + " of " + email) + std::string(100, '=');
  }

  base::user_id add(const std::string& email, role as = role::member) {
    const auto id = crypto::random_id<base::user_id>();
    auto job = [id, email, as](sql::session& in) {
      account::statements::insert_user(in, {.id = id,
                                            .email = email,
                                            .email_lookalike = "like " + email,
                                            .hashed_password = "password hash of " + email,
                                            .is_admin = as == role::admin,
                                            .created_at = noon});
      session::session_info row;
      row.id = crypto::random_id<base::session_id>();
      row.owner = id;
      row.device = "device of " + email;
      row.address = "address of " + email;
      row.created_at = row.last_used_at = row.proved_at = noon;
      row.idle_expires_at = row.expires_at = noon + std::chrono::hours(1);
      session::statements::insert_session(in, row, hash(id, 'r'));
      in.execute(
          "INSERT INTO one_time_links (token_hash, user_id, purpose, epoch, created_at, expires_at) VALUES (:hash, "
          ":id, "
          "'setup', 0, 1, 2)",
          {{"id", id}, {"hash", hash(id, 's')}});
      in.execute("INSERT INTO sign_in_challenges VALUES (:hash, :id, 0, 1, 2)", {{"id", id}, {"hash", hash(id, 'c')}});
      in.execute("INSERT INTO totp_factors VALUES (:id, :secret, 1, 2, 3)",
                 {{"id", id}, {"secret", "sealed secret of " + email}});
      in.execute("INSERT INTO recovery_codes VALUES (:id, :hash, :salt, NULL)",
                 {{"id", id}, {"hash", hash(id, 'y')}, {"salt", hash(id, 'z')}});
      in.execute(
          "INSERT INTO personal_tokens (id, user_id, token_hash, name, last_characters, scopes, addresses, epoch,"
          " created_at) VALUES (:token, :id, :hash, :name, 'last', 'read', '', 0, 1)",
          {{"token", crypto::random_id<base::session_id>()},
           {"id", id},
           {"hash", hash(id, 'p')},
           {"name", "token of " + email}});
      in.execute("INSERT INTO vault_master_keys VALUES ('0123456789abcdef', 1, 'c', 'r', 1, 1) ON CONFLICT DO NOTHING");
      in.execute("INSERT INTO vault_user_keys VALUES (:id, '0123456789abcdef', :wrapped, :directory, 0)",
                 {{"id", id}, {"wrapped", sealed(email, "key")}, {"directory", sealed(email, "directory")}});
      in.execute("INSERT INTO vault_secrets VALUES (:id, 'bitget_api_key', 1, 1, 1, NULL, NULL)", {{"id", id}});
      in.execute("INSERT INTO vault_versions VALUES (:id, 'bitget_api_key', 1, :token, 1)",
                 {{"id", id}, {"token", sealed(email, "secret")}});
      const auto talk = crypto::random_id<chat::conversation_id>();
      (void)chat::statements::insert_conversation(
          in, id, {.id = talk, .title = "talk of " + email, .created_at = noon, .updated_at = noon});
      (void)chat::statements::append_message(in, id, talk,
                                             {.parent = std::nullopt,
                                              .role = "user",
                                              .content = "question of " + email + " about " + own_word(id),
                                              .metadata = std::nullopt,
                                              .created_at = noon});
      const chart::chart drawn{
          .id = crypto::random_id<chart::chart_id>(),
          .shows = {.name = "chart of " + email,
                    .of = {.where = market::venue::spot, .symbol = "BTCUSDT", .every = market::interval::h1},
                    .indicators = {}},
          .created_at = noon,
          .updated_at = noon};
      const chart::layout pair{.id = crypto::random_id<chart::layout_id>(),
                               .name = "layout of " + email,
                               .created_at = noon,
                               .updated_at = noon};
      chart::statements::hold_shelf(in, id);
      chart::statements::insert_chart(in, id, drawn);
      chart::statements::insert_layout(in, id, pair);
      (void)chart::statements::place_chart(in, id, pair.id, 0, drawn.id);
      (void)chart::statements::insert_favourite(in, id,
                                                {.where = market::venue::spot, .symbol = "BTCUSDT", .added_at = noon});
    };
    EXPECT_TRUE(store->write_now(std::move(job)).has_value());
    append(id, 3);
    return id;
  }

  void append(const base::user_id& person, int times, std::optional<base::user_id> actor = std::nullopt) {
    auto job = [this, person, times, by = actor.value_or(person)](sql::session& in) {
      for (int i = 0; i < times; ++i)
        audit.append(in, {.owner = person,
                          .actor = by,
                          .action = audit::action::login_succeeded,
                          .outcome = audit::result::ok,
                          .detail = R"({"device":"of )" + person.str() + "\"}",
                          .address = "192.0.2.1",
                          .request_id = "request of " + by.str(),
                          .at = noon});
    };
    EXPECT_TRUE(store->write_now(std::move(job)).has_value());
  }

  std::int64_t count(const sql::query<std::int64_t>& what) {
    return read([&what](sql::session& in) { return std::get<0>(in.first(what).value()); });
  }

  base::manual_clock clock{noon};
  audit::audit_log audit{base::secret_bytes(std::string_view("a key of thirty-two bytes or more bytes"))};
  const session::client_info browser{.address = "192.0.2.9", .device = "Firefox on Linux", .request_id = "r9"};
};

}  // namespace kontor::leaving
