// The SQL that takes a person out of the log. The caller holds the head, so that nothing is added meanwhile.
#pragma once

#include "audit/chain.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::audit::statements {

/// As what a person stands in an entry.
enum class role {
  owner,  ///< It is their timeline: the subject's side goes, and the actor's too when they acted or nobody was signed
          ///< in.
  actor,  ///< They acted in somebody else's timeline: the actor's side goes.
};

/// An entry, and what will leave it.
struct place {
  std::int64_t number = 0;
  std::string hash;
  std::optional<sealed_side> subject;
  std::optional<sealed_side> actor;
};

/// The next 50 entries, or fewer, in which the person stands so, with a number above `after`; ascending. Once erased
/// they are found no more, so that however long a log is, none is looked at twice.
std::vector<place> places_of(sql::session& in, const base::user_id& person, role as, std::int64_t after);

struct number_range {
  std::int64_t after = 0;  ///< Not in it.
  std::int64_t last = 0;   ///< In it.
};

/// The marks of both sides, 64 characters for each entry, one behind the other in the order of the numbers. What stands
/// there for a side that stays is not looked at.
struct erasure_marks {
  std::string subject;
  std::string actor;
};

/// Empties the sides in all entries of the range in which the person stands so. Throws sql::sql_error (failure::other)
/// when there are more or fewer entries than marks.
void erase(sql::session& in, const base::user_id& person, role as, number_range range, const erasure_marks& marks);

}  // namespace kontor::audit::statements
