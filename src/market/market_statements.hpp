// The SQL of the market. Nothing here belongs to a user, hence no owner.
#pragma once

#include "base/time.hpp"
#include "market/block.hpp"
#include "market/series.hpp"
#include "sql/session.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::market {

/// `spot/BTCUSDT/1H`: how a series is called in the database and in frames.
std::string name_of(const series& which);

/// Before `at` the exchange has no candle.
struct beginning {
  std::int64_t at = 0;
  base::timestamp checked_at;
};

namespace statements {

/// Makes the row of a series when there is none.
void keep_series(sql::session& in, const series& of, base::timestamp now);
/// Somebody read it. False: there is nothing stored of it.
bool note_read(sql::session& in, const series& of, base::timestamp now);

std::optional<beginning> find_beginning(sql::session& in, const series& of);
/// Needs keep_series.
void set_beginning(sql::session& in, const series& of, const beginning& what);

/// Those that are stored of blocks `first` to `last` (inclusive), in order. What cannot be read is left out, as if it
/// had never been fetched, and told in the log.
std::vector<block> list_blocks(sql::session& in, const series& of, block_number first, block_number last);
bool has_blocks(sql::session& in, const series& of);
/// Is there a candle in a block with a lower number?
bool has_candles_before(sql::session& in, const series& of, block_number number);

/// Merges the page into all blocks that it touches, and returns them as they are now. Nobody's merge is lost: the row
/// is held from before it is read. Needs keep_series.
std::vector<block> merge_page(sql::session& in, const series& of, const page& what, base::timestamp now);

/// Series that nobody read since `then`.
std::vector<std::string> list_unread(sql::session& in, base::timestamp then, std::int64_t most);
/// Removes one with all its blocks; false: somebody has read it meanwhile.
bool remove_unread(sql::session& in, std::string_view name, base::timestamp then);

struct stored_instruments {
  base::timestamp fetched_at;
  std::string body;
};
std::optional<stored_instruments> find_instruments(sql::session& in, venue where);
/// Unless a later one is there.
void set_instruments(sql::session& in, venue where, const stored_instruments& what);

}  // namespace statements
}  // namespace kontor::market
