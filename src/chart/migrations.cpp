#include "chart/migrations.hpp"

#include <array>

namespace kontor::chart {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// The owner is the first column of every key, so that nobody reaches a row without saying whose it is, and no layout
// can hold a chart of somebody else. `chart_shelves` counts what an account has, one row for each: a limit is one
// statement that adds to a number, and beginnings of one account come one after the other. `request_key` and
// `request_fingerprint` (SHA-256 in hex) know a request that comes again.
constexpr std::array<sql::migration, 1> steps{{
    {18, "charts", R"sql(
CREATE TABLE chart_shelves (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  charts BIGINT NOT NULL DEFAULT 0 CHECK (charts >= 0),
  layouts BIGINT NOT NULL DEFAULT 0 CHECK (layouts >= 0),
  favourites BIGINT NOT NULL DEFAULT 0 CHECK (favourites >= 0)
);
CREATE TABLE charts (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL CHECK (length(id) = 36),
  name TEXT NOT NULL CHECK (length(name) <= 100),
  market TEXT NOT NULL,
  symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
  candle_time TEXT NOT NULL,
  indicators TEXT NOT NULL,
  theme TEXT NOT NULL CHECK (theme IN ('system', 'light', 'dark')),
  days BIGINT NOT NULL CHECK (days BETWEEN 1 AND 3650),
  made_by TEXT NOT NULL CHECK (made_by IN ('user', 'model')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  request_key TEXT CHECK (length(request_key) = 64),
  request_fingerprint TEXT CHECK (length(request_fingerprint) = 64),
  PRIMARY KEY (user_id, id)
);
CREATE INDEX charts_by_time ON charts (user_id, updated_at, id);
CREATE INDEX charts_by_request ON charts (user_id, request_key) WHERE request_key IS NOT NULL;
CREATE TABLE layouts (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL CHECK (length(id) = 36),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  grid BIGINT NOT NULL CHECK (grid IN (1, 2, 4)),
  link_symbol BIGINT NOT NULL CHECK (link_symbol IN (0, 1)),
  link_time BIGINT NOT NULL CHECK (link_time IN (0, 1)),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  request_key TEXT CHECK (length(request_key) = 64),
  request_fingerprint TEXT CHECK (length(request_fingerprint) = 64),
  PRIMARY KEY (user_id, id)
);
CREATE INDEX layouts_by_time ON layouts (user_id, updated_at, id);
CREATE INDEX layouts_by_request ON layouts (user_id, request_key) WHERE request_key IS NOT NULL;
CREATE TABLE layout_charts (
  user_id TEXT NOT NULL,
  layout_id TEXT NOT NULL,
  place BIGINT NOT NULL CHECK (place BETWEEN 0 AND 3),
  chart_id TEXT NOT NULL,
  PRIMARY KEY (user_id, layout_id, place),
  UNIQUE (user_id, chart_id, layout_id),
  FOREIGN KEY (user_id, layout_id) REFERENCES layouts (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, chart_id) REFERENCES charts (user_id, id) ON DELETE CASCADE
);
CREATE TABLE favourites (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  market TEXT NOT NULL,
  symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
  added_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, market, symbol)
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::chart
