// A queue over a database of each kind, for the tests of this room.
#pragma once

#include "crypto/random.hpp"
#include "mail/migrations.hpp"
#include "mail/outbox.hpp"
#include "mail/outbox_statements.hpp"
#include "tests/support/databases.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kontor::mail {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);

/// This room's steps over a table of users that holds nothing but ids.
inline std::span<const sql::migration> own_steps() {
  static const auto steps = [] {
    std::vector<sql::migration> all{{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
    for (auto step : migrations()) {
      step.number = static_cast<int>(all.size()) + 1;
      all.push_back(step);
    }
    return all;
  }();
  return steps;
}

inline mail some_mail() {
  return {.to = "anna@example.org",
          .kind = mail_kind::reset_password,
          .in = language::english,
          .link = base::secret_bytes(std::string_view("https://desk.example/reset#token=planted-token")),
          .expires_at = noon + std::chrono::minutes(30)};
}

struct on_mails : tests::on_each_database {
  on_mails() { open(own_steps()); }

  void put(mail what) {
    auto job = [this, shared = std::make_shared<mail>(std::move(what))](sql::session& in) {
      box.put(in, std::nullopt, *shared, clock.now());
      return true;
    };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }
  std::vector<statements::due_mail> due() {
    return store->read_now([this](sql::session& in) { return statements::find_due(in, clock.now(), 100); }).value();
  }
  std::int64_t count(std::string_view table) {
    auto job = [text = std::make_shared<std::string>("SELECT COUNT(*) FROM " + std::string(table))](sql::session& in) {
      return std::get<0>(in.first(sql::query<std::int64_t>{*text}).value());
    };
    return store->read_now(std::move(job)).value();
  }

  base::manual_clock clock{noon};
  const base::secret_bytes key{std::string_view("an installation key of thirty-two bytes or more")};
  outbox box{key};
};

}  // namespace kontor::mail
