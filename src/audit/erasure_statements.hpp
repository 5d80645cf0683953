// The SQL that takes a person out of the log. The caller holds the head, so that nothing is added meanwhile.
#pragma once

#include "audit/chain.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::audit::statements {

/// As what a person stands in an entry.
enum class role {
  actor,                ///< They acted: the actor's side goes.
  owner_without_actor,  ///< It happened to them and nobody was signed in: the actor's side goes too.
  owner,                ///< It is their timeline: the subject's side goes.
};

side side_of(role as) noexcept;

/// An entry, and what will leave it.
struct place {
  std::int64_t number = 0;
  std::string hash;
  sealed_side leaving;
};

/// The next 50 entries, or fewer, in which the person stands so, with a number above `after`; ascending.
std::vector<place> places_of(sql::session& in, const base::user_id& person, role as, std::int64_t after);

struct number_range {
  std::int64_t after = 0;  ///< Not in it.
  std::int64_t last = 0;   ///< In it.
};

/// Empties the side in all entries of the range in which the person stands so. `marks`: their erasure marks, 64
/// characters each, one behind the other in the order of the numbers. Throws sql::sql_error (failure::other) when there
/// are more or fewer entries than marks.
void erase(sql::session& in, const base::user_id& person, role as, number_range range, const std::string& marks);

}  // namespace kontor::audit::statements
