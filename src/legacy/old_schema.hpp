// The tables of the predecessor that an export fills, and those it leaves empty.
#pragma once

#include <string_view>

namespace kontor::legacy {

/// Statements for SQLite. Types and names are those the predecessor's own programs expect; it makes the tables that are
/// missing itself.
inline constexpr std::string_view old_schema = R"sql(
CREATE TABLE users (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  email VARCHAR(255) NOT NULL,
  hashed_password VARCHAR(255) NOT NULL,
  is_admin BOOLEAN NOT NULL,
  is_active BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME
);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE TABLE conversations (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  user_id VARCHAR(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title VARCHAR(255) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME
);
CREATE INDEX ix_conversations_user_id ON conversations (user_id);
CREATE TABLE messages (
  id INTEGER NOT NULL PRIMARY KEY,
  conversation_id VARCHAR(36) NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  role VARCHAR(50) NOT NULL,
  content TEXT NOT NULL,
  metadata_json TEXT,
  created_at DATETIME NOT NULL
);
CREATE INDEX ix_messages_conversation_id ON messages (conversation_id)
)sql";

}  // namespace kontor::legacy
