// The SQL of runs, their events and what was used. One text for SQLite and PostgreSQL. All functions run inside a job
// of sql::database and throw sql::sql_error when the database fails. What belongs to somebody else is not there.
#pragma once

#include "run/run_store.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::run::statements {

/// Holds the account's row of the day until the transaction ends, so that of several beginnings at once each sees those
/// before it. `day`: since 1970, UTC.
void hold_day(sql::session& in, const base::user_id& owner, std::int64_t day);
/// Adds to it. Before the conversation's row is taken: hold_day comes first in a beginning as well.
void book(sql::session& in, const base::user_id& owner, std::int64_t day, std::int64_t tokens);
/// The same for an account that may be deleted: then nothing is booked.
void book_if_there(sql::session& in, const base::user_id& owner, std::int64_t day, std::int64_t tokens);
std::int64_t tokens_of_day(sql::session& in, const base::user_id& owner, std::int64_t day);
std::int64_t count_running(sql::session& in, const base::user_id& owner);

struct stored_request {
  accepted answer;
  std::string request_fingerprint;
};
/// What was begun with the key since `then`; a key that is older is forgotten.
std::optional<stored_request> find_request(sql::session& in, const base::user_id& owner, std::string_view key,
                                           base::timestamp then);

struct new_run {
  run_key which;
  std::int64_t parent = 0;
  std::optional<std::int64_t> message_number;
  std::int64_t first_seq = 0;
  program_id program;
  std::string model;
  std::optional<std::string> request_key;  ///< 64 digits, as is request_fingerprint.
  std::string request_fingerprint;
  std::int64_t shown_bytes = 0;
  base::timestamp now;
};
/// True when it was stored: the limits allow it, and the conversation has no run in progress.
bool insert_run(sql::session& in, const new_run& what, const run_limits& limits, std::int64_t day);

/// What is needed to go on with a run, or to end it.
struct stored_run {
  run_key which;
  program_id program;
  std::int64_t tip = 0;  ///< The message behind which the answer stands, or will.
  std::string model;
  std::int64_t shown_bytes = 0;
  usage used;  ///< Of the questions that were answered so far.
  base::timestamp started_at;
};
/// The run in progress of a conversation.
std::optional<stored_run> find_running(sql::session& in, const base::user_id& owner,
                                       const chat::conversation_id& conversation);
/// All of an account; few, because their number is limited.
std::vector<stored_run> list_running(sql::session& in, const base::user_id& owner);
/// Why the last run that was to answer this message failed; nullopt when it did not, or there was none.
std::optional<std::string> find_last_failure(sql::session& in, const base::user_id& owner,
                                             const chat::conversation_id& conversation, std::int64_t message);
/// In progress or ended; false when it went with its conversation or account.
bool has_run(sql::session& in, const run_key& which);
/// True for one caller only: ends a run that is in progress, and this program's.
bool end_run(sql::session& in, const run_key& which, const program_id& program, const ending& how, base::timestamp now);
/// True when somebody works on it.
bool ask_to_stop(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation);

void beat(sql::session& in, const program_id& program, base::timestamp now);
std::vector<watched_run> runs_of(sql::session& in, const program_id& program);
/// In progress, of other programs, which have not said since `then` that they are there.
std::vector<stored_run> find_abandoned(sql::session& in, const program_id& program, base::timestamp then);
/// Conversations with a run of another program that is in progress, or ended after `then`.
std::vector<moved_conversation> find_moved(sql::session& in, const program_id& program, base::timestamp then);

/// True when the run is in progress and this program's, and the conversation's last event was `from`; it is `to` now.
bool advance(sql::session& in, const run_key& which, const program_id& program, std::int64_t from, std::int64_t to);
void insert_event(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation,
                  const event& what);
void drop_events(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation);
/// Those behind `after`, in their order.
std::vector<event> list_events(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation,
                               std::int64_t after, std::int64_t most);
/// What was stored of an answer, joined.
std::string join_pieces(sql::session& in, const run_key& which, event_kind kind);
/// Of it what came since the model last asked for tools.
std::string join_last_pieces(sql::session& in, const run_key& which, event_kind kind);

/// The run's last message is this one now, and the model will be shown so many bytes more.
void note_row(sql::session& in, const run_key& which, std::int64_t message, std::int64_t bytes);
/// Of the questions so far, all together.
void note_used(sql::session& in, const run_key& which, const usage& so_far);
/// Of the message in which the model last asked for tools: its number, and how many results there are; nullopt: it did
/// not.
struct asked_last {
  std::int64_t message = 0;
  std::int64_t results = 0;
};
std::optional<asked_last> find_asked_last(sql::session& in, const run_key& which);

}  // namespace kontor::run::statements
