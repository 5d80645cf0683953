#include "run/run_events.hpp"

#include "run/frames.hpp"
#include "run/told_message.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace kontor::run::jobs {

std::vector<told_event> told(sql::session& in, const base::user_id& owner, const chat::conversation_id& of,
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

event event_of(event_kind kind, std::string text, std::int64_t number) {
  event made;
  made.kind = kind;
  made.text = std::move(text);
  made.number = number;
  return made;
}

}  // namespace kontor::run::jobs
