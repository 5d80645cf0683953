#include "run/run_jobs.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/tool_calls.hpp"
#include "run/context_window.hpp"
#include "run/instructions.hpp"
#include "run/told_message.hpp"

#include <algorithm>
#include <memory>
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

std::vector<told_event> told(sql::session& in, const base::user_id& owner, const conversation_id& of,
                             const std::vector<event>& events) {
  std::vector<told_event> out;
  for (const auto& one : events) {
    std::optional<told_message> about;
    if (is_about_message(one.kind)) about = find_told(in, owner, of, one.number);
    auto text = event_frame(of, one, about ? &*about : nullptr);
    // A message that is not there any more is told as nothing, and its number is passed over.
    out.push_back(
        {.seq = one.seq, .text = text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))});
  }
  return out;
}

std::vector<told_event> store(sql::session& in, const run_key& which, std::vector<event> events, std::int64_t seq,
                              base::timestamp now) {
  for (auto& one : events) {
    one.seq = ++seq;
    one.run = which.id;
    one.at = now;
    statements::insert_event(in, which.owner, which.conversation, one);
  }
  return told(in, which.owner, which.conversation, events);
}

std::vector<event> events_of(const std::vector<piece>& pieces) {
  std::vector<event> out;
  for (const auto& one : pieces) {
    event made;
    made.kind = one.kind;
    made.text = one.text;
    made.number = one.number;
    out.push_back(std::move(made));
  }
  return out;
}

event event_of(event_kind kind, std::string text = {}, std::int64_t number = 0) {
  event made;
  made.kind = kind;
  made.text = std::move(text);
  made.number = number;
  return made;
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

chat::message message_of(const asking& what, std::int64_t parent, base::timestamp now) {
  chat::message out;
  out.parent = parent;
  out.role = "assistant";
  out.content = what.text;
  out.created_at = now;
  if (!what.model.empty()) out.agent_name = what.model;
  out.tool_calls = chat::to_json(what.calls);
  return out;
}

chat::message message_of(const done_call& what, std::int64_t parent, base::timestamp now) {
  chat::message out;
  out.parent = parent;
  out.role = "tool";
  out.content = what.outcome.content;
  out.created_at = now;
  out.tool_call_id = what.call.id;
  out.tool_name = what.call.name;
  out.chart = what.outcome.chart;
  out.is_good = what.outcome.is_good;
  return out;
}

// Of a message with this number; without it their count is right all the same.
std::vector<event> events_of(const row& what, std::int64_t number) {
  std::vector<event> out;
  if (const auto* const asked = std::get_if<asking>(&what)) {
    out.push_back(event_of(event_kind::message, {}, number));
    for (const auto& call : asked->calls)
      out.push_back(event_of(event_kind::tool_call, call.id, number));
  } else {
    out.push_back(event_of(event_kind::tool_result, {}, number));
  }
  return out;
}

std::int64_t sum_of(const usage& what) noexcept {
  return what.input_tokens + what.output_tokens;
}

// With each question, not at the end only: what the next one may use is known by it.
void book_so_far(sql::session& in, const statements::stored_run& running, const usage& so_far, base::timestamp now) {
  const auto more = sum_of(so_far) - sum_of(running.used);
  if (more > 0) statements::book(in, running.which.owner, day_of(now), more);
  statements::note_used(in, running.which, so_far);
}

// The run while it is in progress, and to which nobody else adds until the transaction ends. Day, conversation, run:
// rows are held in this order wherever a run begins, goes on and ends, or two would wait for each other.
std::optional<statements::stored_run> hold_running(sql::session& in, const run_key& which, base::timestamp now) {
  const auto before = statements::find_running(in, which.owner, which.conversation);
  if (!before || before->which != which) return std::nullopt;
  statements::hold_day(in, which.owner, day_of(now));
  if (!chat::statements::take_seq(in, which.owner, which.conversation, 0)) return std::nullopt;
  auto running = statements::find_running(in, which.owner, which.conversation);
  if (!running || running->which != which) return std::nullopt;
  return running;
}

// Appends it to the run, and returns its number.
std::int64_t store_row(sql::session& in, const run_key& which, std::int64_t tip, const row& what, base::timestamp now) {
  const auto message = std::visit([&](const auto& one) { return message_of(one, tip, now); }, what);
  const auto number = chat::statements::append_message(in, which.owner, which.conversation, message,
                                                       chat::statements::reach::deleted_as_well)
                          .value();
  const auto bytes = message.content.size() + (message.tool_calls ? message.tool_calls->size() : 0);
  statements::note_row(in, which, number, static_cast<std::int64_t>(bytes));
  return number;
}

// The first of those that are open may have been under way, and what a database has begun it ends.
chat::tool_outcome not_done(bool is_first) {
  return {.content = chat::refusal_of_call(is_first ? "The answer was stopped. It is not known whether this was done."
                                                    : "The answer was stopped before this was done."),
          .chart = std::nullopt};
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

std::int64_t day_of(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

base::timestamp end_of_day(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::days>(at) + std::chrono::days(1);
}

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

appended append(sql::session& in, const step& what, const std::optional<row>& behind) {
  const auto& [which, program, seq, pieces, now] = what;
  const auto* const asked = behind ? std::get_if<asking>(&*behind) : nullptr;
  if (asked != nullptr) hold_running(in, which, now);
  const auto of_row = behind ? events_of(*behind, 1).size() : 0;
  const auto last = seq + static_cast<std::int64_t>(pieces.size() + of_row);
  if (statements::advance(in, which, program, seq, last)) {
    auto events = events_of(pieces);
    if (behind) {
      const auto running = statements::find_running(in, which.owner, which.conversation).value();
      if (asked != nullptr) book_so_far(in, running, asked->used, now);
      const auto more = events_of(*behind, store_row(in, which, running.tip, *behind, now));
      events.insert(events.end(), more.begin(), more.end());
    }
    return {.seq = last, .told = store(in, which, std::move(events), seq, now)};
  }
  // Either somebody else has ended the run, or it was stored the last time already, and nobody could tell.
  const auto running = statements::find_running(in, which.owner, which.conversation);
  const auto stored = statements::list_events(in, which.owner, which.conversation, seq, last - seq + 1);
  const bool is_ours = running && running->which == which && running->program == program;
  if (!is_ours || static_cast<std::int64_t>(stored.size()) != last - seq || stored.empty() ||
      stored.back().run != which.id)
    return {.is_lost = true, .seq = seq, .told = {}};
  return {.seq = last, .told = told(in, which.owner, which.conversation, stored)};
}

std::vector<chat::tool_call> open_calls(sql::session& in, const run_key& which) {
  const auto asked = statements::find_asked_last(in, which);
  if (!asked) return {};
  const auto message = chat::statements::find_message(in, which.owner, which.conversation, asked->message);
  if (!message) return {};
  auto calls = chat::tool_calls_of(message->what);
  // They are done in their order.
  calls.erase(calls.begin(), calls.begin() + std::min(asked->results, std::ssize(calls)));
  return calls;
}

appended finish(sql::session& in, const step& what, const ending& how, const std::string& text) {
  const auto& [which, program, seq, pieces, now] = what;
  const auto tokens = sum_of(how.used);
  const auto running = hold_running(in, which, now);
  if (!running || !statements::end_run(in, which, program, how, now)) {
    // Its row is gone with the conversation: nobody else can book what was used.
    const auto more = tokens - how.booked;
    if (more > 0 && !statements::has_run(in, which)) statements::book_if_there(in, which.owner, day_of(now), more);
    // Ended the last time already, or by somebody else: what it ended with is told.
    constexpr std::int64_t most = 1000;
    const auto stored = statements::list_events(in, which.owner, which.conversation, seq, most);
    return {.is_lost = true, .seq = seq, .told = told(in, which.owner, which.conversation, stored)};
  }
  const auto more = tokens - sum_of(running->used);
  if (more > 0) statements::book(in, which.owner, day_of(now), more);

  auto events = events_of(pieces);
  auto tip = running->tip;
  for (auto& call : open_calls(in, which)) {
    const row stopped = done_call{.call = std::move(call), .outcome = not_done(tip == running->tip)};
    tip = store_row(in, which, tip, stopped, now);
    events.push_back(event_of(event_kind::tool_result, {}, tip));
  }
  if (how.why && how.how == finish::failed) events.push_back(event_of(event_kind::error, to_json(*how.why)));
  if (!text.empty() || how.how == finish::filtered) {
    chat::message answer;
    answer.parent = tip;
    answer.role = "assistant";
    answer.content = text;
    answer.created_at = now;
    answer.agent_name = how.model.empty() ? running->model : how.model;
    if (answer.agent_name->empty()) answer.agent_name.reset();
    answer.finish = std::string(name_of(how.how));
    if (how.why) answer.failure = to_json(*how.why);
    if (tokens > 0) answer.token_usage = to_json(how.used);
    const auto number = chat::statements::append_message(in, which.owner, which.conversation, answer,
                                                         chat::statements::reach::deleted_as_well);
    events.push_back(event_of(event_kind::result, {}, number.value()));
  }
  events.push_back(event_of(how.how == finish::cancelled ? event_kind::cancelled : event_kind::idle));
  const auto count = static_cast<std::int64_t>(events.size());
  const auto last = chat::statements::take_seq(in, which.owner, which.conversation, count).value();
  return {.seq = last, .told = store(in, which, std::move(events), last - count, now)};
}

std::vector<told_event> interrupt(sql::session& in, const run_key& which, base::timestamp now) {
  const auto running = hold_running(in, which, now);
  if (!running) return {};
  const auto text = statements::join_last_pieces(in, which, event_kind::text);
  const auto thoughts = statements::join_last_pieces(in, which, event_kind::reasoning);
  ending how{.how = finish::interrupted};
  how.used = running->used;
  // While something is done for the model it has not been asked again.
  if (open_calls(in, which).empty()) {
    how.used.input_tokens += estimated_tokens(static_cast<std::size_t>(running->shown_bytes));
    how.used.output_tokens += estimated_tokens(text.size() + thoughts.size());
    how.used.is_estimated = true;
  }
  const step last{.which = which, .program = running->program, .seq = 0, .pieces = {}, .now = now};
  auto ended = finish(in, last, how, text);
  return ended.is_lost ? std::vector<told_event>{} : std::move(ended.told);
}

std::optional<events_page> events_after(sql::session& in, const base::user_id& owner,
                                        const conversation_id& conversation, std::int64_t seq, std::int64_t most) {
  const auto found = chat::statements::find_conversation(in, owner, conversation);
  if (!found) return std::nullopt;
  events_page page{.last_seq = found->last_seq};
  page.is_processing = statements::find_running(in, owner, conversation).has_value();
  if (seq == found->last_seq) return page;
  const auto events = statements::list_events(in, owner, conversation, seq, most);
  page.has_all = !events.empty() && events.front().seq == seq + 1;
  if (page.has_all) page.told = told(in, owner, conversation, events);
  return page;
}

}  // namespace kontor::run::jobs
