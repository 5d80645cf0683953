#include "market/migrations.hpp"

#include <array>

namespace kontor::market {
namespace {

// A step that was released is never edited: databases out there have taken it.
//
// Nothing here belongs to a user: these are public numbers, kept for all together. `series` is `market/symbol/interval`
// as the API names them. A row of candles is a block (market/block.hpp): 500 candles at most, because 20,000 rows are
// not read in a few milliseconds, and 40 are. `known` says which times of the block are complete, in the same row, so
// that one cannot be true without the other. `begins_at`: the exchange has nothing before; times of candles are
// milliseconds, all others microseconds.
constexpr std::array<sql::migration, 1> steps{{
    {17, "market", R"sql(
CREATE TABLE market_series (
  series TEXT NOT NULL PRIMARY KEY CHECK (length(series) <= 64),
  begins_at BIGINT,
  begins_checked_at BIGINT,
  read_at BIGINT NOT NULL
) {kept by key};
CREATE INDEX market_series_read ON market_series (read_at);
CREATE TABLE market_blocks (
  series TEXT NOT NULL REFERENCES market_series (series) ON DELETE CASCADE,
  block BIGINT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  fetched_at BIGINT NOT NULL,
  known TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (series, block)
);
CREATE TABLE market_instruments (
  market TEXT NOT NULL PRIMARY KEY,
  fetched_at BIGINT NOT NULL,
  body TEXT NOT NULL
)
)sql"},
}};

}  // namespace

std::span<const sql::migration> migrations() {
  return steps;
}

}  // namespace kontor::market
