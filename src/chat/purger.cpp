#include "chat/purger.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/tidying.hpp"

#include <utility>

namespace kontor::chat {
namespace {

constexpr auto between_tidyings = std::chrono::hours(24);
constexpr std::int64_t at_once = 100;

base::error ending() {
  return {base::errc::unavailable, "", "", "the program ends"};
}

}  // namespace

base::result<std::size_t> purger::purge_due(const std::stop_token& stop) {
  const auto before = clock_.now() - time_to_restore;
  std::size_t purged = 0;
  while (true) {
    auto look = [before](sql::session& in) { return statements::list_to_purge(in, before, at_once); };
    const auto due = database_.read_now(std::move(look));
    if (!due) return due.error();
    for (const auto& which : *due) {
      if (stop.stop_requested()) return ending();
      auto job = [which, before](sql::session& in) { return statements::purge(in, which, before); };
      const auto done = database_.write_now(std::move(job));
      if (!done) return done.error();
      if (!*done) continue;
      ++purged;
      watching_.changed(which.owner, which.id, change::removed);
    }
    if (static_cast<std::int64_t>(due->size()) < at_once) return purged;
  }
}

base::result<std::size_t> purger::purge(const std::stop_token& stop) {
  const auto purged = purge_due(stop);
  if (!purged) return purged;
  const auto now = clock_.now();
  if (!tidied_at_) tidied_at_ = now;
  if (*purged == 0 && now - *tidied_at_ < between_tidyings) return purged;
  if (const auto tidied = tidy_words(database_, stop); !tidied) return tidied.error();
  tidied_at_ = now;
  return purged;
}

}  // namespace kontor::chat
