#include "account/migrations.hpp"

#include <array>

namespace kontor::account {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 3> steps{{
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
) {kept by key};
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
    // Links get a purpose, and the address they prove; an address gets the moment at which it was proved.
    {10, "one_time_links", R"sql(
CREATE TABLE one_time_links (
  token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'verify', 'reset', 'confirm')),
  new_email TEXT CHECK (length(new_email) BETWEEN 3 AND 254),
  new_email_lookalike TEXT CHECK (length(new_email_lookalike) >= 3),
  epoch BIGINT NOT NULL,
  made_by TEXT REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL CHECK (expires_at > created_at),
  UNIQUE (user_id, purpose),
  CHECK ((purpose = 'confirm') = (new_email IS NOT NULL)),
  CHECK ((new_email IS NULL) = (new_email_lookalike IS NULL))
);
CREATE INDEX one_time_links_maker ON one_time_links (made_by);
INSERT INTO one_time_links (token_hash, user_id, purpose, epoch, created_at, expires_at)
  SELECT l.token_hash, l.user_id, 'setup', u.security_epoch, l.created_at, l.expires_at
  FROM setup_links l JOIN users u ON u.id = l.user_id;
DROP TABLE setup_links;
ALTER TABLE users ADD COLUMN email_verified_at BIGINT
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::account
