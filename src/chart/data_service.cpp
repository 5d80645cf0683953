#include "chart/data_service.hpp"

#include "chart/symbol_check.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace kontor::chart {
namespace {

// From so many numbers on two threads write them: the answer is there in little more than half the time.
constexpr std::size_t worth_two_threads = 50'000;

std::int64_t to_milliseconds(base::timestamp at) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

base::error wrong_range() {
  base::error out{base::errc::invalid_input};
  out.fields.push_back({"/from", "not_allowed", "It must be before the end, and before now."});
  return out;
}

// Where what is asked for stands within something else.
base::error within(base::error why, std::string_view path) {
  for (auto& field : why.fields)
    field.path.insert(0, path);
  return why;
}

std::size_t numbers_of(const chosen_indicator& what, std::size_t candles) noexcept {
  return candles * indicator::outputs_of(what.what.what).size();
}

// The parts of one answer, and who writes them: each thread that is free takes the next one.
class shared_parts {
 public:
  shared_parts(data_request what, market::candle_answer told)
      : what_(std::move(what)), told_(std::move(told)), indicators_(what_.indicators.size()) {
    // The longest first, so that nobody is left with one at the end.
    for (std::size_t i = 0; i < indicators_.size(); ++i)
      order_.push_back(i);
    std::ranges::sort(order_, std::greater(),
                      [this](auto i) { return indicator::outputs_of(what_.indicators[i].what.what).size(); });
  }

  void write_some() {
    for (auto turn = turn_++; turn <= order_.size(); turn = turn_++) {
      if (turn == 0)
        hash_ = market::hash_of(what_.of, told_, texts_of(what_.indicators));
      else
        write(order_[turn - 1]);
    }
  }

  // When all who wrote are done.
  std::string joined() const { return data_json(what_.of_chart, what_.of, told_, indicators_, hash_); }

 private:
  void write(std::size_t which) { indicators_[which] = indicator_json(what_.indicators[which], what_.of.every, told_); }

  data_request what_;
  market::candle_answer told_;
  std::vector<std::size_t> order_;
  std::atomic<std::size_t> turn_ = 0;
  std::vector<std::string> indicators_;
  std::string hash_;
};

std::size_t numbers_of(std::span<const chosen_indicator> indicators, std::size_t candles) noexcept {
  std::size_t all = 0;
  for (const auto& each : indicators)
    all += numbers_of(each, candles);
  return all;
}

// With the columns of the candles.
std::size_t all_numbers_of(std::span<const chosen_indicator> indicators, const market::candle_answer& told) noexcept {
  return numbers_of(indicators, told.candles.size()) + market::candle_columns::count * told.candles.size();
}

}  // namespace

data_request request_of(const chart& which, base::timestamp now) {
  return {.of = which.shows.of,
          .indicators = which.shows.indicators,
          .from = to_milliseconds(now - std::chrono::days(which.shows.days)),
          .to = std::nullopt,
          .limit = market::most_candles,
          .of_chart = which.id};
}

// On the pool, when its turn has come.
template <class Job>
auto data_service::compute(base::user_id asker, Job job)
    -> async::awaitable<base::result<async::detail::unwrap_result_of<std::invoke_result_t<Job&>>>> {
  const auto turn = co_await turns_.take(asker);
  if (!turn) co_return turn.error();
  co_return co_await pool_.run(std::move(job));
}

async::awaitable<base::result<market::candle_answer>> data_service::ask(const data_request& what, unlisted how) {
  if (!has_interval(what.of.where, what.of.every)) co_return interval_not_there();
  if (!market::is_symbol(what.of.symbol)) co_return unknown_symbol();
  // Whoever makes symbols up has the list asked, not the exchange. A chart may outlive its symbol, and shows what is
  // stored.
  bool is_listed = true;
  if (!what.of_chart) {
    auto name = what.of.symbol;
    const auto listed = co_await markets_.symbol(what.of.where, std::move(name));
    is_listed = listed || listed.error().code != base::errc::not_found;
    if (!is_listed && how == unlisted::refused) co_return unknown_symbol();
  }
  const auto now = to_milliseconds(markets_.now());
  if (what.from && *what.from >= std::min(what.to.value_or(now), now)) co_return wrong_range();
  market::candle_request question{.of = what.of,
                                  .from = what.from,
                                  .to = what.to,
                                  .limit = what.limit,
                                  .lead_in = lead_in_of(what.indicators, what.of.every),
                                  .asker = what.asker,
                                  .is_stored_only = !is_listed};
  auto told = co_await markets_.candles(std::move(question));
  if (!told) co_return as_told(told.error());
  co_return std::move(*told);
}

async::awaitable<base::result<chart_data>> data_service::read(data_request what) {
  auto told = co_await ask(what);
  if (!told) co_return told.error();
  const auto asker = what.asker;
  auto job = [what = std::move(what), told = std::move(*told)]() {
    chart_data out{.of_chart = what.of_chart, .of = what.of, .told = told, .indicators = {}, .hash = {}};
    for (const auto& each : what.indicators)
      out.indicators.push_back({.of = each, .columns = compute_over(each.what, what.of.every, told)});
    out.hash = market::hash_of(what.of, told, texts_of(what.indicators));
    return out;
  };
  co_return co_await compute(asker, std::move(job));
}

async::awaitable<base::result<written_answer>> data_service::as_json(base::user_id owner, data_request what) {
  what.asker = owner;
  auto told = co_await ask(what);
  if (!told) co_return told.error();
  auto place = places_.take(owner, all_numbers_of(what.indicators, *told));
  if (!place) co_return place.error();
  auto text = co_await write_json(std::move(what), std::move(*told));
  if (!text) co_return text.error();
  co_return written_answer{.text = std::move(*text), .place = std::move(*place)};
}

// All of it by the pool: the loop of a request has others to answer.
async::awaitable<base::result<std::string>> data_service::write_json(data_request what, market::candle_answer told) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto turn = co_await turns_.take(what.asker);
  if (!turn) co_return turn.error();
  const auto numbers = numbers_of(what.indicators, told.candles.size());
  const auto parts = std::make_shared<shared_parts>(std::move(what), std::move(told));
  auto write_all = [parts] {
    parts->write_some();
    return parts->joined();
  };
  if (numbers < worth_two_threads || pool_.settings().threads < 2) co_return co_await pool_.run(std::move(write_all));
  auto write_some = [parts] { parts->write_some(); };
  auto one = pool_.run(write_some);
  auto other = pool_.run(write_some);
  const auto [first, second] = co_await (std::move(one) && std::move(other));
  if (!first) co_return first.error();
  if (!second) co_return second.error();
  // What was written by both is put together.
  co_return co_await pool_.run(std::move(write_all));
}

async::awaitable<base::result<written_answer>> data_service::as_csv(base::user_id owner, data_request what) {
  what.asker = owner;
  auto told = co_await ask(what);
  if (!told) co_return told.error();
  auto place = places_.take(owner, all_numbers_of(what.indicators, *told));
  if (!place) co_return place.error();
  auto job = [what = std::move(what), told = std::move(*told)] {
    return data_csv(what.of.every, told, what.indicators);
  };
  auto text = co_await compute(owner, std::move(job));
  if (!text) co_return text.error();
  co_return written_answer{.text = std::move(*text), .place = std::move(*place)};
}

async::awaitable<base::result<pin_verification>> data_service::verify(base::user_id owner, pin what) {
  const data_request question{.of = what.of,
                              .indicators = {},
                              .from = what.from,
                              .to = what.to,
                              .limit = market::most_candles,
                              .of_chart = std::nullopt,
                              .asker = owner};
  auto told = co_await ask(question, unlisted::stored);
  if (!told) co_return within(told.error(), "/pin");
  if (told->from > what.from) {
    base::error wrong{base::errc::invalid_input};
    wrong.fields.push_back({"/pin/from", "not_allowed", "At most 20,000 candles can be looked at."});
    co_return wrong;
  }
  auto job = [what = std::move(what), told = std::move(*told)] {
    std::vector<std::string> texts;
    for (const auto& each : what.indicators)
      texts.push_back(indicator::to_text(each));
    pin_verification out{.fingerprint = market::hash_of(what.of, told, texts)};
    using enum pin_verification::outcome;
    if (out.fingerprint != what.fingerprint) out.how = told.is_stale || told.finished_to < what.to ? missing : changed;
    return out;
  };
  co_return co_await compute(owner, std::move(job));
}

pin data_service::pin_of(const chart_data& what) {
  pin out{.of = what.of,
          .from = what.told.from,
          .to = std::min(what.told.to, what.told.finished_to),
          .indicators = {},
          .fingerprint = what.hash};
  for (const auto& each : what.indicators)
    out.indicators.push_back(each.of.what);
  return out;
}

}  // namespace kontor::chart
