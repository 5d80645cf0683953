#include "run/chat_side.hpp"

#include "base/log.hpp"
#include "run/run_jobs.hpp"
#include "run/run_service.hpp"
#include "run/run_statements.hpp"

#include <exception>
#include <string_view>
#include <utility>

namespace kontor::run {
namespace {

std::string_view name_of_change(chat::change how) noexcept {
  switch (how) {
    case chat::change::created:
      return "created";
    case chat::change::deleted:
      return "deleted";
    case chat::change::restored:
      return "restored";
    case chat::change::removed:
      return "removed";
    case chat::change::changed:
      break;
  }
  return "changed";
}

}  // namespace

std::vector<chat::running> progress_view::in_progress(sql::session& in, const base::user_id& owner) const {
  std::vector<chat::running> out;
  for (const auto& one : statements::list_running(in, owner))
    out.push_back({.conversation = one.which.conversation, .run = one.which.id.str()});
  return out;
}

std::optional<chat::run_so_far> progress_view::so_far(sql::session& in, const base::user_id& owner,
                                                      const chat::conversation_id& of) const {
  const auto found = statements::find_running(in, owner, of);
  if (!found) return std::nullopt;
  return chat::run_so_far{.run = found->which.id.str(),
                          .answers = found->tip,
                          .content = statements::join_last_pieces(in, found->which, event_kind::text),
                          .reasoning = statements::join_pieces(in, found->which, event_kind::reasoning),
                          .calls = jobs::open_calls(in, found->which),
                          .started_at = found->started_at};
}

std::optional<std::string> progress_view::why_unanswered(sql::session& in, const base::user_id& owner,
                                                         const chat::conversation_id& of, std::int64_t message) const {
  return statements::find_last_failure(in, owner, of, message);
}

void change_teller::changed(const base::user_id& owner, const chat::conversation_id& which, chat::change how) noexcept {
  try {
    if (how == chat::change::deleted || how == chat::change::removed) works_.cancel(owner, which);
    tell_change(listeners_, clock_.now(), owner, which, name_of_change(how));
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a change could not be told", {{"what", broken.what()}});
  }
}

}  // namespace kontor::run
