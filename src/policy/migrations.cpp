#include "policy/migrations.hpp"

#include <array>

namespace kontor::policy {
namespace {

// A step that was released is never edited: databases out there have taken it.
// Belongs to no user: what administrators decided for everybody. Who decided stands in the audit log. The row
// `revision` is the one that every change holds. The indexes lead to what administrators look for among many accounts.
constexpr std::array<sql::migration, 1> steps{{
    {9, "policies", R"sql(
CREATE TABLE policies (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
INSERT INTO policies (name, value, changed_at) VALUES ('revision', '', 0);
CREATE INDEX users_inactive ON users (email) WHERE is_active = 0;
CREATE INDEX users_admins ON users (email) WHERE is_admin = 1
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::policy
