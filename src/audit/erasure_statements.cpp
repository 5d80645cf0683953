#include "audit/erasure_statements.hpp"

#include <string_view>
#include <utility>

namespace kontor::audit::statements {
namespace {

constexpr std::size_t mark_size = 64;

// One statement per batch instead of one per entry, because the server keeps everybody else from appending meanwhile:
// the n-th entry takes the n-th mark. Small batches, because the n-th mark is reached by walking to it.
#define KONTOR_ACTOR "actor_id = :person"
#define KONTOR_OWNER_WITHOUT_ACTOR "owner_id = :person AND actor_id IS NULL AND actor_erasure IS NULL"
#define KONTOR_OWNER "owner_id = :person"

#define KONTOR_SUBJECT_SIDE "owner_id, detail, subject_salt, subject_digest"
#define KONTOR_ACTOR_SIDE "actor_id, address, actor_salt, actor_digest, request_id"
#define KONTOR_SELECT(columns, condition) \
  "SELECT seq, hash, " columns " FROM audit_log WHERE " condition " AND seq > :after ORDER BY seq LIMIT 50"
#define KONTOR_LEAVING(condition)                                                                                    \
  "WITH leaving AS (SELECT seq AS number, ROW_NUMBER() OVER (ORDER BY seq) AS place FROM audit_log WHERE " condition \
  " AND seq > :after AND seq <= :last) UPDATE audit_log SET "
#define KONTOR_MARK "substr(CAST(:marks AS TEXT), CAST((place - 1) * 64 + 1 AS INTEGER), 64)"
// The range once more: without statistics PostgreSQL would go through the whole table for each batch.
#define KONTOR_FROM_LEAVING \
  " FROM leaving WHERE audit_log.seq = leaving.number AND audit_log.seq > :after AND audit_log.seq <= :last"
#define KONTOR_NO_ACTOR "actor_id = NULL, address = NULL, request_id = NULL, actor_salt = NULL, actor_erasure = "
#define KONTOR_NO_SUBJECT "owner_id = NULL, detail = NULL, subject_salt = NULL, subject_erasure = "

using maybe = std::optional<std::string>;
using subject_query = sql::query<std::int64_t, std::string, maybe, maybe, maybe, std::string>;
using actor_query = sql::query<std::int64_t, std::string, maybe, maybe, maybe, std::string, maybe>;
constexpr actor_query select_actor{KONTOR_SELECT(KONTOR_ACTOR_SIDE, KONTOR_ACTOR)};
constexpr actor_query select_owner_without_actor{KONTOR_SELECT(KONTOR_ACTOR_SIDE, KONTOR_OWNER_WITHOUT_ACTOR)};
constexpr subject_query select_owner{KONTOR_SELECT(KONTOR_SUBJECT_SIDE, KONTOR_OWNER)};

constexpr std::string_view erase_actor = KONTOR_LEAVING(KONTOR_ACTOR) KONTOR_NO_ACTOR KONTOR_MARK KONTOR_FROM_LEAVING;
constexpr std::string_view erase_owner_without_actor =
    KONTOR_LEAVING(KONTOR_OWNER_WITHOUT_ACTOR) KONTOR_NO_ACTOR KONTOR_MARK KONTOR_FROM_LEAVING;
constexpr std::string_view erase_owner = KONTOR_LEAVING(KONTOR_OWNER) KONTOR_NO_SUBJECT KONTOR_MARK KONTOR_FROM_LEAVING;

#undef KONTOR_ACTOR
#undef KONTOR_OWNER_WITHOUT_ACTOR
#undef KONTOR_OWNER
#undef KONTOR_SELECT
#undef KONTOR_SUBJECT_SIDE
#undef KONTOR_ACTOR_SIDE
#undef KONTOR_LEAVING
#undef KONTOR_MARK
#undef KONTOR_FROM_LEAVING
#undef KONTOR_NO_ACTOR
#undef KONTOR_NO_SUBJECT

std::string_view erase_for(role as) noexcept {
  if (as == role::actor) return erase_actor;
  return as == role::owner ? erase_owner : erase_owner_without_actor;
}

}  // namespace

side side_of(role as) noexcept {
  return as == role::owner ? side::subject : side::actor;
}

std::vector<place> places_of(sql::session& in, const base::user_id& person, role as, std::int64_t after) {
  std::vector<place> places;
  if (as == role::owner) {
    for (auto& [number, hash, owner, detail, salt, digest] :
         in.all(select_owner, {{"person", person}, {"after", after}}))
      places.push_back({number, std::move(hash), {{owner, detail}, salt, digest, std::nullopt}});
    return places;
  }
  const auto& select = as == role::actor ? select_actor : select_owner_without_actor;
  for (auto& [number, hash, actor, address, salt, digest, request_id] :
       in.all(select, {{"person", person}, {"after", after}}))
    places.push_back({number, std::move(hash), {{actor, address, request_id}, salt, digest, std::nullopt}});
  return places;
}

void erase(sql::session& in, const base::user_id& person, role as, number_range range, const std::string& marks) {
  const auto changed =
      in.execute(erase_for(as), {{"person", person}, {"after", range.after}, {"last", range.last}, {"marks", marks}});
  if (static_cast<std::size_t>(changed) * mark_size != marks.size())
    throw sql::sql_error(sql::failure::other, "the audit log changed while a person was taken out of it");
}

}  // namespace kontor::audit::statements
