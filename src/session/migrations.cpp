#include "session/migrations.hpp"

#include <array>

namespace kontor::session {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 3> steps{{
    {3, "sessions", R"sql(
CREATE TABLE sessions (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  device TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  proved_at BIGINT NOT NULL,
  second_factor BIGINT NOT NULL CHECK (second_factor IN (0, 1)),
  epoch BIGINT NOT NULL,
  idle_expires_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) {kept by key};
CREATE INDEX sessions_user ON sessions (user_id, last_used_at);
CREATE INDEX sessions_end ON sessions (idle_expires_at);
CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  spent_at BIGINT,
  successor_salt TEXT CHECK (length(successor_salt) = 64),
  CHECK ((spent_at IS NULL) = (successor_salt IS NULL))
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id, spent_at)
)sql"},
    {7, "sign_in_challenges", R"sql(
CREATE TABLE sign_in_challenges (
  token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  epoch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX sign_in_challenges_end ON sign_in_challenges (expires_at)
)sql"},
    {16, "socket_tickets", R"sql(
CREATE TABLE socket_tickets (
  token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  expires_at BIGINT NOT NULL
);
CREATE INDEX socket_tickets_session ON socket_tickets (session_id);
CREATE INDEX socket_tickets_end ON socket_tickets (expires_at)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::session
