#include "run/run_jobs.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/tool_calls.hpp"
#include "run/context_window.hpp"
#include "run/run_events.hpp"

#include <algorithm>
#include <utility>

namespace kontor::run::jobs {
namespace {

using chat::conversation_id;

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

}  // namespace

std::int64_t day_of(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

base::timestamp end_of_day(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::days>(at) + std::chrono::days(1);
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
