#include "audit/entries.hpp"

#include <tuple>
#include <utility>

namespace kontor::audit {
namespace {

using maybe = std::optional<std::string>;
using entry_query = sql::query<std::int64_t, base::timestamp, std::string, std::string, std::optional<base::user_id>,
                               std::optional<base::user_id>, maybe, maybe, maybe, maybe, maybe>;

#define KONTOR_ENTRIES                                                                                               \
  "SELECT seq, at, action, outcome, owner_id, actor_id, detail, address, request_id, subject_erasure, actor_erasure" \
  " FROM audit_log WHERE "
#define KONTOR_PAGE " AND seq < :before ORDER BY seq DESC LIMIT :row_limit"
// What is not given is NULL; the cast tells PostgreSQL its type.
#define KONTOR_ACTION "(CAST(:action AS TEXT) IS NULL OR action = :action)"
#define KONTOR_ACTOR "(CAST(:actor AS TEXT) IS NULL OR actor_id = :actor)"
#define KONTOR_OWNER "(CAST(:owner AS TEXT) IS NULL OR owner_id = :owner)"
#define KONTOR_TIME "at >= :from_time AND at < :to_time"

constexpr entry_query select_timeline{KONTOR_ENTRIES "owner_id = :owner" KONTOR_PAGE};

// One text for each index that can lead the way: no database uses one for `NULL or equal`. All take the same
// parameters.
constexpr entry_query select_by_owner{KONTOR_ENTRIES "owner_id = :owner AND " KONTOR_ACTION " AND " KONTOR_ACTOR
                                                     " AND " KONTOR_TIME KONTOR_PAGE};
constexpr entry_query select_by_actor{KONTOR_ENTRIES "actor_id = :actor AND " KONTOR_ACTION " AND " KONTOR_OWNER
                                                     " AND " KONTOR_TIME KONTOR_PAGE};
constexpr entry_query select_by_action{KONTOR_ENTRIES "action = :action AND " KONTOR_ACTOR " AND " KONTOR_OWNER
                                                      " AND " KONTOR_TIME KONTOR_PAGE};
constexpr entry_query select_by_time{KONTOR_ENTRIES KONTOR_ACTION " AND " KONTOR_ACTOR " AND " KONTOR_OWNER
                                                                  " AND " KONTOR_TIME KONTOR_PAGE};
#undef KONTOR_ENTRIES
#undef KONTOR_PAGE
#undef KONTOR_ACTION
#undef KONTOR_ACTOR
#undef KONTOR_OWNER
#undef KONTOR_TIME

constexpr sql::query<std::int64_t> count_entries{"SELECT COUNT(*) FROM audit_log"};

const entry_query& query_for(const filter& wanted) {
  if (wanted.owner) return select_by_owner;
  if (wanted.actor) return select_by_actor;
  if (wanted.action) return select_by_action;
  return select_by_time;
}

result outcome_of(std::string_view stored) {
  if (const auto known = parse_result(stored)) return *known;
  throw sql::sql_error(sql::failure::other, "a stored outcome is none");
}

template <class Row>
entry to_entry(Row& row) {
  auto& [number, at, action, outcome, owner, actor, detail, address, request_id, owner_erasure, actor_erasure] = row;
  return {.number = number,
          .at = at,
          .action = std::move(action),
          .outcome = outcome_of(outcome),
          .owner = owner,
          .owner_erased = owner_erasure.has_value(),
          .actor = actor,
          .actor_erased = actor_erasure.has_value(),
          .detail = std::move(detail).value_or(""),
          .address = std::move(address).value_or(""),
          .request_id = std::move(request_id).value_or("")};
}

std::vector<entry> read(sql::session& in, const entry_query& select, sql::parameters bound) {
  std::vector<entry> entries;
  for (auto& row : in.all(select, bound))
    entries.push_back(to_entry(row));
  return entries;
}

maybe bound_text_of(const std::optional<base::user_id>& person) {
  if (!person) return std::nullopt;
  return person->str();
}

}  // namespace

std::vector<entry> timeline(sql::session& in, const base::user_id& owner, std::int64_t before, std::int64_t limit) {
  auto entries = read(in, select_timeline, {{"owner", owner}, {"before", before}, {"row_limit", limit}});
  for (auto& each : entries) {
    if (!each.actor || *each.actor == owner) continue;
    each.address.clear();
    each.request_id.clear();
  }
  return entries;
}

std::vector<entry> all(sql::session& in, const filter& wanted, std::int64_t before, std::int64_t limit) {
  maybe action_wanted;
  if (wanted.action) action_wanted = name_of(*wanted.action);
  return read(in, query_for(wanted),
              {{"action", action_wanted},
               {"actor", bound_text_of(wanted.actor)},
               {"owner", bound_text_of(wanted.owner)},
               {"from_time", wanted.from.value_or(base::timestamp::min())},
               {"to_time", wanted.to.value_or(base::timestamp::max())},
               {"before", before},
               {"row_limit", limit}});
}

std::int64_t count(sql::session& in) {
  return std::get<0>(in.first(count_entries).value());
}

}  // namespace kontor::audit
