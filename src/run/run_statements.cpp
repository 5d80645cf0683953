#include "run/run_statements.hpp"

#include <limits>
#include <tuple>
#include <utility>

namespace kontor::run::statements {
namespace {

using maybe_number = std::optional<std::int64_t>;

constexpr sql::query<std::int64_t> select_day{"SELECT tokens FROM usage_days WHERE user_id = :owner AND day = :day"};
constexpr sql::query<std::int64_t> select_running_count{
    "SELECT COUNT(*) FROM runs WHERE user_id = :owner AND state = 'running'"};
constexpr sql::query<chat::conversation_id, run_id, maybe_number, std::int64_t, std::string> select_request{
    "SELECT conversation_id, id, message_number, first_seq, request_fingerprint FROM runs"
    " WHERE user_id = :owner AND request_key = :request_key"};

template <class... More>
using run_query = sql::query<base::user_id, chat::conversation_id, run_id, program_id, std::int64_t, std::string,
                             std::int64_t, std::int64_t, std::int64_t, bool, base::timestamp, More...>;
#define KONTOR_SELECT_RUN                                                                                          \
  "SELECT user_id, conversation_id, id, program, tip, model, shown_bytes, input_tokens, output_tokens, estimated," \
  " started_at FROM runs"
constexpr run_query<> select_running{
    KONTOR_SELECT_RUN " WHERE user_id = :owner AND conversation_id = :conversation AND state = 'running'"};
constexpr run_query<> select_all_running{KONTOR_SELECT_RUN " WHERE user_id = :owner AND state = 'running' ORDER BY id"};
constexpr run_query<> select_abandoned{KONTOR_SELECT_RUN
                                       " WHERE state = 'running' AND program <> :program AND alive_at < :then"
                                       " ORDER BY started_at LIMIT 1000"};
#undef KONTOR_SELECT_RUN
constexpr sql::query<std::string, std::optional<std::string>, std::int64_t> select_last_of_message{
    "SELECT state, failure, tip FROM runs WHERE user_id = :owner AND conversation_id = :conversation"
    " AND (parent = :message OR tip = :message) AND ended_at IS NOT NULL ORDER BY ended_at DESC, id LIMIT 1"};
constexpr sql::query<std::int64_t> select_run_there{"SELECT 1 FROM runs WHERE user_id = :owner AND id = :id"};

constexpr sql::query<base::user_id, chat::conversation_id, run_id, bool, std::optional<base::timestamp>, bool,
                     base::timestamp>
    select_watched{
        "SELECT r.user_id, r.conversation_id, r.id, r.cancel_asked, c.deleted_at, u.is_active, r.started_at FROM runs r"
        " JOIN conversations c ON c.user_id = r.user_id AND c.id = r.conversation_id JOIN users u ON u.id = r.user_id"
        " WHERE r.program = :program AND r.state = 'running'"};
constexpr sql::query<base::user_id, chat::conversation_id, std::int64_t> select_moved{
    "SELECT c.user_id, c.id, c.last_seq FROM conversations c JOIN"
    " (SELECT user_id, conversation_id FROM runs WHERE state = 'running' AND program <> :program"
    "  UNION SELECT user_id, conversation_id FROM runs WHERE ended_at > :then AND program <> :program_again) r"
    " ON c.user_id = r.user_id AND c.id = r.conversation_id"};
constexpr sql::query<std::int64_t, run_id, std::string, base::timestamp, std::string, std::int64_t> select_events{
    "SELECT seq, run_id, kind, told_at, body, number FROM run_events"
    " WHERE user_id = :owner AND conversation_id = :conversation AND seq > :after ORDER BY seq LIMIT :row_limit"};
constexpr sql::query<std::string> select_pieces{
    "SELECT body FROM run_events WHERE user_id = :owner AND conversation_id = :conversation AND run_id = :run"
    " AND kind = :kind ORDER BY seq"};
// What was said before stands in a message.
constexpr sql::query<std::string> select_last_pieces{
    "SELECT body FROM run_events WHERE user_id = :owner AND conversation_id = :conversation AND run_id = :run"
    " AND kind = :kind AND seq > (SELECT COALESCE(MAX(seq), 0) FROM run_events WHERE user_id = :owner"
    " AND conversation_id = :conversation AND run_id = :run AND kind = 'tool_call') ORDER BY seq"};
constexpr sql::query<maybe_number, maybe_number> select_asked_last{
    "SELECT MAX(number), MAX(seq) FROM run_events WHERE user_id = :owner AND conversation_id = :conversation"
    " AND run_id = :run AND kind = 'tool_call'"};
constexpr sql::query<std::int64_t> select_results_behind{
    "SELECT COUNT(*) FROM run_events WHERE user_id = :owner AND conversation_id = :conversation AND run_id = :run"
    " AND kind = 'tool_result' AND seq > :after"};

template <class Row>
stored_run to_run(Row& row) {
  auto& [owner, conversation, id, program, tip, model, shown_bytes, input, output, is_estimated, started_at] = row;
  return {.which = {.owner = owner, .conversation = conversation, .id = id},
          .program = program,
          .tip = tip,
          .model = std::move(model),
          .shown_bytes = shown_bytes,
          .used = {.input_tokens = input, .output_tokens = output, .is_estimated = is_estimated},
          .started_at = started_at};
}

std::string join(sql::session& in, const sql::query<std::string>& of, const run_key& which, event_kind kind) {
  std::string out;
  for (const auto& [body] : in.all(
           of,
           {{"owner", which.owner}, {"conversation", which.conversation}, {"run", which.id}, {"kind", name_of(kind)}}))
    out += body;
  return out;
}

}  // namespace

void hold_day(sql::session& in, const base::user_id& owner, std::int64_t day) {
  book(in, owner, day, 0);
}

void book(sql::session& in, const base::user_id& owner, std::int64_t day, std::int64_t tokens) {
  in.execute(
      "INSERT INTO usage_days (user_id, day, tokens) VALUES (:owner, :day, :tokens)"
      " ON CONFLICT (user_id, day) DO UPDATE SET tokens = usage_days.tokens + excluded.tokens",
      {{"owner", owner}, {"day", day}, {"tokens", tokens}});
}

void book_if_there(sql::session& in, const base::user_id& owner, std::int64_t day, std::int64_t tokens) {
  in.execute(
      "INSERT INTO usage_days (user_id, day, tokens)"
      " SELECT id, CAST(:day AS BIGINT), CAST(:tokens AS BIGINT) FROM users WHERE id = :owner"
      " ON CONFLICT (user_id, day) DO UPDATE SET tokens = usage_days.tokens + excluded.tokens",
      {{"owner", owner}, {"day", day}, {"tokens", tokens}});
}

std::int64_t tokens_of_day(sql::session& in, const base::user_id& owner, std::int64_t day) {
  const auto row = in.first(select_day, {{"owner", owner}, {"day", day}});
  return row ? std::get<0>(*row) : 0;
}

std::int64_t count_running(sql::session& in, const base::user_id& owner) {
  return std::get<0>(in.first(select_running_count, {{"owner", owner}}).value());
}

std::optional<stored_request> find_request(sql::session& in, const base::user_id& owner, std::string_view key,
                                           base::timestamp then) {
  in.execute(
      "UPDATE runs SET request_key = NULL WHERE user_id = :owner AND request_key = :request_key AND started_at <= "
      ":then",
      {{"owner", owner}, {"request_key", key}, {"then", then}});
  auto row = in.first(select_request, {{"owner", owner}, {"request_key", key}});
  if (!row) return std::nullopt;
  auto& [conversation, id, number, seq, hash] = *row;
  return stored_request{.answer = {.conversation = conversation, .run = id, .number = number, .seq = seq},
                        .request_fingerprint = std::move(hash)};
}

bool insert_run(sql::session& in, const new_run& what, const run_limits& limits, std::int64_t day) {
  return in.execute(
             "INSERT INTO runs (user_id, id, conversation_id, parent, tip, message_number, first_seq, state, "
             "cancel_asked,"
             " program, alive_at, model, request_key, request_fingerprint, shown_bytes, input_tokens, output_tokens,"
             " estimated, failure, started_at, ended_at)"
             " SELECT d.user_id, :id, :conversation, CAST(:parent AS BIGINT), CAST(:parent AS BIGINT), "
             "CAST(:message_number AS BIGINT),"
             " CAST(:first_seq AS BIGINT), 'running', 0, :program, CAST(:now AS BIGINT), :model, :request_key,"
             " :request_fingerprint, CAST(:shown_bytes AS BIGINT), 0, 0, 0, NULL, CAST(:started_at AS BIGINT), NULL"
             " FROM usage_days d WHERE d.user_id = :owner AND d.day = :day AND d.tokens < :most_tokens"
             " AND (SELECT COUNT(*) FROM runs r WHERE r.user_id = d.user_id AND r.state = 'running') < :most_runs"
             " ON CONFLICT DO NOTHING",
             {{"owner", what.which.owner},
              {"id", what.which.id},
              {"conversation", what.which.conversation},
              {"parent", what.parent},
              {"message_number", what.message_number},
              {"first_seq", what.first_seq},
              {"program", what.program},
              {"now", what.now},
              {"model", what.model},
              {"request_key", what.request_key},
              {"request_fingerprint", what.request_fingerprint},
              {"shown_bytes", what.shown_bytes},
              {"started_at", what.now},
              {"day", day},
              {"most_tokens", limits.tokens_per_day.value_or(std::numeric_limits<std::int64_t>::max())},
              {"most_runs", limits.runs_at_once}}) == 1;
}

std::optional<stored_run> find_running(sql::session& in, const base::user_id& owner,
                                       const chat::conversation_id& conversation) {
  auto row = in.first(select_running, {{"owner", owner}, {"conversation", conversation}});
  if (!row) return std::nullopt;
  return to_run(*row);
}

std::vector<stored_run> list_running(sql::session& in, const base::user_id& owner) {
  std::vector<stored_run> out;
  for (auto& row : in.all(select_all_running, {{"owner", owner}}))
    out.push_back(to_run(row));
  return out;
}

std::optional<std::string> find_last_failure(sql::session& in, const base::user_id& owner,
                                             const chat::conversation_id& conversation, std::int64_t message) {
  auto last =
      in.first(select_last_of_message, {{"owner", owner}, {"conversation", conversation}, {"message", message}});
  // One that came to a message with tools failed behind that.
  if (!last || std::get<0>(*last) != name_of(finish::failed) || std::get<2>(*last) != message) return std::nullopt;
  return std::move(std::get<1>(*last));
}

bool has_run(sql::session& in, const run_key& which) {
  return in.first(select_run_there, {{"owner", which.owner}, {"id", which.id}}).has_value();
}

bool end_run(sql::session& in, const run_key& which, const program_id& program, const ending& how,
             base::timestamp now) {
  std::optional<std::string> why;
  if (how.why) why = to_json(*how.why);
  return in.execute(
             "UPDATE runs SET state = :state, input_tokens = :input_tokens, output_tokens = :output_tokens,"
             " estimated = :estimated, failure = :failure, ended_at = :now"
             " WHERE user_id = :owner AND id = :id AND program = :program AND state = 'running'",
             {{"owner", which.owner},
              {"id", which.id},
              {"program", program},
              {"state", name_of(how.how)},
              {"input_tokens", how.used.input_tokens},
              {"output_tokens", how.used.output_tokens},
              {"estimated", how.used.is_estimated},
              {"failure", why},
              {"now", now}}) == 1;
}

bool ask_to_stop(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation) {
  return in.execute(
             "UPDATE runs SET cancel_asked = 1"
             " WHERE user_id = :owner AND conversation_id = :conversation AND state = 'running'",
             {{"owner", owner}, {"conversation", conversation}}) == 1;
}

void beat(sql::session& in, const program_id& program, base::timestamp now) {
  in.execute("UPDATE runs SET alive_at = :now WHERE program = :program AND state = 'running'",
             {{"program", program}, {"now", now}});
}

std::vector<watched_run> runs_of(sql::session& in, const program_id& program) {
  std::vector<watched_run> out;
  for (const auto& [owner, conversation, id, is_asked, deleted_at, is_active, started_at] :
       in.all(select_watched, {{"program", program}}))
    out.push_back({.which = {.owner = owner, .conversation = conversation, .id = id},
                   .is_to_stop = is_asked || deleted_at.has_value() || !is_active,
                   .started_at = started_at});
  return out;
}

std::vector<stored_run> find_abandoned(sql::session& in, const program_id& program, base::timestamp then) {
  std::vector<stored_run> out;
  for (auto& row : in.all(select_abandoned, {{"program", program}, {"then", then}}))
    out.push_back(to_run(row));
  return out;
}

std::vector<moved_conversation> find_moved(sql::session& in, const program_id& program, base::timestamp then) {
  std::vector<moved_conversation> out;
  for (const auto& [owner, id, seq] :
       in.all(select_moved, {{"program", program}, {"then", then}, {"program_again", program}}))
    out.push_back({.owner = owner, .id = id, .seq = seq});
  return out;
}

bool advance(sql::session& in, const run_key& which, const program_id& program, std::int64_t from, std::int64_t to) {
  return in.execute(
             "UPDATE conversations SET last_seq = :to WHERE user_id = :owner AND id = :conversation"
             " AND last_seq = :from AND EXISTS (SELECT 1 FROM runs r WHERE r.user_id = :owner AND r.id = :run"
             " AND r.program = :program AND r.state = 'running')",
             {{"owner", which.owner},
              {"conversation", which.conversation},
              {"run", which.id},
              {"program", program},
              {"from", from},
              {"to", to}}) == 1;
}

void insert_event(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation,
                  const event& what) {
  in.execute(
      "INSERT INTO run_events (user_id, conversation_id, seq, run_id, kind, told_at, body, number)"
      " VALUES (:owner, :conversation, :seq, :run, :kind, :told_at, :body, :number)",
      {{"owner", owner},
       {"conversation", conversation},
       {"seq", what.seq},
       {"run", what.run},
       {"kind", name_of(what.kind)},
       {"told_at", what.at},
       {"body", what.text},
       {"number", what.number}});
}

void drop_events(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation) {
  in.execute("DELETE FROM run_events WHERE user_id = :owner AND conversation_id = :conversation",
             {{"owner", owner}, {"conversation", conversation}});
}

std::vector<event> list_events(sql::session& in, const base::user_id& owner, const chat::conversation_id& conversation,
                               std::int64_t after, std::int64_t most) {
  std::vector<event> out;
  for (auto& [seq, id, kind, at, body, number] :
       in.all(select_events, {{"owner", owner}, {"conversation", conversation}, {"after", after}, {"row_limit", most}}))
    out.push_back({.seq = seq,
                   .run = id,
                   .kind = parse_event_kind(kind).value_or(event_kind::idle),
                   .at = at,
                   .text = std::move(body),
                   .number = number});
  return out;
}

std::string join_pieces(sql::session& in, const run_key& which, event_kind kind) {
  return join(in, select_pieces, which, kind);
}

std::string join_last_pieces(sql::session& in, const run_key& which, event_kind kind) {
  return join(in, select_last_pieces, which, kind);
}

void note_row(sql::session& in, const run_key& which, std::int64_t message, std::int64_t bytes) {
  in.execute("UPDATE runs SET tip = :message, shown_bytes = shown_bytes + :bytes WHERE user_id = :owner AND id = :id",
             {{"owner", which.owner}, {"id", which.id}, {"message", message}, {"bytes", bytes}});
}

void note_used(sql::session& in, const run_key& which, const usage& so_far) {
  in.execute(
      "UPDATE runs SET input_tokens = :input_tokens, output_tokens = :output_tokens, estimated = :estimated"
      " WHERE user_id = :owner AND id = :id",
      {{"owner", which.owner},
       {"id", which.id},
       {"input_tokens", so_far.input_tokens},
       {"output_tokens", so_far.output_tokens},
       {"estimated", so_far.is_estimated}});
}

std::optional<asked_last> find_asked_last(sql::session& in, const run_key& which) {
  const auto row =
      in.first(select_asked_last, {{"owner", which.owner}, {"conversation", which.conversation}, {"run", which.id}});
  if (!row || !std::get<0>(*row)) return std::nullopt;
  const auto results = in.first(
      select_results_behind,
      {{"owner", which.owner}, {"conversation", which.conversation}, {"run", which.id}, {"after", *std::get<1>(*row)}});
  return asked_last{.message = *std::get<0>(*row), .results = std::get<0>(results.value())};
}

}  // namespace kontor::run::statements
