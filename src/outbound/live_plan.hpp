// What to do on which connection to Bitget's public socket, and when: subscribe, ping, renew, give up, try again.
// Decides only: it has no connection and no clock.
#pragma once

#include "market/candle.hpp"
#include "market/series.hpp"
#include "outbound/bitget_push.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::outbound {

/// Each stays within what the exchange takes.
struct live_rules {
  std::size_t channels = 50;  ///< Of a connection: what the vendor advises.
  std::size_t connections = 40;
  std::size_t batch = 20;                               ///< Channels in one request: it stays below 4096 bytes.
  std::chrono::milliseconds pace{125};                  ///< Between two messages; 10 a second are taken.
  std::size_t requests_an_hour = 220;                   ///< To subscribe, on one connection; 240 are taken.
  std::chrono::milliseconds answer{20'000};             ///< Then a subscription counts as not heard.
  std::chrono::milliseconds refused{600'000};           ///< Then it is asked whether the exchange has it by now.
  std::chrono::milliseconds ping{30'000};               ///< They close after two minutes without one.
  std::chrono::milliseconds dead{60'000};               ///< Without anything heard.
  std::chrono::milliseconds renewal{82'800'000};        ///< 23 hours: they close after 24.
  std::chrono::milliseconds renewal_spread{1'800'000};  ///< And up to so much earlier, each at its own time.
  std::chrono::milliseconds idle{300'000};              ///< So long a connection is kept that nobody needs.
  std::chrono::milliseconds first_back_off{1'000};
  std::chrono::milliseconds most_back_off{30'000};
  std::chrono::milliseconds steady{20'000};  ///< Open for so long, a connection proves that all is well again.
};

using live_link = std::uint64_t;

struct live_open {
  live_link link;
};
struct live_say {
  live_link link;
  std::string text;
};
/// The connection is to be ended; nothing more that is heard on it, or becomes of it, is to be told.
struct live_cut {
  live_link link;
};
struct live_began {
  market::series of;
};
struct live_broke {
  market::series of;
};
struct live_refused {
  market::series of;
};
struct live_heard {
  market::series of;
  std::vector<market::candle> latest;
};
using live_action = std::variant<live_open, live_say, live_cut, live_began, live_broke, live_refused, live_heard>;

class live_plan {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `random` in [0, 1).
  explicit live_plan(std::function<double()> random, live_rules rules = {});

  void want(const market::series& of);
  void drop(const market::series& of);

  /// What became of a link that was to be opened.
  void opened(live_link link, time_point now);
  /// It could not be opened, or has ended.
  void lost(live_link link, time_point now);
  void heard(live_link link, std::string_view text, time_point now);

  /// Everything that is to be done now, in this order.
  std::vector<live_action> act(time_point now);
  /// When to ask again at the latest, as of the last act(); without anything that happens meanwhile.
  time_point next_at() const noexcept { return next_at_; }

 private:
  enum class phase { waiting, opening, open };
  struct asked {
    time_point at;
    bool is_answered = false;
  };
  struct link_state {
    phase now = phase::waiting;
    std::set<market::series> channels;         // those that are to be heard here
    std::map<market::series, asked> asked_of;  // those that the exchange was told to send here
    std::deque<time_point> requests;           // to subscribe, of the last hour
    time_point opened_at, heard_at, pinged_at, next_message_at, idle_since, renew_at;
    bool one_by_one = false;   // somebody is refused, and it was not said who
    bool is_retiring = false;  // another link takes over what is heard here
  };
  struct entry {
    live_link home = 0;  // 0: nowhere yet
    live_link live = 0;  // where it is heard; 0: nowhere
    bool is_refused = false;
    unsigned unanswered = 0;
    time_point ask_again_at = time_point::min();
    std::optional<market::candle> last;
  };

  void place(time_point now);
  live_link link_with_room(time_point now);
  void tend(live_link id, link_state& link, time_point now);
  void talk(live_link id, link_state& link, time_point now);
  bool subscribe(live_link id, link_state& link, time_point now);
  bool unsubscribe(live_link id, link_state& link, time_point now);
  void retire(link_state& link, time_point now);
  void end(live_link id, time_point now);
  void set_live(const market::series& of, entry& which, live_link link);
  void move_to(live_link id, std::set<market::series> channels);
  void refuse(live_link id, link_state& link, const std::optional<market::series>& of, time_point now);
  void push(live_link id, link_state& link, bitget_candles_pushed what);
  void not_before(time_point at) { next_at_ = std::min(next_at_, at); }

  const std::function<double()> random_;
  const live_rules rules_;
  std::map<market::series, entry> entries_;
  std::map<live_link, link_state> links_;
  std::vector<live_action> out_;
  std::vector<live_link> to_end_;
  live_link last_link_ = 0;
  unsigned failures_ = 0;                         // of connections, in a row
  time_point open_again_at_ = time_point::min();  // nothing is opened before
  time_point next_at_ = time_point::max();
};

}  // namespace kontor::outbound
