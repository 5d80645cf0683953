// Asks an exchange for the candles that are missing: one question at a time for each series, whoever waits for it.
#pragma once

#include "async/completion.hpp"
#include "async/fair_turns.hpp"
#include "async/task_group.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "market/candle_store.hpp"
#include "market/candle_view.hpp"
#include "market/market_service.hpp"
#include "market/market_source.hpp"
#include "market/question_window.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace kontor::market {

/// What somebody wants of a series.
struct gather_rules {
  time_range need;
  std::chrono::steady_clock::time_point deadline;
  base::user_id asker = {};     ///< Whose turn and whose place it takes; nil: the program's own.
  bool is_stored_only = false;  ///< Nobody is asked for what is not here.
};

/// Thread-safe. Its roots run on `loop`; it is kept alive by them.
class candle_fetcher : public std::enable_shared_from_this<candle_fetcher> {
 public:
  /// All that is given outlives stop().
  candle_fetcher(boost::asio::io_context& loop, market_source& exchange, candle_store& store, const base::clock& clock,
                 const market_settings& settings)
      : loop_(loop),
        exchange_(exchange),
        store_(store),
        clock_(clock),
        settings_(settings),
        turns_({.at_once = settings.questions_at_once,
                .of_one = half_of(settings.questions_at_once),
                .most_waiting = settings.most_waiters}),
        roots_(loop) {}

  using steady = std::chrono::steady_clock;

  /// All of the range, or what is there by the deadline, or when the exchange does not answer. errc::overloaded;
  /// errc::unavailable after stop(); errors of the database.
  async::awaitable<base::result<gathered>> gather(series of, gather_rules rules);
  /// Is told, on the loop, when candles that were heard as finished turn out to be others.
  void when_corrected(std::function<void(const series&)> tell);
  /// The time by the clock of the exchange.
  base::timestamp market_now() const { return market_time(clock_.now()); }

  void heard(const series& of, std::span<const candle> latest);
  void broke(const series& of);

  void start();
  void stop();

  std::size_t series_count() const;
  std::uint64_t questions() const noexcept { return questions_; }
  std::uint64_t failures() const noexcept { return failures_; }
  std::size_t waiting() const noexcept { return waiting_; }
  std::uint64_t from_memory() const noexcept { return from_memory_; }

 private:
  using shared = std::shared_ptr<candle_fetcher>;
  struct want {
    gather_rules rules;
    base::timestamp since;  // The newest candles that were asked for after it are current for it.
    std::optional<async::completion<gathered>> who;  // nullopt: gave up waiting; it is fetched all the same.
    bool is_loaded = false;
    time_range piece = {};   // What is missing, the newest part of it,
    std::int64_t lacks = 0;  // and how much in all.
  };
  // Under the mutex.
  struct entry {
    explicit entry(series which) : of(std::move(which)) {}
    const series of;
    tail newest;
    std::optional<std::int64_t> newest_open;
    std::optional<beginning> begins;
    bool has_any = false;
    std::vector<want> wants;
    std::map<block_number, shared_block> held;  // What is worked on; memory may forget it meanwhile.
    bool is_worked = false;
    bool has_place = false;                     // One of most_fetches,
    base::user_id place_of;                     // and of the share of this account.
    std::optional<question_window> last_asked;  // Asking the same again would bring nothing new.
    steady::time_point paused_until{};
    base::error why;
    bool has_failed = false;  // Whoever waits is told.
    bool has_heard = false;
    std::int64_t ripe_to = 0;  // What was heard and opens before it was finished a look ago.
    steady::time_point check_at{};
    base::timestamp read_at{};
    base::timestamp noted_at{};
  };
  using shared_entry = std::shared_ptr<entry>;
  struct answer_of {
    async::completion<gathered> who;
    base::result<gathered> what;
  };
  struct step {
    std::optional<std::pair<block_number, block_number>> load;
    std::optional<question_window> ask;
    base::user_id asker;
    bool is_end = false;
  };

  struct heard_page {
    shared_entry of;
    page what;
  };

  static base::error crowded();
  static std::size_t half_of(std::size_t all) noexcept { return std::max<std::size_t>(1, all / 2); }
  base::timestamp market_time(base::timestamp ours) const { return ours + exchange_.ahead(); }
  shared_entry find(const series& of);
  bool make_room();
  bool is_current(const entry& of, base::timestamp since, base::timestamp now) const;
  std::int64_t lower_end(const entry& of, time_range need, base::timestamp now) const;
  std::vector<time_range> missing(const entry& of, const coverage& known, const want& by, base::timestamp now) const;
  gathered state_of(const entry& of, base::timestamp now) const;
  std::optional<gathered> in_memory(const entry& of, const want& by, base::timestamp now);
  gathered held_for(entry& of, const want& by, base::timestamp now, coverage& known);
  void enqueue(const shared_entry& of, want what);

  void begin(const shared_entry& on);
  bool has_stopped() const;
  static async::awaitable<void> work(shared self, shared_entry on);
  async::awaitable<void> work_on(shared_entry on);
  step next_step(entry& of);
  void choose(entry& of, base::timestamp now, step& out);
  bool load_next(entry& of, want* smallest, bool has_loaded, base::timestamp now, step& out);
  std::pair<block_number, block_number> blocks_of(const entry& of, const want& by, base::timestamp now) const;
  bool take_place(entry& of, const base::user_id& asker, bool is_newest);
  base::user_id asker_of(const entry& of, const want& best) const;
  std::size_t places_of(const base::user_id& asker) const;
  void leave_place(entry& of);
  void forget_lonely(entry& of);
  void fail(entry& of, const base::error& why);
  void fail_all(entry& of, const base::error& why, bool is_over);
  async::awaitable<void> load(shared_entry on, std::pair<block_number, block_number> blocks);
  async::awaitable<void> ask(shared_entry on, question_window window, base::user_id asker);
  async::awaitable<void> look_back(shared_entry on, base::user_id asker, time_range empty, std::int64_t proven);
  async::awaitable<void> keep_beginning(shared_entry on, time_range empty);
  async::awaitable<std::optional<told_candles>> question(shared_entry on, base::user_id asker, series of,
                                                         time_range window, std::int64_t most);
  async::awaitable<base::result<told_candles>> tidied_answer(series of, time_range window, std::int64_t most);
  async::awaitable<void> keep(shared_entry on, std::vector<page> what);

  static async::awaitable<void> keep_time(shared self);
  static async::awaitable<void> keep_storing(shared self);
  async::awaitable<void> check_all_heard();
  std::vector<heard_page> ripe_pages();
  async::awaitable<void> check(shared_entry on, page heard);
  async::awaitable<void> note_read();
  static async::awaitable<void> finish(shared self);
  void expire();

  boost::asio::io_context& loop_;
  market_source& exchange_;
  candle_store& store_;
  const base::clock& clock_;
  const market_settings settings_;
  async::fair_turns turns_;
  async::task_group roots_;

  mutable std::mutex mutex_;
  std::function<void(const series&)> corrected_;
  std::map<series, shared_entry> entries_;
  std::size_t places_ = 0;
  std::map<base::user_id, std::size_t> places_by_account_;
  bool is_started_ = false;
  bool is_stopped_ = false;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<std::uint64_t> questions_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
  std::atomic<std::uint64_t> from_memory_ = 0;
};

}  // namespace kontor::market
