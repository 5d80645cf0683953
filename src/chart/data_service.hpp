// The candles of a chart with its indicators, for whoever may see the chart: asked of the market, computed on a pool.
#pragma once

#include "async/awaitable.hpp"
#include "async/blocking_pool.hpp"
#include "async/fair_turns.hpp"
#include "base/error.hpp"
#include "chart/answer_places.hpp"
#include "chart/chart_data.hpp"
#include "market/market_service.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace kontor::chart {

struct data_request {
  market::series of;
  std::vector<chosen_indicator> indicators;
  std::optional<std::int64_t> from;  ///< As in market::candle_request.
  std::optional<std::int64_t> to;
  std::int64_t limit = 500;
  std::optional<chart_id> of_chart;
  base::user_id asker = {};  ///< Who waits for it: places and turns are shared out fairly.
};

/// The range that a chart shows without being told one: its last `days` days. `now` in milliseconds since 1970.
data_request request_of(const chart& which, base::timestamp now);

/// Which numbers something was said about: schema ChartPin.
struct pin {
  market::series of;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<indicator::spec> indicators;
  std::string fingerprint;  ///< Member `hash` of the schema.
};

struct pin_verification {
  enum class outcome { matches, changed, missing } how = outcome::matches;
  std::string fingerprint;  ///< Over what is there now; member `hash` of the schema.
};

/// What a client is answered with. The place is kept until the text is gone.
struct written_answer {
  std::string text;
  std::shared_ptr<const void> place;  ///< Null: it is not large.
};

/// errc::invalid_input with a field error for a symbol or an interval that the market has not, and for `from` behind
/// `to` or now; errors of market_service and of the pool; errc::too_many_requests: so much of one account waits
/// already. What is computed has its turn one account after the other.
class data_service {
 public:
  /// All outlive the object.
  data_service(market::market_service& markets, async::blocking_pool& pool, answer_limits limits = {})
      : markets_(markets),
        pool_(pool),
        places_(limits),
        turns_({.at_once = 2 * pool.settings().threads, .of_one = pool.settings().threads, .most_waiting = 256}) {}

  /// As numbers.
  async::awaitable<base::result<chart_data>> read(data_request what);
  /// Schema ChartData. Errors of answer_places, too.
  async::awaitable<base::result<written_answer>> as_json(base::user_id owner, data_request what);
  /// See data_csv. Errors of answer_places, too.
  async::awaitable<base::result<written_answer>> as_csv(base::user_id owner, data_request what);

  /// A symbol that is not listed any more is held against what is stored. errc::invalid_input with a field error at
  /// `/pin/from` when there are more candles than can be read at a time.
  async::awaitable<base::result<pin_verification>> verify(base::user_id owner, pin what);

  /// Whoever waits for its turn, or comes now, is answered with errc::unavailable. Before the loops end.
  void stop() { turns_.abandon(); }

  /// The pin of what was shown: up to the last candle that is finished.
  static pin pin_of(const chart_data& what);

 private:
  // Whom a symbol that is not listed is asked of.
  enum class unlisted { refused, stored };
  async::awaitable<base::result<market::candle_answer>> ask(const data_request& what, unlisted how = unlisted::refused);
  template <class Job>
  auto compute(base::user_id asker, Job job)
      -> async::awaitable<base::result<async::detail::unwrap_result_of<std::invoke_result_t<Job&>>>>;
  async::awaitable<base::result<std::string>> write_json(data_request what, market::candle_answer told);

  market::market_service& markets_;
  async::blocking_pool& pool_;
  answer_places places_;
  async::fair_turns turns_;
};

}  // namespace kontor::chart
