// Accounts as administrators see them: who there is, in what state, and when they were here. Nothing of what they own.
// All functions run inside a job of sql::database and throw sql::sql_error when the database fails.
#pragma once

#include "account/user.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::admin {

struct user_overview {
  account::user user;
  bool has_password = false;
  bool second_factor = false;                   ///< One that is on; a pending one protects nothing.
  std::int64_t sessions = 0;                    ///< Live ones.
  std::optional<base::timestamp> last_seen_at;  ///< The last sign-in or refresh of a session that is still known.
};

enum class user_state { any, active, inactive, admin };

/// What is given must all be so.
struct user_filter {
  user_state state = user_state::any;
  std::optional<std::string> part_of_email;  ///< As search_form gives it.
};

/// What somebody typed to find an address, in the form in which addresses are stored: a whole address in its normal
/// form, a part of one case-folded. nullopt for what cannot be part of an address: nothing, over 254 bytes, control
/// characters, broken UTF-8.
std::optional<std::string> search_form(std::string_view typed);

/// At most `limit` accounts in the order of their addresses, from the first one behind `after_email` on. Without a
/// search the database finds the first of them by an index, however many accounts there are; a search looks at the
/// address of every account behind `after_email`, until there are enough.
std::vector<user_overview> list_users(sql::session& in, const user_filter& wanted, std::string_view after_email,
                                      std::int64_t limit, base::timestamp now);

std::optional<user_overview> find_user(sql::session& in, const base::user_id& id, base::timestamp now);

}  // namespace kontor::admin
