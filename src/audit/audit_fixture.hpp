// A log in a fresh database of each kind, and hands that reach past it.
#pragma once

#include "audit/audit_log.hpp"
#include "audit/entries.hpp"
#include "audit/migrations.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::audit {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);

inline base::secret_bytes key_of(char letter) {
  return base::secret_bytes(std::string(32, letter));
}

inline base::user_id somebody() {
  return crypto::random_id<base::user_id>();
}

/// This room's steps alone: they get the numbers that a series of their own would have.
inline std::vector<sql::migration> own_steps() {
  const auto steps = migrations();
  std::vector<sql::migration> renumbered(steps.begin(), steps.end());
  for (std::size_t i = 0; i < renumbered.size(); ++i)
    renumbered[i].number = static_cast<int>(i) + 1;
  return renumbered;
}

struct audit_fixture : tests::on_each_database {
  audit_fixture() {
    settings.write_sessions = 8;
    open(own_steps());
    begin();
  }

  head_state begin() {
    return store->write_now([this](sql::session& in) { return log.begin(in); }).value();
  }

  static event act_of(const base::user_id& person, std::string detail = R"({"device":"a browser"})") {
    return {.owner = person,
            .actor = person,
            .action = action::session_created,
            .detail = std::move(detail),
            .address = "192.0.2.7",
            .request_id = "run-1",
            .at = noon};
  }

  /// A job that appends; what it captures it owns.
  auto appending(const event& what) {
    return [this, what](sql::session& in) { log.append(in, what); };
  }
  void append(const event& what) { ASSERT_TRUE(store->write_now(appending(what)).has_value()); }
  void append(const base::user_id& person, int times) {
    for (int i = 0; i < times; ++i)
      append(act_of(person));
  }

  /// As somebody who can write to the database.
  std::int64_t tamper(const std::string& statement) {
    auto job = [text = std::make_shared<std::string>(statement)](sql::session& in) { return in.execute(*text); };
    return store->write_now(std::move(job)).value();
  }

  std::int64_t erase(const base::user_id& person) {
    auto job = [this, person](sql::session& in) { return log.erase_owner(in, person); };
    return store->write_now(std::move(job)).value();
  }

  verification verify(const verify_settings& how = {}) { return log.verify(*store, how).value(); }

  std::vector<entry> everything() {
    return store->read_now([](sql::session& in) { return all(in, {}, newest, 1000); }).value();
  }

  audit_log log{key_of('k')};
};

}  // namespace kontor::audit
