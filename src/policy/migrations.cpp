#include "policy/migrations.hpp"

#include <array>

namespace kontor::policy {
namespace {

// A step that was released is never edited: databases out there have taken it.
// Belongs to no user: what administrators decided for everybody. Who decided stands in the audit log.
constexpr std::array<sql::migration, 1> steps{{
    {9, "policies", R"sql(
CREATE TABLE policies (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at BIGINT NOT NULL
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::policy
