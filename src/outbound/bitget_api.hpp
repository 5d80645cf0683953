// What all questions to Bitget share: where it is, its clock, the signature, and for public data the budget of requests
// and trying again.
#pragma once

#include "base/time.hpp"
#include "outbound/bitget_message.hpp"
#include "outbound/exchange_counts.hpp"
#include "outbound/https_client.hpp"
#include "outbound/request_budget.hpp"
#include "settings/exchange_check.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// Thread-safe; resumes on the caller's loop. One for everybody: limits of the exchange are those of our address.
class bitget_api {
 public:
  /// In [0, 1), from any thread.
  using random_source = std::function<double()>;

  /// `base` is where the API is, as the operator names it: https://api.bitget.com. Everything must outlive the
  /// questions.
  bitget_api(https_client& client, const base::clock& clock, web_url base, budget_rules rules = {},
             random_source random = {});

  std::string origin() const { return base_.origin(); }
  /// Milliseconds since 1970, as the exchange counts them, as far as that is known.
  std::int64_t now() const;
  /// How far their clock is ahead of ours, as far as that is known: learned from what refuses a signature for its time,
  /// and when an answer is stamped with another time than ours.
  std::chrono::milliseconds ahead() const { return std::chrono::milliseconds(ahead_.load()); }

  /// A question of `owner` (empty: of the program itself), with the limits of a check. `target` is path and query.
  web_request question(const std::string& owner, std::string_view target) const;
  void sign(web_request& question, const settings::exchange_credentials& credentials) const;

  struct reply {
    std::optional<base::error> not_reached;
    long status = 0;
    bool is_empty = false;  ///< It came without a body.
    std::optional<bitget_envelope> said;
  };
  /// Asks once.
  async::awaitable<reply> ask(web_request question);
  /// Asks for their time; without effect when they do not tell.
  async::awaitable<void> set_clock_right(std::string owner);

  struct public_question {
    std::string route;  ///< Whose limits are kept.
    std::string target;
    /// HTTP 200 without a body is an answer without data; else it is none.
    bool may_be_empty = false;
  };
  /// Asks for public data within ten seconds in all: waits for its turn, and asks again after a pause when the exchange
  /// had enough or has troubles. A code of the exchange that asking again does not change is told in the envelope.
  /// errc::unavailable, type `exchange-unreachable` (nobody answers, or no answer of an exchange) or `exchange-busy`
  /// (with `retry_after`); errc::overloaded.
  async::awaitable<base::result<bitget_envelope>> ask_patiently(public_question what);

  /// Of every question, those that were asked again among them.
  const exchange_counts& counts() const noexcept { return counts_; }
  const request_budget& budget() const noexcept { return budget_; }

 private:
  using time_point = request_budget::time_point;
  async::awaitable<base::result<void>> wait_for_turn(std::string route, time_point until);
  async::awaitable<void> look_at_clock(std::optional<std::int64_t> told);
  base::error busy(std::string_view route, std::string why) const;

  https_client& client_;
  const base::clock& clock_;
  const web_url base_;
  request_budget budget_;
  exchange_counts counts_;
  const random_source random_;
  std::atomic<std::int64_t> ahead_ = 0;  // milliseconds that the exchange's clock is ahead of ours
  std::atomic<time_point::rep> look_again_at_ = std::numeric_limits<time_point::rep>::min();
};

/// What whoever asked reads when the exchange gave no answer. `why` goes to the log.
base::error exchange_unreachable(std::string why);

}  // namespace kontor::outbound
