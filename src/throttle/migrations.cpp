#include "throttle/migrations.hpp"

#include <array>

namespace kontor::throttle {
namespace {

// A step that was released is never edited: databases out there have taken it.
// Belongs to no user: most rows are about addresses and about accounts that do not exist.
constexpr std::array<sql::migration, 1> steps{{
    {5, "login_counters", R"sql(
CREATE TABLE login_counters (
  counter_key TEXT PRIMARY KEY CHECK (length(counter_key) = 64),
  failures BIGINT NOT NULL CHECK (failures >= 1),
  first_failure_at BIGINT NOT NULL,
  last_failure_at BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL
);
CREATE INDEX login_counters_last_failure_at ON login_counters (last_failure_at)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::throttle
