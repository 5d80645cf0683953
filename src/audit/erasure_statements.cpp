#include "audit/erasure_statements.hpp"

#include <string_view>
#include <utility>

namespace kontor::audit::statements {
namespace {

constexpr std::size_t mark_size = 64;

// One statement per batch instead of one per entry, because the server keeps everybody else from appending meanwhile:
// the n-th entry takes the n-th mark. Small batches, because the n-th mark is reached by walking to it.
#define KONTOR_OWNER "owner_id = :person"
#define KONTOR_ACTOR "actor_id = :person"
// Who is named by nobody else goes with the owner.
#define KONTOR_ACTOR_LEAVES "actor_id = :person OR (actor_id IS NULL AND actor_erasure IS NULL)"

#define KONTOR_ACTOR_SIDE "actor_id, address, request_id, actor_salt, actor_digest"
#define KONTOR_SELECT(columns, condition) \
  "SELECT seq, hash, " columns " FROM audit_log WHERE " condition " AND seq > :after ORDER BY seq LIMIT 50"
#define KONTOR_LEAVING(condition)                                                                                    \
  "WITH leaving AS (SELECT seq AS number, ROW_NUMBER() OVER (ORDER BY seq) AS place FROM audit_log WHERE " condition \
  " AND seq > :after AND seq <= :last) UPDATE audit_log SET "
#define KONTOR_MARK(of) "substr(CAST(:" of " AS TEXT), CAST((place - 1) * 64 + 1 AS INTEGER), 64)"
// The range once more: without statistics PostgreSQL would go through the whole table for each batch.
#define KONTOR_FROM_LEAVING \
  " FROM leaving WHERE audit_log.seq = leaving.number AND audit_log.seq > :after AND audit_log.seq <= :last"
#define KONTOR_UNLESS_LEAVING(column) column " = CASE WHEN " KONTOR_ACTOR_LEAVES " THEN NULL ELSE " column " END, "

using maybe = std::optional<std::string>;
using actor_query = sql::query<std::int64_t, std::string, maybe, maybe, maybe, maybe, std::string>;
using owner_query = sql::query<std::int64_t, std::string, maybe, maybe, maybe, std::string,  //
                               maybe, maybe, maybe, maybe, std::string, maybe>;
constexpr actor_query select_actor{KONTOR_SELECT(KONTOR_ACTOR_SIDE, KONTOR_ACTOR)};
constexpr owner_query select_owner{KONTOR_SELECT(
    "owner_id, detail, subject_salt, subject_digest, " KONTOR_ACTOR_SIDE ", actor_erasure", KONTOR_OWNER)};

constexpr std::string_view erase_actor =
    KONTOR_LEAVING(KONTOR_ACTOR) "actor_id = NULL, address = NULL, request_id = NULL, actor_salt = NULL,"
    " actor_erasure = " KONTOR_MARK("actor_marks") KONTOR_FROM_LEAVING;
// Everything in one go: each of an entry's columns that changes moves it in an index, or in its page.
constexpr std::string_view erase_owner =
    KONTOR_LEAVING(KONTOR_OWNER) KONTOR_UNLESS_LEAVING("actor_id") KONTOR_UNLESS_LEAVING("address")
        KONTOR_UNLESS_LEAVING("request_id") KONTOR_UNLESS_LEAVING("actor_salt")
    "actor_erasure = CASE WHEN " KONTOR_ACTOR_LEAVES " THEN " KONTOR_MARK("actor_marks") " ELSE actor_erasure END,"
    " owner_id = NULL, detail = NULL, subject_salt = NULL,"
    " subject_erasure = " KONTOR_MARK("subject_marks") KONTOR_FROM_LEAVING;

#undef KONTOR_OWNER
#undef KONTOR_ACTOR
#undef KONTOR_ACTOR_LEAVES
#undef KONTOR_ACTOR_SIDE
#undef KONTOR_SELECT
#undef KONTOR_LEAVING
#undef KONTOR_MARK
#undef KONTOR_FROM_LEAVING
#undef KONTOR_UNLESS_LEAVING

std::vector<place> places_of_owner(sql::session& in, const std::string& person, std::int64_t after) {
  std::vector<place> places;
  for (auto& [number, hash, owner, detail, subject_salt, subject_digest, actor, address, request_id, actor_salt,
              actor_digest, actor_erasure] : in.all(select_owner, {{"person", person}, {"after", after}})) {
    place found{.number = number, .hash = std::move(hash), .subject = {}, .actor = {}};
    found.subject =
        sealed_side{{std::move(owner), std::move(detail)}, std::move(subject_salt), std::move(subject_digest), {}};
    if (actor == person || (!actor && !actor_erasure))
      found.actor = sealed_side{{std::move(actor), std::move(address), std::move(request_id)},
                                std::move(actor_salt),
                                std::move(actor_digest),
                                {}};
    places.push_back(std::move(found));
  }
  return places;
}

std::vector<place> places_of_actor(sql::session& in, const std::string& person, std::int64_t after) {
  std::vector<place> places;
  for (auto& [number, hash, actor, address, request_id, salt, digest] :
       in.all(select_actor, {{"person", person}, {"after", after}})) {
    place found{.number = number, .hash = std::move(hash), .subject = {}, .actor = {}};
    found.actor = sealed_side{
        {std::move(actor), std::move(address), std::move(request_id)}, std::move(salt), std::move(digest), {}};
    places.push_back(std::move(found));
  }
  return places;
}

}  // namespace

std::vector<place> places_of(sql::session& in, const base::user_id& person, role as, std::int64_t after) {
  return as == role::owner ? places_of_owner(in, person.str(), after) : places_of_actor(in, person.str(), after);
}

void erase(sql::session& in, const base::user_id& person, role as, number_range range, const erasure_marks& marks) {
  const auto changed =
      as == role::owner
          ? in.execute(erase_owner, {{"person", person},
                                     {"after", range.after},
                                     {"last", range.last},
                                     {"subject_marks", marks.subject},
                                     {"actor_marks", marks.actor}})
          : in.execute(
                erase_actor,
                {{"person", person}, {"after", range.after}, {"last", range.last}, {"actor_marks", marks.actor}});
  if (static_cast<std::size_t>(changed) * mark_size != marks.actor.size())
    throw sql::sql_error(sql::failure::other, "the audit log changed while a person was taken out of it");
}

}  // namespace kontor::audit::statements
