// A series with indicators as all who watch it hear it: which frame comes when. No loop and no waiting in here.
#pragma once

#include "base/time.hpp"
#include "market/live_frames.hpp"
#include "market/live_market.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::market {

/// Indicators that are given what came before, piece by piece: thousands of candles at a time would hold up whatever
/// else runs on the loop.
class warm_up {
 public:
  /// Candles of one piece, of all indicators together.
  static constexpr std::size_t piece = 4096;

  warm_up(std::span<const watched_indicator> with, const candle_answer& all);
  /// False: there was nothing left to do.
  bool go_on();

 private:
  friend class live_topic;
  const candle_answer* all_;
  std::vector<std::unique_ptr<live_indicator>> indicators_;
  std::size_t finished_ = 0;  // Of lead-in and candles: the last candle may grow.
  std::size_t next_ = 0;
};

class live_topic {
 public:
  live_topic(series of, std::vector<watched_indicator> with) : of_(std::move(of)), with_(std::move(with)) {}

  const series& of() const noexcept { return of_; }
  /// Candles that the indicators are given before their values count.
  std::int64_t lead_in() const noexcept;

  // From any thread.

  /// Hears at once how it stands, and from then on what is told. Who is here already hears it again.
  void enter(std::shared_ptr<market_listener> who);
  void exit(const market_listener& who);
  bool is_watched() const;

  // On one loop.

  /// Candles that are heard from now on are held until seed().
  void begin_seeding();
  /// `all` are all candles up to now, and outlive what is returned.
  warm_up prepare(const candle_answer& all) const { return {with_, all}; }
  /// What was prepared, to its end; then what was held. Tells the one that grows.
  void seed(warm_up prepared, base::timestamp now);
  bool is_seeded() const noexcept { return is_seeded_; }
  /// The newest candles, in order.
  void heard(std::span<const candle> latest, base::timestamp now, std::chrono::milliseconds pace);
  /// Tells what was held back for being too fast, when its time has come. False: it has not.
  bool flush(base::timestamp now, std::chrono::milliseconds pace);
  bool is_late() const noexcept { return is_late_; }
  /// `state`: live, away, refused: that is how it stands from now on. gap_filled is an event only.
  void tell_status(std::string_view state, base::timestamp now);

 private:
  void take(const candle& one, base::timestamp now);
  void push(const candle& finished);
  void tell_growing(base::timestamp now);
  frame told(const candle& what, candle_end end, base::timestamp now) const;
  void tell(const frame& what, frame live_topic::* kept);

  const series of_;
  const std::vector<watched_indicator> with_;

  std::vector<std::unique_ptr<live_indicator>> indicators_;
  std::vector<candle> held_;
  std::optional<candle> growing_;
  std::optional<std::int64_t> pushed_;  // The newest that is finished.
  std::optional<base::timestamp> told_at_;
  bool is_seeded_ = false;
  bool is_late_ = false;

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<market_listener>> watchers_;
  frame status_;
  frame last_;
};

}  // namespace kontor::market
