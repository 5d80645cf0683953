#include "run/migrations.hpp"

#include <array>

namespace kontor::run {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// A run that is in progress has a program that works on it; the two partial indexes decide what there is once at most.
// `message_number` and `first_seq` are what the request that began it was told, for one that is sent again. Events
// refer to messages by their number: the texts of messages stand once. `tip` is the message behind which the answer
// stands, or will: `parent`, or the last one of those in which the model asks for tools and is answered; tokens of a
// run in progress are those of the questions that were answered so far. Of usage there is a row for each day, because
// the runs go with their conversation, and what was used does not.
constexpr std::array<sql::migration, 1> steps{{
    {15, "runs", R"sql(
CREATE TABLE runs (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL CHECK (length(id) = 36),
  conversation_id TEXT NOT NULL,
  parent BIGINT NOT NULL CHECK (parent >= 1),
  tip BIGINT NOT NULL CHECK (tip >= parent),
  message_number BIGINT CHECK (message_number >= 1),
  first_seq BIGINT NOT NULL CHECK (first_seq >= 0),
  state TEXT NOT NULL
    CHECK (state IN ('running', 'complete', 'length', 'filtered', 'cancelled', 'interrupted', 'failed')),
  cancel_asked BIGINT NOT NULL CHECK (cancel_asked IN (0, 1)),
  program TEXT NOT NULL CHECK (length(program) = 36),
  alive_at BIGINT NOT NULL,
  model TEXT NOT NULL,
  request_key TEXT CHECK (length(request_key) = 64),
  request_fingerprint TEXT NOT NULL CHECK (length(request_fingerprint) = 64),
  shown_bytes BIGINT NOT NULL CHECK (shown_bytes >= 0),
  input_tokens BIGINT NOT NULL CHECK (input_tokens >= 0),
  output_tokens BIGINT NOT NULL CHECK (output_tokens >= 0),
  estimated BIGINT NOT NULL CHECK (estimated IN (0, 1)),
  failure TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (user_id, id),
  CHECK ((state = 'running') = (ended_at IS NULL)),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX runs_in_progress ON runs (user_id, conversation_id) WHERE state = 'running';
CREATE UNIQUE INDEX runs_request ON runs (user_id, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX runs_conversation ON runs (user_id, conversation_id);
CREATE INDEX runs_program ON runs (program) WHERE state = 'running';
CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE run_events (
  user_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  run_id TEXT NOT NULL CHECK (length(run_id) = 36),
  kind TEXT NOT NULL CHECK (kind IN
    ('processing', 'message', 'text', 'reasoning', 'waiting', 'tool_call', 'tool_result', 'error', 'result', 'idle',
     'cancelled')),
  told_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 0),
  PRIMARY KEY (user_id, conversation_id, seq),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
) {kept by key};
CREATE TABLE usage_days (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,
  tokens BIGINT NOT NULL CHECK (tokens >= 0),
  PRIMARY KEY (user_id, day)
) {kept by key}
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::run
