#include "settings/migrations.hpp"

#include <array>

namespace kontor::settings {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// Keys stand in the vault. What stands here is what a key belongs to: the host, and its seal in the vault
// (vault::seal_of), so that a key which was exchanged, brought back or made anew there is not taken for the one that
// was saved with the host.
constexpr std::array<sql::migration, 1> steps{{
    {13, "settings", R"sql(
CREATE TABLE exchange_settings (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  host TEXT NOT NULL,
  api_key_masked TEXT NOT NULL,
  key_seal TEXT NOT NULL,
  secret_seal TEXT NOT NULL,
  passphrase_seal TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('verified', 'not_verified', 'invalid')),
  message TEXT NOT NULL,
  account TEXT NOT NULL CHECK (account IN ('unknown', 'classic', 'unified')),
  may_read BIGINT NOT NULL CHECK (may_read IN (0, 1)),
  may_trade BIGINT NOT NULL CHECK (may_trade IN (0, 1)),
  may_withdraw BIGINT NOT NULL CHECK (may_withdraw IN (0, 1)),
  addresses TEXT NOT NULL,
  verified_at BIGINT,
  changed_at BIGINT NOT NULL
);
CREATE TABLE llm_settings (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  provider TEXT NOT NULL CHECK (provider IN ('openai', 'azure', 'ollama')),
  address TEXT NOT NULL,
  host TEXT NOT NULL,
  model TEXT NOT NULL,
  api_version TEXT NOT NULL,
  key_seal TEXT,
  state TEXT NOT NULL CHECK (state IN ('verified', 'not_verified', 'invalid')),
  message TEXT NOT NULL,
  verified_at BIGINT,
  changed_at BIGINT NOT NULL
);
CREATE TABLE user_preferences (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  changed_at BIGINT NOT NULL
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::settings
