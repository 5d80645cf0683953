#include "chat/migrations.hpp"

#include <array>

namespace kontor::chat {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// The owner is the first column of every key, so that nobody reaches a row without saying whose it is. `last_number`
// gives the next message its number in one statement, `last_seq` the next event; `leaf` is the last message of the
// branch that is shown. `parent` is the message that this one follows, so an edited or repeated one is a second child
// of the same parent. Messages are never changed. `bytes` is the length of their content and their calls of tools, so
// that it can be added up without reading them. `messages_by_parent` begins with the parent: otherwise PostgreSQL, as
// long as it has no statistics of a conversation that has just been brought, takes it for a message by its number as
// well, and reads the whole conversation at each step of a way.
//
// `message_words` has the words of each message, and under the number 0 those of the title, in the form of words.hpp.
// On SQLite they stand in an index of FTS5 besides, which keeps no text of its own: chat/word_statements.hpp.
constexpr std::array<sql::migration, 1> steps{{
    {14, "conversations", R"sql(
CREATE TABLE conversations (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL CHECK (length(id) = 36),
  title TEXT NOT NULL CHECK (length(title) <= 255),
  pinned BIGINT NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  last_number BIGINT NOT NULL CHECK (last_number >= 0),
  last_seq BIGINT NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  leaf BIGINT CHECK (leaf >= 1 AND leaf <= last_number),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX conversations_by_time ON conversations (user_id, pinned, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX conversations_deleted ON conversations (user_id, pinned, updated_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX conversations_to_purge ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE messages (
  user_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  parent BIGINT CHECK (parent >= 1 AND parent < number),
  role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  created_at BIGINT NOT NULL,
  agent_name TEXT,
  finish TEXT,
  failure TEXT,
  token_usage TEXT,
  metadata TEXT,
  tool_calls TEXT CHECK (tool_calls IS NULL OR role = 'assistant'),
  tool_call_id TEXT CHECK (tool_call_id IS NULL OR role = 'tool'),
  tool_name TEXT,
  chart_id TEXT,
  is_good BIGINT CHECK (is_good IN (0, 1)),
  content TEXT NOT NULL,
  PRIMARY KEY (user_id, conversation_id, number),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
);
CREATE INDEX messages_by_parent ON messages ((COALESCE(parent, 0)), user_id, conversation_id, number);
CREATE TABLE message_words (
{on sqlite}
  place INTEGER PRIMARY KEY AUTOINCREMENT,
{on both}
  user_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 0),
{on sqlite}
  words TEXT NOT NULL,
  UNIQUE (user_id, conversation_id, number),
{on both}
{on postgresql}
  words TSVECTOR NOT NULL,
  PRIMARY KEY (user_id, conversation_id, number),
{on both}
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
);
{on sqlite}
CREATE VIRTUAL TABLE message_search USING fts5 (words, content = '', detail = none, columnsize = 0, tokenize = 'ascii')
{on both}
{on postgresql}
CREATE INDEX conversations_by_last_message ON conversations (user_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX message_search ON message_words USING gin (words)
{on both}
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::chat
