#include "market/market_service.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "market/candle_fetcher.hpp"
#include "market/candle_store.hpp"
#include "market/candle_view.hpp"
#include "market/market_statements.hpp"
#include "market/symbol_book.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kontor::market {
namespace {

// How often it is looked further back, where candles are missing because nothing was traded.
constexpr int most_rounds = 6;

}  // namespace

/// Lives as long as its coroutines.
struct market_service::work {
  work(boost::asio::io_context& loop, market_source& exchange, sql::database& database, const base::clock& c,
       const market_settings& with)
      : clock(c),
        settings(with),
        store(database, c, with.cache_bytes),
        fetcher(std::make_shared<candle_fetcher>(loop, exchange, store, c, with)),
        book(std::make_shared<symbol_book>(loop, exchange, database, c, with)) {}

  const base::clock& clock;
  const market_settings settings;
  candle_store store;
  const std::shared_ptr<candle_fetcher> fetcher;
  const std::shared_ptr<symbol_book> book;
};

market_service::market_service(boost::asio::io_context& loop, market_source& exchange, sql::database& database,
                               const base::clock& clock, market_settings settings)
    : work_(std::make_shared<work>(loop, exchange, database, clock, settings)) {}

market_service::~market_service() {
  stop();
}

void market_service::start() {
  work_->fetcher->start();
}

void market_service::stop() {
  work_->fetcher->stop();
  work_->book->stop();
}

async::awaitable<base::result<candle_answer>> market_service::candles(candle_request what) {
  const auto held = work_;
  what.limit = std::clamp<std::int64_t>(what.limit, 1, most_candles);
  what.lead_in = std::clamp<std::int64_t>(what.lead_in, 0, most_candles);
  gather_rules rules{.need = {},
                     .deadline = std::chrono::steady_clock::now() + held->settings.patience,
                     .asker = what.asker,
                     .is_stored_only = what.is_stored_only};
  candle_question question(std::move(what), held->fetcher->market_now());
  if (question.is_empty()) {
    gathered nothing;
    nothing.is_complete = true;
    co_return question.answer(nothing, held->clock.now());
  }
  for (int round = 1;; ++round) {
    rules.need = question.need();
    const auto found = co_await held->fetcher->gather(question.of(), rules);
    if (!found) co_return found.error();
    auto answer = question.answer(*found, held->clock.now());
    if (!found->is_complete && answer.candles.empty() && !found->has_any) co_return found->why;
    if (!found->is_complete || round == most_rounds || !question.widen(*found, answer)) co_return answer;
  }
}

async::awaitable<base::result<symbol_list>> market_service::symbols(venue where) {
  return work_->book->symbols(where);
}

async::awaitable<base::result<instrument>> market_service::symbol(venue where, std::string name) {
  const auto held = work_;
  const auto all = co_await held->book->symbols(where);
  if (!all) co_return all.error();
  const auto found = std::ranges::find(*all->all, name, &instrument::symbol);
  if (found == all->all->end()) co_return base::error{base::errc::not_found, "unknown-symbol"};
  co_return *found;
}

async::awaitable<base::result<ticker_list>> market_service::tickers(venue where) {
  return work_->book->tickers(where);
}

void market_service::live_heard(const series& of, std::span<const candle> latest) {
  work_->fetcher->heard(of, latest);
}

void market_service::live_broke(const series& of) {
  work_->fetcher->broke(of);
}

void market_service::when_corrected(std::function<void(const series&)> tell) {
  work_->fetcher->when_corrected(std::move(tell));
}

base::timestamp market_service::now() const {
  return work_->fetcher->market_now();
}

async::awaitable<base::result<std::size_t>> market_service::purge_unread_since(base::timestamp then) {
  const auto held = work_;
  co_return co_await held->store.purge_unread(then);
}

market_service::counters market_service::count() const {
  const auto& fetcher = *work_->fetcher;
  const auto& book = *work_->book;
  return {.questions = fetcher.questions() + book.questions(),
          .failures = fetcher.failures() + book.failures(),
          .from_memory = fetcher.from_memory(),
          .waiting = fetcher.waiting(),
          .series = fetcher.series_count(),
          .cached_bytes = work_->store.cached_bytes()};
}

std::string hash_of(const series& of, const candle_answer& what, std::span<const std::string> indicators) {
  std::string text = "kontor-candles-1\n";
  text.append(name_of(of)).push_back('\n');
  for (std::size_t i = 0; i < indicators.size(); ++i)
    text.append(i == 0 ? "" : " ").append(indicators[i]);
  text.push_back('\n');
  const auto finished = what.candles.part(0, what.finished);
  for (std::size_t column = 0; column < candle_columns::count; ++column) {
    finished.append_text(column, text);
    text.push_back('\n');
  }
  return base::to_hex(crypto::sha256(base::as_bytes(text)));
}

}  // namespace kontor::market
