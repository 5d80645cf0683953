#include "factor/migrations.hpp"

#include <array>

namespace kontor::factor {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 1> steps{{
    {6, "factors", R"sql(
CREATE TABLE totp_factors (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  sealed_secret TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  last_step BIGINT NOT NULL CHECK (last_step >= -1)
);
CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
  salt TEXT NOT NULL CHECK (length(salt) = 64),
  used_at BIGINT,
  PRIMARY KEY (user_id, code_hash)
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::factor
