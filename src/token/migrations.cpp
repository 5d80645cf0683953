#include "token/migrations.hpp"

#include <array>

namespace kontor::token {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 1> steps{{
    {8, "personal_tokens", R"sql(
CREATE TABLE personal_tokens (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  name TEXT NOT NULL,
  last_characters TEXT NOT NULL,
  scopes TEXT NOT NULL,
  addresses TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  last_used_address TEXT
);
CREATE INDEX personal_tokens_user ON personal_tokens (user_id, created_at)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::token
