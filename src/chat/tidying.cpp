#include "chat/tidying.hpp"

#include "chat/word_statements.hpp"

#include <utility>

namespace kontor::chat {

base::result<void> tidy_words(sql::database& database, const std::stop_token& stop) {
  auto begin = [](sql::session& in) { statements::begin_tidying(in); };
  if (const auto begun = database.write_now(std::move(begin)); !begun) return begun.error();
  while (!stop.stop_requested()) {
    auto job = [](sql::session& in) { return statements::go_on_tidying(in); };
    const auto is_done = database.write_now(std::move(job));
    if (!is_done) return is_done.error();
    if (*is_done) return {};
  }
  return base::error{base::errc::unavailable, "", "", "the program ends"};
}

}  // namespace kontor::chat
