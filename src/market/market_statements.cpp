#include "market/market_statements.hpp"

#include "base/log.hpp"

#include <utility>

namespace kontor::market {

std::string name_of(const series& which) {
  std::string out(name_of(which.where));
  out.append("/").append(which.symbol).append("/").append(name_of(which.every));
  return out;
}

namespace statements {
namespace {

constexpr sql::query<std::optional<std::int64_t>, std::optional<base::timestamp>> select_beginning{
    "SELECT begins_at, begins_checked_at FROM market_series WHERE series = :series"};
constexpr sql::query<std::int64_t, std::int64_t, std::int64_t, std::string, std::string> select_blocks{
    "SELECT block, version, fetched_at, known, body FROM market_blocks"
    " WHERE series = :series AND block >= :first AND block <= :last ORDER BY block"};
constexpr sql::query<std::int64_t> select_any{"SELECT 1 FROM market_blocks WHERE series = :series LIMIT 1"};
constexpr sql::query<std::int64_t> select_candles_before{
    "SELECT 1 FROM market_blocks WHERE series = :series AND block < :before AND body <> :nothing LIMIT 1"};
constexpr sql::query<std::string> select_unread{
    "SELECT series FROM market_series WHERE read_at < :then ORDER BY read_at LIMIT :most"};
constexpr sql::query<base::timestamp, std::string> select_instruments{
    "SELECT fetched_at, body FROM market_instruments WHERE market = :market"};

using block_row = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string, std::string>;

std::optional<block> to_block(const series& of, const block_row& row) {
  const auto& [number, version, fetched_at, known, body] = row;
  const auto range = range_of(of.every, number);
  auto covered = coverage::parse(known);
  auto candles = parse_body(body, range);
  if (!covered || !candles || covered->within(range) != *covered) {
    base::log(base::log_level::warning, "stored candles cannot be read; they are fetched again",
              {{"series", name_of(of)}, {"block", std::to_string(number)}});
    return std::nullopt;
  }
  block out;
  out.number = number;
  out.known = std::move(*covered);
  out.candles = std::move(candles);
  out.version = version;
  out.fetched_at = fetched_at;
  return out;
}

// Takes the row for this transaction, so that who merges at the same time waits; its number may have been any.
block hold(sql::session& in, const series& of, const std::string& name, block_number number) {
  in.execute(
      "INSERT INTO market_blocks (series, block, version, fetched_at, known, body)"
      " VALUES (:series, :block, 1, 0, '', :body)"
      " ON CONFLICT (series, block) DO UPDATE SET version = market_blocks.version + 1",
      {{"series", name}, {"block", number}, {"body", body_of(candle_columns())}});
  auto rows = in.all(select_blocks, {{"series", name}, {"first", number}, {"last", number}});
  auto found = to_block(of, rows.at(0));
  if (found) return std::move(*found);
  block anew;
  anew.number = number;
  anew.version = std::get<1>(rows.at(0));
  return anew;
}

}  // namespace

void keep_series(sql::session& in, const series& of, base::timestamp now) {
  in.execute("INSERT INTO market_series (series, read_at) VALUES (:series, :now) ON CONFLICT (series) DO NOTHING",
             {{"series", name_of(of)}, {"now", now}});
}

bool note_read(sql::session& in, const series& of, base::timestamp now) {
  return in.execute("UPDATE market_series SET read_at = :now WHERE series = :series AND read_at < :before",
                    {{"series", name_of(of)}, {"now", now}, {"before", now}}) == 1;
}

std::optional<beginning> find_beginning(sql::session& in, const series& of) {
  const auto row = in.first(select_beginning, {{"series", name_of(of)}});
  if (!row || !std::get<0>(*row) || !std::get<1>(*row)) return std::nullopt;
  return beginning{.at = *std::get<0>(*row), .checked_at = *std::get<1>(*row)};
}

void set_beginning(sql::session& in, const series& of, const beginning& what) {
  in.execute("UPDATE market_series SET begins_at = :at, begins_checked_at = :checked_at WHERE series = :series",
             {{"series", name_of(of)}, {"at", what.at}, {"checked_at", what.checked_at}});
}

std::vector<block> list_blocks(sql::session& in, const series& of, block_number first, block_number last) {
  std::vector<block> out;
  for (const auto& row : in.all(select_blocks, {{"series", name_of(of)}, {"first", first}, {"last", last}}))
    if (auto one = to_block(of, row)) out.push_back(std::move(*one));
  return out;
}

bool has_blocks(sql::session& in, const series& of) {
  return in.first(select_any, {{"series", name_of(of)}}).has_value();
}

bool has_candles_before(sql::session& in, const series& of, block_number number) {
  return in
      .first(select_candles_before,
             {{"series", name_of(of)}, {"before", number}, {"nothing", body_of(candle_columns())}})
      .has_value();
}

std::vector<block> merge_page(sql::session& in, const series& of, const page& what, base::timestamp now) {
  std::vector<block> out;
  if (what.known.from >= what.known.to) return out;
  const auto name = name_of(of);
  const auto last = block_of(of.every, what.known.to - 1);
  // In the order of their numbers, so that two who merge several of the same do not wait for each other.
  for (auto number = block_of(of.every, what.known.from); number <= last; ++number) {
    const auto old = hold(in, of, name, number);
    auto merged = merge(of.every, old, what, base::to_microseconds(now));
    in.execute(
        "UPDATE market_blocks SET fetched_at = :fetched_at, known = :known, body = :body"
        " WHERE series = :series AND block = :block",
        {{"fetched_at", merged.fetched_at},
         {"known", merged.known.to_text()},
         {"body", body_of(*merged.candles)},
         {"series", name},
         {"block", number}});
    out.push_back(std::move(merged));
  }
  return out;
}

std::vector<std::string> list_unread(sql::session& in, base::timestamp then, std::int64_t most) {
  std::vector<std::string> out;
  for (auto& [name] : in.all(select_unread, {{"then", then}, {"most", most}}))
    out.push_back(std::move(name));
  return out;
}

bool remove_unread(sql::session& in, std::string_view name, base::timestamp then) {
  return in.execute("DELETE FROM market_series WHERE series = :series AND read_at < :then",
                    {{"series", name}, {"then", then}}) == 1;
}

std::optional<stored_instruments> find_instruments(sql::session& in, venue where) {
  auto row = in.first(select_instruments, {{"market", name_of(where)}});
  if (!row) return std::nullopt;
  return stored_instruments{.fetched_at = std::get<0>(*row), .body = std::move(std::get<1>(*row))};
}

void set_instruments(sql::session& in, venue where, const stored_instruments& what) {
  in.execute(
      "INSERT INTO market_instruments (market, fetched_at, body) VALUES (:market, :fetched_at, :body)"
      " ON CONFLICT (market) DO UPDATE SET fetched_at = excluded.fetched_at, body = excluded.body"
      " WHERE market_instruments.fetched_at < excluded.fetched_at",
      {{"market", name_of(where)}, {"fetched_at", what.fetched_at}, {"body", what.body}});
}

}  // namespace statements
}  // namespace kontor::market
