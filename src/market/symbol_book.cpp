#include "market/symbol_book.hpp"

#include "base/log.hpp"
#include "market/market_statements.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>

namespace kontor::market {
namespace {

using std::chrono::milliseconds;

constexpr char between_fields = '\t';
constexpr std::size_t fields = 6;
constexpr int most_digits = 30;

base::error ended() {
  return {base::errc::unavailable, "", "", "the market has ended"};
}
// An exchange that trades nothing at all has a bad moment.
base::error nothing_listed() {
  return {base::errc::unavailable, "exchange-unreachable", "", "the exchange says that it has nothing"};
}
base::error crowded() {
  base::error out{base::errc::overloaded, "", "", "too many wait for the symbols of a market"};
  out.retry_after = std::chrono::seconds(2);
  return out;
}

std::optional<int> parse_digits(std::string_view text) {
  int number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size() || number < 0 || number > most_digits)
    return std::nullopt;
  return number;
}

std::optional<instrument> parse_line(venue where, std::string_view line) {
  std::array<std::string_view, fields> parts;
  for (std::size_t i = 0; i < fields; ++i) {
    const auto end = line.find(between_fields);
    if ((end == std::string_view::npos) != (i + 1 == fields)) return std::nullopt;
    parts[i] = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  const auto price = parse_digits(parts[3]);
  const auto quantity = parse_digits(parts[4]);
  if (!is_symbol(parts[0]) || !price || !quantity) return std::nullopt;
  return instrument{.where = where,
                    .symbol = std::string(parts[0]),
                    .base = std::string(parts[1]),
                    .quote = std::string(parts[2]),
                    .price_digits = *price,
                    .quantity_digits = *quantity,
                    .is_traded = parts[5] == "1"};
}

// Names of currencies go into a line each.
bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

bool can_be_kept(const instrument& one) {
  return is_symbol(one.symbol) && is_plain(one.base) && is_plain(one.quote);
}

template <class Error>
base::error unforeseen(const Error& broken) {
  return {base::errc::internal, "", "", broken.what()};
}

}  // namespace

void keep_sensible(std::vector<ticker>& now, const std::shared_ptr<const std::vector<ticker>>& before) {
  for (auto& one : now) {
    if (!one.last.empty() || !before) continue;
    const auto old = std::ranges::lower_bound(*before, one.symbol, {}, &ticker::symbol);
    if (old == before->end() || old->symbol != one.symbol || old->last.empty()) continue;
    one = *old;
    one.is_stale = true;
  }
}

std::string to_text(const std::vector<instrument>& all) {
  std::string out;
  for (const auto& one : all) {
    out.append(one.symbol).push_back(between_fields);
    out.append(one.base).push_back(between_fields);
    out.append(one.quote).push_back(between_fields);
    out.append(std::to_string(one.price_digits)).push_back(between_fields);
    out.append(std::to_string(one.quantity_digits)).push_back(between_fields);
    out.append(one.is_traded ? "1\n" : "0\n");
  }
  return out;
}

std::vector<instrument> parse_instruments(venue where, std::string_view text) {
  std::vector<instrument> out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (auto one = parse_line(where, text.substr(0, end))) out.push_back(std::move(*one));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

// What can be answered without a question.
template <class List>
std::optional<base::result<List>> symbol_book::on_hand(shelf<List>& in, milliseconds time) {
  const std::scoped_lock lock(in.mutex);
  // One of the future was noted with another clock.
  const auto age = in.last ? clock_.now() - in.last->fetched_at : base::timestamp::duration::max();
  if (age < time && age > -time) return base::result<List>(*in.last);
  if (steady::now() >= in.paused_until) return std::nullopt;
  if (!in.last) return base::result<List>(in.why);
  auto out = *in.last;
  out.is_stale = true;
  return base::result<List>(std::move(out));
}

template <class List>
base::result<List> symbol_book::failed(shelf<List>& in, const base::error& why) {
  ++failures_;
  const std::scoped_lock lock(in.mutex);
  const auto pause =
      std::max(settings_.pause_after_failure, std::min<milliseconds>(why.retry_after, std::chrono::minutes(1)));
  in.paused_until = steady::now() + pause;
  in.why = why;
  if (!in.last) return why;
  auto out = *in.last;
  out.is_stale = true;
  return out;
}

template <class List>
void symbol_book::tell(shelf<List>& in, const base::result<List>& what) {
  if (what && !what->is_stale) {
    const std::scoped_lock lock(in.mutex);
    in.last = *what;
    in.paused_until = {};
  }
  in.asking.answer(what);
}

template <class List>
async::awaitable<base::result<List>> symbol_book::read(shelf<List>& in, milliseconds time, venue where,
                                                       async::awaitable<void> (*ask)(shared, venue)) {
  if (is_stopped_) co_return ended();
  if (auto there = on_hand(in, time)) co_return std::move(*there);
  auto start = [this, &in, where, ask](async::completion<List> who) {
    const auto place = in.asking.join(who, settings_.most_waiters);
    if (place == single_flight<List>::place::refused) who.complete(crowded());
    if (place != single_flight<List>::place::first) return;
    boost::asio::post(loop_, [self = shared_from_this(), &in, where, ask] {
      // What it would use may be gone.
      if (self->is_stopped_) return in.asking.answer(ended());
      self->roots_.spawn("ask for symbols and prices", ask(self, where));
    });
  };
  co_return co_await async::wait_for<List>(std::move(start));
}

async::awaitable<base::result<symbol_list>> symbol_book::symbols(venue where) {
  return read(at(where).symbols, settings_.symbol_time, where, &symbol_book::ask_symbols);
}

async::awaitable<base::result<ticker_list>> symbol_book::tickers(venue where) {
  return read(at(where).tickers, settings_.ticker_time, where, &symbol_book::ask_tickers);
}

async::awaitable<void> symbol_book::ask_symbols(shared self, venue where) {
  auto& in = self->at(where).symbols;
  base::result<symbol_list> answer = ended();
  try {
    answer = co_await self->learn_symbols(where);
  } catch (const std::exception& broken) {
    answer = self->failed(in, unforeseen(broken));
  }
  self->tell(in, answer);
}

async::awaitable<void> symbol_book::ask_tickers(shared self, venue where) {
  auto& in = self->at(where).tickers;
  base::result<ticker_list> answer = ended();
  try {
    answer = co_await self->learn_tickers(where);
  } catch (const std::exception& broken) {
    answer = self->failed(in, unforeseen(broken));
  }
  self->tell(in, answer);
}

async::awaitable<void> symbol_book::read_stored(venue where) {
  auto job = [where](sql::session& in) { return statements::find_instruments(in, where); };
  const auto stored = co_await database_.read(std::move(job));
  if (!stored || !*stored) co_return;
  auto all = parse_instruments(where, (*stored)->body);
  if (all.empty()) co_return;
  auto& in = at(where).symbols;
  const std::scoped_lock lock(in.mutex);
  in.last = symbol_list{.all = std::make_shared<const std::vector<instrument>>(std::move(all)),
                        .is_stale = false,
                        .fetched_at = (*stored)->fetched_at};
}

async::awaitable<base::result<symbol_list>> symbol_book::learn_symbols(venue where) {
  auto& in = at(where).symbols;
  // Another program may have asked meanwhile.
  co_await read_stored(where);
  if (auto there = on_hand(in, settings_.symbol_time)) co_return std::move(*there);
  ++questions_;
  auto rows = co_await exchange_.instruments(where);
  if (!rows) co_return failed(in, rows.error());
  std::erase_if(*rows, [](const auto& one) { return !can_be_kept(one); });
  if (rows->empty()) co_return failed(in, nothing_listed());
  symbol_list out{.all = std::make_shared<const std::vector<instrument>>(std::move(*rows)),
                  .is_stale = false,
                  .fetched_at = clock_.now()};
  statements::stored_instruments kept{.fetched_at = out.fetched_at, .body = to_text(*out.all)};
  auto job = [where, kept = std::move(kept)](sql::session& to) { statements::set_instruments(to, where, kept); };
  const auto stored = co_await database_.write(std::move(job));
  if (!stored)
    base::log(base::log_level::warning, "symbols could not be stored", {{"detail", stored.error().internal_detail}});
  co_return out;
}

std::shared_ptr<const std::vector<ticker>> symbol_book::last_tickers(venue where) {
  auto& in = at(where).tickers;
  const std::scoped_lock lock(in.mutex);
  return in.last ? in.last->all : nullptr;
}

async::awaitable<base::result<ticker_list>> symbol_book::learn_tickers(venue where) {
  ++questions_;
  auto rows = co_await exchange_.tickers(where);
  if (!rows) co_return failed(at(where).tickers, rows.error());
  std::ranges::sort(*rows, {}, &ticker::symbol);
  keep_sensible(*rows, last_tickers(where));
  co_return ticker_list{.all = std::make_shared<const std::vector<ticker>>(std::move(*rows)),
                        .is_stale = false,
                        .fetched_at = clock_.now()};
}

async::awaitable<void> symbol_book::finish(shared self) {
  self->roots_.cancel_all();
  constexpr std::chrono::seconds time_to_die{10};
  const bool is_drained = co_await self->roots_.drain(time_to_die);
  if (!is_drained) base::log(base::log_level::error, "questions for symbols do not end");
}

void symbol_book::stop() {
  if (is_stopped_.exchange(true)) return;
  if (loop_.stopped()) return;
  boost::asio::co_spawn(loop_.get_executor(), finish(shared_from_this()), boost::asio::use_future).get();
  for (auto& one : venues_) {
    one.symbols.asking.answer(ended());
    one.tickers.asking.answer(ended());
  }
}

}  // namespace kontor::market
