#include "session/expired_sessions.hpp"

#include "session/session_statements.hpp"

#include <utility>

namespace kontor::session {

base::result<std::int64_t> remove_expired_sessions(sql::database& from, const base::clock& clock,
                                                   const std::stop_token& stop, std::int64_t at_once) {
  std::int64_t removed = 0;
  while (!stop.stop_requested()) {
    auto job = [now = clock.now(), at_once](sql::session& in) {
      return statements::drop_expired_sessions(in, now, at_once);
    };
    const auto some = from.write_now(std::move(job));
    if (!some) return some.error();
    removed += *some;
    if (*some < at_once) return removed;
  }
  return base::error{base::errc::unavailable, "", "", "the program ends"};
}

}  // namespace kontor::session
