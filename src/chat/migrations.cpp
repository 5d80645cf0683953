#include "chat/migrations.hpp"

#include <array>

namespace kontor::chat {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// The owner is the first column of every key, so that nobody reaches a row without saying whose it is. `last_number`
// gives the next message its number in one statement; `parent` is the message that this one follows, so an edited or
// repeated one is a second child of the same parent. Messages are never changed.
constexpr std::array<sql::migration, 1> steps{{
    {14, "conversations", R"sql(
CREATE TABLE conversations (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL CHECK (length(id) = 36),
  title TEXT NOT NULL CHECK (length(title) <= 255),
  last_number BIGINT NOT NULL CHECK (last_number >= 0),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX conversations_by_time ON conversations (user_id, updated_at, id);
CREATE TABLE messages (
  user_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  parent BIGINT CHECK (parent >= 1 AND parent < number),
  role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
  content TEXT NOT NULL,
  metadata TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, number),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::chat
