#include "settings/preferences.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kontor::settings {
namespace {

constexpr sql::query<std::string, std::string, std::string> select_row{
    "SELECT language, theme, time_zone FROM user_preferences WHERE user_id = :owner"};

preferences read_row(sql::session& in, const base::user_id& owner) {
  auto row = in.first(select_row, {{"owner", owner}});
  if (!row) return {};
  auto& [language, theme, time_zone] = *row;
  return {std::move(language), std::move(theme), std::move(time_zone)};
}

bool is_part(std::string_view text) {
  const auto fits = [](char c) { return base::is_letter_or_digit(c) || c == '_' || c == '-' || c == '+'; };
  return !text.empty() && std::ranges::all_of(text, fits);
}

}  // namespace

bool is_time_zone(std::string_view name) noexcept {
  if (name.size() > longest_time_zone) return false;
  while (true) {
    const auto slash = name.find('/');
    if (!is_part(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

async::awaitable<base::result<preferences>> preferences_service::get(base::user_id owner) {
  auto job = [owner](sql::session& in) { return read_row(in, owner); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<preferences>> preferences_service::change(base::user_id owner,
                                                                        preferences_change wanted) {
  auto job = [owner, wanted = std::move(wanted), now = clock_.now()](sql::session& in) -> base::result<preferences> {
    const auto changed = in.execute(
        "INSERT INTO user_preferences (user_id, language, theme, time_zone, changed_at)"
        " SELECT id, COALESCE(:language, 'system'), COALESCE(:theme, 'system'), COALESCE(:time_zone, 'system'),"
        " CAST(:changed_at AS BIGINT) FROM users WHERE id = :owner"
        " ON CONFLICT (user_id) DO UPDATE SET language = COALESCE(:language, user_preferences.language),"
        " theme = COALESCE(:theme, user_preferences.theme),"
        " time_zone = COALESCE(:time_zone, user_preferences.time_zone), changed_at = excluded.changed_at",
        {{"owner", owner},
         {"language", wanted.language},
         {"theme", wanted.theme},
         {"time_zone", wanted.time_zone},
         {"changed_at", now}});
    if (changed == 0) return base::error{base::errc::not_found, "", "", "no such user"};
    return read_row(in, owner);
  };
  co_return co_await database_.write(std::move(job));
}

}  // namespace kontor::settings
