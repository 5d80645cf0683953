// The SQL of charts, and of what an account has of everything in this room. One text for SQLite and PostgreSQL. All
// functions run inside a job of sql::database and throw sql::sql_error when the database fails. What belongs to
// somebody else is not there.
#pragma once

#include "chart/chart.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chart::statements {

/// Makes the account's row if need be and keeps it until the end of the transaction: beginnings of one account come one
/// after the other.
void hold_shelf(sql::session& in, const base::user_id& owner);

/// Adds `count` to what the account has, if that is not more than `most` then; false: it would be. `count` may be
/// negative. After hold_shelf.
bool claim_charts(sql::session& in, const base::user_id& owner, std::int64_t count, std::int64_t most = most_charts);
bool claim_layouts(sql::session& in, const base::user_id& owner, std::int64_t count, std::int64_t most = most_layouts);
bool claim_favourites(sql::session& in, const base::user_id& owner, std::int64_t count,
                      std::int64_t most = most_favourites);

/// A request that may come again: both are SHA-256 in hex.
struct request {
  std::string key;
  std::string fingerprint;
};
/// What was made for a request.
struct request_made {
  base::uuid id;
  std::string fingerprint;
};

void insert_chart(sql::session& in, const base::user_id& owner, const chart& what,
                  const std::optional<request>& by = std::nullopt);
/// Made since then by a request of this key. What is older is forgotten, so that the key is free.
std::optional<request_made> find_chart_request(sql::session& in, const base::user_id& owner, const std::string& key,
                                               base::timestamp since);

std::optional<chart> find_chart(sql::session& in, const base::user_id& owner, const chart_id& which);

struct chart_filter {
  std::optional<market::venue> where;
  std::string symbol;  ///< Empty: all.
};
/// Behind this one; as it is, the first page.
struct list_place {
  std::int64_t updated_at = INT64_MAX;
  std::string id;
};
/// The latest change first, at most `limit`.
std::vector<chart> list_charts(sql::session& in, const base::user_id& owner, const chart_filter& which,
                               const list_place& after, std::int64_t limit);
/// All of them in the order of their ids, from the first behind `after` on.
std::vector<chart> list_charts_by_id(sql::session& in, const base::user_id& owner, const std::string& after,
                                     std::int64_t limit);

/// Keeps the row until the end of the transaction. False: the owner has no such chart; so are the two below.
bool hold_chart(sql::session& in, const base::user_id& owner, const chart_id& which);
bool update_chart(sql::session& in, const base::user_id& owner, const chart_id& which, const content& shows,
                  base::timestamp now);
bool delete_chart(sql::session& in, const base::user_id& owner, const chart_id& which);

/// False: it is one already.
bool insert_favourite(sql::session& in, const base::user_id& owner, const favourite& what);
/// False: it was none.
bool delete_favourite(sql::session& in, const base::user_id& owner, market::venue where, const std::string& symbol);
/// In the order in which they were added.
std::vector<favourite> list_favourites(sql::session& in, const base::user_id& owner);

}  // namespace kontor::chart::statements
