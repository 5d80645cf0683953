#include "account/migrations.hpp"

#include <array>

namespace kontor::account {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 2> steps{{
    {1, "users", R"sql(
CREATE TABLE users (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  email_lookalike TEXT NOT NULL CHECK (length(email_lookalike) >= 3),
  hashed_password TEXT NOT NULL,
  is_admin BIGINT NOT NULL CHECK (is_admin IN (0, 1)),
  is_active BIGINT NOT NULL CHECK (is_active IN (0, 1)),
  security_epoch BIGINT NOT NULL CHECK (security_epoch >= 0),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_email_lookalike ON users (email_lookalike)
)sql"},
    {2, "setup_links", R"sql(
CREATE TABLE setup_links (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::account
