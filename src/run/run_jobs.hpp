// What is done in one transaction each: a run begins, goes on, ends. Called inside jobs of sql::database.
#pragma once

#include "base/error.hpp"
#include "run/run_statements.hpp"
#include "run/run_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::run::jobs {

/// Days since 1970, UTC.
std::int64_t day_of(base::timestamp at) noexcept;
base::timestamp end_of_day(base::timestamp at) noexcept;

/// What a beginning needs to know, made before its job: a job may run twice.
struct wish {
  new_message what;
  chat::model_info model;
  run_limits limits;
  std::vector<chat::tool> tools;
  program_id program;
  run_id id;
  chat::conversation_id fresh;             ///< For a conversation that begins.
  std::optional<std::string> request_key;  ///< 64 digits, as is request_fingerprint.
  std::string request_fingerprint;
  base::timestamp now;
};
base::result<beginning> begin(sql::session& in, const base::user_id& owner, const wish& wanted);

/// What goes on, and by whom.
struct step {
  run_key which;
  program_id program;
  std::int64_t seq = 0;  ///< Of the last event, as far as the program knows.
  std::vector<piece> pieces;
  base::timestamp now;
};
appended append(sql::session& in, const step& what, const std::optional<row>& behind);
appended finish(sql::session& in, const step& what, const ending& how, const std::string& text);
/// Of another program, which is not there any more.
std::vector<told_event> interrupt(sql::session& in, const run_key& which, base::timestamp now);

/// What the model of a run in progress asked for and has no result yet, in its order.
std::vector<chat::tool_call> open_calls(sql::session& in, const run_key& which);

/// nullopt when the owner has no such conversation.
std::optional<events_page> events_after(sql::session& in, const base::user_id& owner,
                                        const chat::conversation_id& conversation, std::int64_t seq, std::int64_t most);

}  // namespace kontor::run::jobs
