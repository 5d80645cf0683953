#include "mail/migrations.hpp"

#include <array>

namespace kontor::mail {
namespace {

// A step that was released is never edited: databases out there have taken it.
constexpr std::array<sql::migration, 1> steps{{
    {11, "mail", R"sql(
CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY CHECK (length(id) = 36),
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  attempts BIGINT NOT NULL CHECK (attempts >= 0),
  created_at BIGINT NOT NULL,
  gives_up_at BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL
);
CREATE INDEX mail_outbox_next_try_at ON mail_outbox (next_try_at);
CREATE INDEX mail_outbox_user ON mail_outbox (user_id);
CREATE TABLE mail_allowances (
  allowance_key TEXT PRIMARY KEY CHECK (length(allowance_key) = 64),
  used BIGINT NOT NULL CHECK (used >= 1),
  period_ends_at BIGINT NOT NULL
);
CREATE INDEX mail_allowances_period_ends_at ON mail_allowances (period_ends_at)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::mail
