#include "session/live_sessions.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace kontor::session::statements {
namespace {

constexpr std::size_t at_once = 50;

#define KONTOR_TEN(separate, digit)                                                                   \
  separate(digit "0") separate(digit "1") separate(digit "2") separate(digit "3") separate(digit "4") \
      separate(digit "5") separate(digit "6") separate(digit "7") separate(digit "8") separate(digit "9")
#define KONTOR_FIFTY(separate) \
  KONTOR_TEN(separate, "0")    \
  KONTOR_TEN(separate, "1")    \
  KONTOR_TEN(separate, "2") KONTOR_TEN(separate, "3") KONTOR_TEN(separate, "4")
#define KONTOR_NAME(digits) "id" digits,
#define KONTOR_PLACE(digits) ":id" digits ", "

constexpr std::array<std::string_view, at_once> names = {KONTOR_FIFTY(KONTOR_NAME)};

// The same as fault_of in session_service.cpp says of one.
constexpr sql::query<base::session_id> select_live{
    "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id"
    " WHERE u.is_active = 1 AND s.epoch = u.security_epoch AND s.idle_expires_at > :now AND s.expires_at > :now"
    " AND (s.second_factor = 1 OR NOT EXISTS"
    " (SELECT 1 FROM totp_factors f WHERE f.user_id = s.user_id AND f.confirmed_at IS NOT NULL))"
    " AND s.id IN (" KONTOR_FIFTY(KONTOR_PLACE) "'')"};

#undef KONTOR_PLACE
#undef KONTOR_NAME
#undef KONTOR_FIFTY
#undef KONTOR_TEN

// The last one stands in every place that is left.
template <std::size_t... I>
std::vector<std::tuple<base::session_id>> select(sql::session& in, std::span<const base::session_id> some,
                                                 base::timestamp now, std::index_sequence<I...>) {
  return in.all(select_live,
                {sql::parameter{"now", now}, sql::parameter{names[I], some[I < some.size() ? I : some.size() - 1]}...});
}

}  // namespace

std::vector<base::session_id> find_over(sql::session& in, std::span<const base::session_id> asked,
                                        base::timestamp now) {
  std::vector<base::session_id> over;
  while (!asked.empty()) {
    const auto some = asked.first(std::min(at_once, asked.size()));
    std::set<base::session_id> live;
    for (const auto& [id] : select(in, some, now, std::make_index_sequence<at_once>()))
      live.insert(id);
    for (const auto& id : some)
      if (!live.contains(id)) over.push_back(id);
    asked = asked.subspan(some.size());
  }
  return over;
}

}  // namespace kontor::session::statements
