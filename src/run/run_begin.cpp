// How a run begins: what is said is stored, and what the model is shown is put together.
#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/tool_calls.hpp"
#include "run/context_window.hpp"
#include "run/instructions.hpp"
#include "run/run_events.hpp"
#include "run/run_jobs.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kontor::run::jobs {
namespace {

using base::errc;
using chat::conversation_id;

// How long a request that comes again is known.
constexpr std::chrono::hours request_life{24};

base::error nothing_to_answer() {
  return {errc::conflict, "nothing-to-answer", "", "no message, or one that is complete"};
}

/// What is answered, once it stands in the conversation.
struct question {
  std::int64_t answered = 0;
  std::optional<std::int64_t> stored;  ///< The number of what the user said now.
};

base::result<question> ask(sql::session& in, const base::user_id& owner, const chat::conversation& to,
                           const wish& wanted) {
  const auto& what = wanted.what;
  const auto is_named = what.parent && *what.parent > 0;
  const auto named = is_named ? chat::statements::find_message(in, owner, to.id, *what.parent) : std::nullopt;
  if (is_named && !named) return nothing_to_answer();
  if (!what.text) {
    if (!named) return nothing_to_answer();
    const auto how = parse_finish(named->what.finish.value_or(""));
    const auto& role = named->what.role;
    const bool can_be_answered = role == "user" || (role == "assistant" && how && can_be_continued(*how)) ||
                                 (role == "tool" && named->what.tool_call_id);
    if (!can_be_answered) return nothing_to_answer();
    // What is shown while it is answered ends with it.
    chat::statements::show_message(in, owner, to.id, named->number);
    return question{.answered = named->number, .stored = std::nullopt};
  }
  chat::message said;
  said.parent = is_named ? what.parent : what.parent ? std::nullopt : to.leaf;
  said.role = "user";
  said.content = *what.text;
  said.created_at = wanted.now;
  if (what.chart) chat::set_pin(said, *what.chart);
  const auto number = chat::statements::append_message(in, owner, to.id, said);
  if (!number) return base::error{errc::not_found, "", "", "no such conversation"};
  return question{.answered = *number, .stored = number};
}

chat::model_message to_shown(chat::message what) {
  chat::model_message out;
  out.tool_calls = chat::tool_calls_of(what);
  if (const auto pin = chat::pin_of(what)) out.content = chat::to_sentence(*pin) + "\n\n";
  out.content += what.content;
  out.role = std::move(what.role);
  out.tool_call_id = std::move(what.tool_call_id).value_or("");
  out.tool_name = std::move(what.tool_name).value_or("");
  return out;
}

// Between an answer, or a result, and its question there are the calls and results of a run. Results can be left out
// one by one, so more is looked at than fits: all that a run can have.
std::int64_t bytes_to_look_at(const chat::numbered_message& answered, std::int64_t window) {
  constexpr std::int64_t of_results = most_calls * 48 * 1024 + (most_rounds + 1) * 64 * 1024;
  const auto useful = std::max<std::int64_t>(useful_bytes(window), 1);
  return answered.what.role == "user" ? useful : useful + of_results;
}

std::vector<chat::model_message> shown_to_model(sql::session& in, const base::user_id& owner, const conversation_id& of,
                                                std::int64_t answered, const begun_run& by) {
  const auto last = chat::statements::find_message(in, owner, of, answered);
  if (!last) return {};
  std::vector<chat::model_message> branch;
  for (auto& one :
       chat::statements::branch_up_to(in, owner, of, answered, {.bytes = bytes_to_look_at(*last, by.window)}))
    // An answer that was withdrawn says nothing.
    if (!one.what.content.empty() || one.what.tool_calls || one.number == answered)
      branch.push_back(to_shown(std::move(one.what)));
  branch = with_whole_calls(std::move(branch));
  return fit_into_window(std::move(branch), by.tools.empty() ? instructions : instructions_with_tools, by.window)
      .value_or(std::vector<chat::model_message>{});
}

// Where they would leave no room to speak, a model is better off without them.
void offer_tools(begun_run& to, const std::vector<chat::tool>& tools, std::int64_t window) {
  to.window = window;
  const auto cost = tokens_of(tools);
  if (cost * 4 > window) return;
  to.tools = tools;
  to.window -= cost;
}

base::error why_not(sql::session& in, const base::user_id& owner, const conversation_id& of, const wish& wanted) {
  if (statements::find_running(in, owner, of))
    return {errc::conflict, "run-in-progress", "", "the conversation has a run"};
  const auto& most = wanted.limits.tokens_per_day;
  if (most && statements::tokens_of_day(in, owner, day_of(wanted.now)) >= *most) {
    base::error none_left{errc::too_many_requests, "no-tokens-left", "", "the tokens of the day"};
    none_left.retry_after = std::chrono::ceil<std::chrono::seconds>(end_of_day(wanted.now) - wanted.now);
    return none_left;
  }
  base::error too_many{errc::too_many_requests, "too-many-runs", "", "runs at a time"};
  too_many.retry_after = std::chrono::seconds(5);
  return too_many;
}

}  // namespace

base::result<beginning> begin(sql::session& in, const base::user_id& owner, const wish& wanted) {
  // 1. The account's row of the day, so that its beginnings come one after the other.
  statements::hold_day(in, owner, day_of(wanted.now));
  // 2. A request that was begun already.
  if (wanted.request_key) {
    auto known = statements::find_request(in, owner, *wanted.request_key, wanted.now - request_life);
    if (known && known->request_fingerprint != wanted.request_fingerprint)
      return base::error{errc::invalid_input, "idempotency-key-reused", "", "another request with the same key"};
    if (known) return beginning{.answer = std::move(known->answer), .work = std::nullopt};
  }
  // 3. The conversation, whose row is ours from here on, and the numbers of the first events.
  const auto id = wanted.what.conversation.value_or(wanted.fresh);
  if (!wanted.what.conversation) {
    chat::conversation fresh;
    fresh.id = id;
    fresh.created_at = fresh.updated_at = wanted.now;
    chat::statements::insert_conversation(in, owner, fresh);
  }
  const std::int64_t first_events = wanted.what.text ? 2 : 1;
  const auto last = chat::statements::take_seq(in, owner, id, first_events);
  const auto to = chat::statements::find_conversation(in, owner, id);
  if (!last || !to) return base::error{errc::not_found, "", "", "no such conversation"};
  const auto first_seq = *last - first_events;
  // 4. The message, and what the model is shown with it.
  const auto asked = ask(in, owner, *to, wanted);
  if (!asked) return asked.error();
  begun_run work;
  work.which = {.owner = owner, .conversation = id, .id = wanted.id};
  work.parent = asked->answered;
  work.model = wanted.model.model;
  work.tokens_per_day = wanted.limits.tokens_per_day;
  constexpr std::int64_t smallest_window = 2048;
  offer_tools(work, wanted.tools, wanted.model.context_window > 0 ? wanted.model.context_window : smallest_window);
  work.shown = shown_to_model(in, owner, id, asked->answered, work);
  work.shown_bytes = bytes_of(work.tools);
  for (const auto& one : work.shown)
    work.shown_bytes += bytes_of(one);
  // 5. The run, if it may be.
  const statements::new_run row{.which = work.which,
                                .parent = asked->answered,
                                .message_number = asked->stored,
                                .first_seq = first_seq,
                                .program = wanted.program,
                                .model = wanted.model.model,
                                .request_key = wanted.request_key,
                                .request_fingerprint = wanted.request_fingerprint,
                                .shown_bytes = static_cast<std::int64_t>(work.shown_bytes),
                                .now = wanted.now};
  if (!statements::insert_run(in, row, wanted.limits, day_of(wanted.now))) return why_not(in, owner, id, wanted);
  // 6. Its first events take the place of those of the run before.
  statements::drop_events(in, owner, id);
  std::vector<event> events = {event_of(event_kind::processing)};
  if (asked->stored) events.push_back(event_of(event_kind::message, {}, *asked->stored));
  work.told = store(in, work.which, std::move(events), first_seq, wanted.now);
  work.seq = *last;
  work.is_new_conversation = !wanted.what.conversation;
  accepted answer{.conversation = id, .run = wanted.id, .number = asked->stored, .seq = first_seq};
  return beginning{.answer = std::move(answer), .work = std::move(work)};
}

}  // namespace kontor::run::jobs
