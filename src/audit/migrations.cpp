#include "audit/migrations.hpp"

#include <array>

namespace kontor::audit {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// No foreign key to users: the entry outlives the account. No trigger that refuses UPDATE and DELETE either: SQLite and
// PostgreSQL have no common text for one, and whoever can write to the database can drop it; the chain finds out.
// The head is signed when the server begins the log (audit_log::begin): a step has no key.
// What is erased has its salt gone and an erasure mark in its place (chain.hpp).
constexpr std::array<sql::migration, 1> steps{{
    {4, "audit_log", R"sql(
CREATE TABLE audit_log (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'refused', 'failed')),
  key_id TEXT NOT NULL,
  owner_id TEXT CHECK (length(owner_id) = 36),
  detail TEXT,
  subject_salt TEXT,
  subject_digest TEXT NOT NULL CHECK (length(subject_digest) = 64),
  subject_erasure TEXT,
  actor_id TEXT CHECK (length(actor_id) = 36),
  address TEXT,
  request_id TEXT,
  actor_salt TEXT,
  actor_digest TEXT NOT NULL CHECK (length(actor_digest) = 64),
  actor_erasure TEXT,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  CHECK ((subject_salt IS NULL) <> (subject_erasure IS NULL)),
  CHECK (subject_erasure IS NULL OR (owner_id IS NULL AND detail IS NULL)),
  CHECK ((actor_salt IS NULL) <> (actor_erasure IS NULL)),
  CHECK (actor_erasure IS NULL OR (actor_id IS NULL AND address IS NULL AND request_id IS NULL))
);
CREATE INDEX audit_log_owner ON audit_log (owner_id, seq);
CREATE INDEX audit_log_actor ON audit_log (actor_id, seq);
CREATE INDEX audit_log_action ON audit_log (action, seq);
CREATE TABLE audit_head (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL CHECK (seq >= 0),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  key_id TEXT NOT NULL DEFAULT '',
  mac TEXT NOT NULL DEFAULT '' CHECK (length(mac) IN (0, 64))
);
INSERT INTO audit_head (one, seq, hash)
  VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::audit
