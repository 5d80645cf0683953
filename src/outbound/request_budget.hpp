// When each question to an exchange may be asked, so that its limits are kept. Decides only: it waits for nothing and
// has no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

struct budget_rules {
  double per_second = 10;      ///< Of one endpoint. Bitget takes 20 of an address.
  double burst = 5;            ///< So many of one endpoint at once, after a pause.
  double all_per_second = 80;  ///< Of all together. Bitget takes 6000 a minute.
  double all_burst = 40;
  std::size_t most_waiting = 200;  ///< Of one endpoint: whoever comes then is refused.
  std::chrono::milliseconds first_back_off{1000};
  std::chrono::milliseconds most_back_off{30'000};
};

/// Thread-safe. Everybody who asks an endpoint shares its turns and its pauses; turns are given in the order in which
/// they are asked for.
class request_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit request_budget(budget_rules rules = {}) : rules_(rules) {}

  struct turn {
    time_point at;            ///< When the question may be asked.
    std::uint64_t pause = 0;  ///< The pause that was known then.
  };
  /// nullopt: it would be later than `until`, or too many wait; nothing is taken.
  std::optional<turn> take(std::string_view endpoint, time_point now, time_point until);
  /// At `now`, when the turn has come: may the question be asked? False: the exchange asked for a pause meanwhile; take
  /// another turn.
  bool begin(std::string_view endpoint, const turn& which);
  /// A turn that is not used.
  void give_up(std::string_view endpoint);

  /// The exchange had enough: nobody asks this endpoint for a second, then two, four … (and up to half as much more, by
  /// `random` in [0, 1)). Answers to questions that were on their way together count as one.
  void push_back(std::string_view endpoint, time_point asked_at, time_point now, double random);
  void went_well(std::string_view endpoint, time_point asked_at);

  /// When the endpoint may be asked again at the earliest.
  time_point free_at(std::string_view endpoint, time_point now) const;

  /// Questions that all endpoints together may ask at once, from 0 to `all_burst`.
  double left(time_point now) const;
  /// Whoever has a turn that has not come yet.
  std::size_t waiting() const;

 private:
  // A bucket with tokens, as the moment at which it would be full (virtual scheduling).
  struct bucket {
    time_point full_at = time_point::min();
    time_point next(time_point now, double per_second, double burst) const;
    void take(time_point at, double per_second);
  };
  struct endpoint_state {
    bucket turns;
    std::size_t waiting = 0;
    time_point pause_until = time_point::min();
    time_point pause_began = time_point::min();
    std::uint64_t pause = 0;
    unsigned in_a_row = 0;
  };
  endpoint_state& state_of(std::string_view endpoint);

  const budget_rules rules_;
  mutable std::mutex mutex_;
  bucket all_;
  std::map<std::string, endpoint_state, std::less<>> endpoints_;
};

/// How long to wait before the attempt after `failures` (1 at first) that were not the asker's fault: twice as long
/// each time, between half and all of it by `random` in [0, 1), never less than `first`.
std::chrono::milliseconds back_off(unsigned failures, std::chrono::milliseconds first, std::chrono::milliseconds most,
                                   double random);

}  // namespace kontor::outbound
