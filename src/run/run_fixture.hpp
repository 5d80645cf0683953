// Two accounts with an empty database, and runs in it.
#pragma once

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/migrations.hpp"
#include "run/migrations.hpp"
#include "run/run_statements.hpp"
#include "run/run_store.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace kontor::run {

inline const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
inline const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();
// Noon, so that some hours fit into the day.
inline const base::timestamp noon = std::chrono::sys_days(std::chrono::year(2027) / 1 / 15) + std::chrono::hours(12);

inline std::span<const sql::migration> run_steps() {
  static constexpr sql::migration users[] = {
      {1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY, is_active BIGINT NOT NULL DEFAULT 1)"}};
  static const auto joined = tests::join_steps({users, chat::migrations(), migrations()});
  return joined;
}

struct run_fixture : tests::on_each_database {
  template <class Job>
  auto write(Job job) {
    return store->write_now(std::move(job)).value();
  }

  run_fixture() {
    open(run_steps());
    for (const auto& id : {ann, bob})
      write([id](sql::session& in) { return in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", id}}); });
    runs.emplace(*store, clock);
  }

  base::result<beginning> begin(new_message what, const base::user_id& owner = ann) {
    return await(runs->begin(owner, std::move(what), model, limits, offered));
  }
  /// Begins one that may be, with a message.
  begun_run begun(std::string text, std::optional<chat::conversation_id> in = std::nullopt,
                  std::optional<std::int64_t> parent = std::nullopt) {
    auto made = begin({.text = std::move(text), .conversation = in, .parent = parent, .request_key = {}});
    return std::move(made.value().work.value());
  }
  appended append(const begun_run& to, std::int64_t seq, std::vector<piece> pieces) {
    return await(runs->append(to.which, seq, std::move(pieces))).value();
  }
  appended finish(const begun_run& which, std::int64_t seq, ending how, std::string text,
                  std::vector<piece> pieces = {}) {
    return await(runs->finish(which.which, seq, std::move(pieces), std::move(how), std::move(text))).value();
  }
  events_page events(const chat::conversation_id& of, std::int64_t after, const base::user_id& owner = ann) {
    return await(runs->events_after(owner, of, after, 100)).value();
  }
  std::vector<chat::numbered_message> messages(const chat::conversation_id& of, const base::user_id& owner = ann) {
    return write([of, owner](sql::session& in) { return chat::statements::list_messages(in, owner, of, 0, 1000); });
  }

  base::manual_clock clock{noon};
  chat::model_info model{.provider = "openai", .model = "m-1", .context_window = 8000};
  run_limits limits;
  std::vector<chat::tool> offered;
  std::optional<run_store> runs;
};

inline std::string text_at(const boost::json::value& in, std::string_view name) {
  return std::string(in.at(name).as_string());
}

/// `processing#1 message#2`: what frames tell, and their numbers.
inline std::string shape_of(const std::vector<told_event>& told) {
  std::string out;
  for (const auto& one : told) {
    if (!out.empty()) out += ' ';
    if (!one.text) {
      out += "nothing";
    } else {
      const auto frame = boost::json::parse(*one.text);
      const auto type = text_at(frame, "type");
      out += type == "status" ? text_at(frame, "status") : type;
      EXPECT_EQ(frame.at("seq").as_int64(), one.seq);
    }
    out += '#' + std::to_string(one.seq);
  }
  return out;
}

}  // namespace kontor::run
