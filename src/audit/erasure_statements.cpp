#include "audit/erasure_statements.hpp"

#include <string_view>
#include <utility>

namespace kontor::audit::statements {
namespace {

constexpr std::size_t mark_size = 64;

// One statement per batch instead of one per entry, because the server keeps everybody else from appending meanwhile:
// the n-th entry takes the n-th mark.
#define KONTOR_ACTOR "actor_id = :person"
#define KONTOR_OWNER_WITHOUT_ACTOR "owner_id = :person AND actor_id IS NULL AND actor_erasure IS NULL"
#define KONTOR_OWNER "owner_id = :person"

#define KONTOR_SELECT(condition) \
  "SELECT seq, hash FROM audit_log WHERE " condition " AND seq > :after ORDER BY seq LIMIT 500"
#define KONTOR_LEAVING(condition)                                                                                    \
  "WITH leaving AS (SELECT seq AS number, ROW_NUMBER() OVER (ORDER BY seq) AS place FROM audit_log WHERE " condition \
  " AND seq > :after AND seq <= :last) UPDATE audit_log SET "
#define KONTOR_MARK "substr(CAST(:marks AS TEXT), CAST((place - 1) * 64 + 1 AS INTEGER), 64)"
#define KONTOR_FROM_LEAVING " FROM leaving WHERE audit_log.seq = leaving.number"
#define KONTOR_NO_ACTOR "actor_id = NULL, address = NULL, request_id = NULL, actor_salt = NULL, actor_erasure = "
#define KONTOR_NO_SUBJECT "owner_id = NULL, detail = NULL, subject_salt = NULL, subject_erasure = "

using place_query = sql::query<std::int64_t, std::string>;
constexpr place_query select_actor{KONTOR_SELECT(KONTOR_ACTOR)};
constexpr place_query select_owner_without_actor{KONTOR_SELECT(KONTOR_OWNER_WITHOUT_ACTOR)};
constexpr place_query select_owner{KONTOR_SELECT(KONTOR_OWNER)};

constexpr std::string_view erase_actor = KONTOR_LEAVING(KONTOR_ACTOR) KONTOR_NO_ACTOR KONTOR_MARK KONTOR_FROM_LEAVING;
constexpr std::string_view erase_owner_without_actor =
    KONTOR_LEAVING(KONTOR_OWNER_WITHOUT_ACTOR) KONTOR_NO_ACTOR KONTOR_MARK KONTOR_FROM_LEAVING;
constexpr std::string_view erase_owner = KONTOR_LEAVING(KONTOR_OWNER) KONTOR_NO_SUBJECT KONTOR_MARK KONTOR_FROM_LEAVING;

#undef KONTOR_ACTOR
#undef KONTOR_OWNER_WITHOUT_ACTOR
#undef KONTOR_OWNER
#undef KONTOR_SELECT
#undef KONTOR_LEAVING
#undef KONTOR_MARK
#undef KONTOR_FROM_LEAVING
#undef KONTOR_NO_ACTOR
#undef KONTOR_NO_SUBJECT

const place_query& select_for(role as) noexcept {
  if (as == role::actor) return select_actor;
  return as == role::owner ? select_owner : select_owner_without_actor;
}

std::string_view erase_for(role as) noexcept {
  if (as == role::actor) return erase_actor;
  return as == role::owner ? erase_owner : erase_owner_without_actor;
}

}  // namespace

side side_of(role as) noexcept {
  return as == role::owner ? side::subject : side::actor;
}

std::vector<chain_head> places_of(sql::session& in, const base::user_id& person, role as, std::int64_t after) {
  std::vector<chain_head> places;
  for (auto& [number, hash] : in.all(select_for(as), {{"person", person}, {"after", after}}))
    places.push_back({number, std::move(hash)});
  return places;
}

void erase(sql::session& in, const base::user_id& person, role as, number_range range, const std::string& marks) {
  const auto changed =
      in.execute(erase_for(as), {{"person", person}, {"after", range.after}, {"last", range.last}, {"marks", marks}});
  if (static_cast<std::size_t>(changed) * mark_size != marks.size())
    throw sql::sql_error(sql::failure::other, "the audit log changed while a person was taken out of it");
}

}  // namespace kontor::audit::statements
