#include "admin/user_list.hpp"

#include "account/email.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kontor::admin {
namespace {

using overview_query = sql::query<base::user_id, std::string, bool, bool, std::int64_t, base::timestamp,
                                  base::timestamp, bool, bool, std::int64_t, std::optional<base::timestamp>>;

// The sums are made for the rows of the page only: the index gives them in order.
#define KONTOR_OVERVIEW                                                                                         \
  "SELECT u.id, u.email, u.is_admin, u.is_active, u.security_epoch, u.created_at, u.updated_at,"                \
  " CAST(CASE WHEN u.hashed_password = '' THEN 0 ELSE 1 END AS BIGINT),"                                        \
  " (SELECT COUNT(*) FROM totp_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL),"               \
  " (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id AND u.is_active = 1 AND s.epoch = u.security_epoch" \
  " AND s.idle_expires_at > :now AND s.expires_at > :now),"                                                     \
  " (SELECT MAX(s.last_used_at) FROM sessions s WHERE s.user_id = u.id) FROM users u WHERE "
// What is not given is NULL; the cast tells PostgreSQL its type.
#define KONTOR_PAGE                                                                                         \
  "(CAST(:part AS TEXT) IS NULL OR u.email LIKE CAST(:part AS TEXT) ESCAPE '!') AND u.email > :after_email" \
  " ORDER BY u.email LIMIT :row_limit"

constexpr overview_query select_user{KONTOR_OVERVIEW "u.id = :id"};
// One text for each index that can lead the way; the conditions are spelled as those of the indexes are.
constexpr overview_query select_any{KONTOR_OVERVIEW KONTOR_PAGE};
constexpr overview_query select_active{KONTOR_OVERVIEW "u.is_active = 1 AND " KONTOR_PAGE};
constexpr overview_query select_inactive{KONTOR_OVERVIEW "u.is_active = 0 AND " KONTOR_PAGE};
constexpr overview_query select_admins{KONTOR_OVERVIEW "u.is_admin = 1 AND " KONTOR_PAGE};
#undef KONTOR_OVERVIEW
#undef KONTOR_PAGE

const overview_query& query_for(user_state state) {
  switch (state) {
    case user_state::active:
      return select_active;
    case user_state::inactive:
      return select_inactive;
    case user_state::admin:
      return select_admins;
    case user_state::any:
      break;
  }
  return select_any;
}

template <class Row>
user_overview to_overview(Row& row) {
  auto& [id, email, is_admin, is_active, epoch, created_at, updated_at, has_password, second_factor, sessions, seen] =
      row;
  user_overview out;
  out.user.id = id;
  out.user.email = std::move(email);
  out.user.is_admin = is_admin;
  out.user.is_active = is_active;
  out.user.security_epoch = epoch;
  out.user.created_at = created_at;
  out.user.updated_at = updated_at;
  out.has_password = has_password;
  out.second_factor = second_factor;
  out.sessions = sessions;
  out.last_seen_at = seen;
  return out;
}

// `%part%`, in which the part stands for itself.
std::optional<std::string> pattern_of(const std::optional<std::string>& part) {
  if (!part) return std::nullopt;
  std::string pattern = "%";
  for (const char c : *part) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

std::optional<std::string> search_form(std::string_view typed) {
  const auto text = base::trim(typed);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.empty() || text.size() > account::max_email_size || !base::is_utf8(text) ||
      std::ranges::any_of(text, is_control))
    return std::nullopt;
  if (const auto whole = account::normalise_email(text)) return whole->normal;
  auto folded = account::fold_part_of_email(text);
  // Characters that show nothing fold away, and a part of nothing would be part of everything.
  if (folded.empty()) return std::nullopt;
  return folded;
}

std::vector<user_overview> list_users(sql::session& in, const user_filter& wanted, std::string_view after_email,
                                      std::int64_t limit, base::timestamp now) {
  std::vector<user_overview> users;
  for (auto& row : in.all(query_for(wanted.state), {{"now", now},
                                                    {"part", pattern_of(wanted.part_of_email)},
                                                    {"after_email", after_email},
                                                    {"row_limit", limit}}))
    users.push_back(to_overview(row));
  return users;
}

std::optional<user_overview> find_user(sql::session& in, const base::user_id& id, base::timestamp now) {
  auto row = in.first(select_user, {{"now", now}, {"id", id}});
  if (!row) return std::nullopt;
  return to_overview(*row);
}

}  // namespace kontor::admin
