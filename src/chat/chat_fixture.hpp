// Two accounts over a database of each kind, for the tests of this room.
#pragma once

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <optional>
#include <string>
#include <utility>

namespace kontor::chat {

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);
inline const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
inline const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();
inline const auto talk = conversation_id::parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").value();

inline std::span<const sql::migration> steps_of_chat() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto joined = tests::join_steps({users, migrations()});
  return joined;
}

inline message said(std::string text, std::optional<std::int64_t> parent = std::nullopt,
                    const std::string& role = "user") {
  return {.parent = parent, .role = role, .content = std::move(text), .metadata = std::nullopt, .created_at = noon};
}

struct on_chat : tests::on_each_database {
  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job)).value();
  }
  template <class Job>
  auto read(Job job) {
    return store->read_now(std::move(job)).value();
  }

  on_chat() {
    open(steps_of_chat());
    for (const auto& id : {ann, bob})
      write([id](sql::session& in) { return in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", id}}); });
  }

  bool begin(const base::user_id& owner, const std::string& title, const conversation_id& id = talk) {
    return write([owner, title, id](sql::session& in) {
      return statements::insert_conversation(in, owner,
                                             {.id = id, .title = title, .created_at = noon, .updated_at = noon});
    });
  }
  std::optional<std::int64_t> append(const base::user_id& owner, const message& what,
                                     const conversation_id& to = talk) {
    return write([owner, what, to](sql::session& in) { return statements::append_message(in, owner, to, what); });
  }
};

}  // namespace kontor::chat
