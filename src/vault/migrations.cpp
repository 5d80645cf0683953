#include "vault/migrations.hpp"

#include <array>

namespace kontor::vault {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// vault_user_keys names its master key with a foreign key, so that no master key can go while anything hangs on it.
constexpr std::array<sql::migration, 1> steps{{
    {12, "vault", R"sql(
CREATE TABLE vault_master_keys (
  id TEXT PRIMARY KEY CHECK (length(id) = 16),
  generation BIGINT NOT NULL UNIQUE CHECK (generation >= 1),
  canary TEXT NOT NULL,
  recovery TEXT NOT NULL,
  recovery_shown BIGINT NOT NULL CHECK (recovery_shown IN (0, 1)),
  created_at BIGINT NOT NULL
);
CREATE TABLE vault_user_keys (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  master_key_id TEXT NOT NULL REFERENCES vault_master_keys (id),
  wrapped TEXT NOT NULL,
  directory TEXT NOT NULL,
  changes BIGINT NOT NULL
);
CREATE INDEX vault_user_keys_master ON vault_user_keys (master_key_id, user_id);
CREATE TABLE vault_secrets (
  user_id TEXT NOT NULL REFERENCES vault_user_keys (user_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  last_used_at BIGINT,
  PRIMARY KEY (user_id, name)
);
CREATE TABLE vault_versions (
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  token TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, name, version),
  FOREIGN KEY (user_id, name) REFERENCES vault_secrets (user_id, name) ON DELETE CASCADE
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::vault
