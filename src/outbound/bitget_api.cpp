#include "outbound/bitget_api.hpp"

#include "base/text.hpp"
#include "outbound/random_part.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace kontor::outbound {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view time_route = "/api/v2/public/time";
constexpr std::chrono::seconds most_patience{10};
// With less left than this no answer would come in time.
constexpr milliseconds least_time{200};
constexpr milliseconds first_pause{300};
constexpr milliseconds longest_pause{4'000};
// What a stamp of an answer may differ from our time: it was on its way, or waited in a cache. More than the other is
// no stamp of now.
constexpr milliseconds most_difference{5'000};
constexpr milliseconds most_believed{86'400'000};
constexpr std::chrono::minutes between_looks_at_clock{1};
constexpr std::chrono::seconds most_time_for_clock{5};
// All symbols of the exchange in one answer.
constexpr std::size_t largest_answer = 8 * 1024 * 1024;

constexpr transfer_limits limits_of_a_check{.connect = std::chrono::seconds(5),
                                            .first_byte = std::chrono::seconds(10),
                                            .idle = std::chrono::seconds(10),
                                            .whole = std::chrono::seconds(15),
                                            .head = 32 * 1024,
                                            .body = 256 * 1024};

using timer = boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, async::executor>;

std::int64_t milliseconds_of(base::timestamp at) {
  return base::to_microseconds(at) / 1000;
}

async::awaitable<void> sleep_until(steady_clock::time_point when) {
  const auto loop = co_await boost::asio::this_coro::executor;
  timer wait(loop, when);
  boost::system::error_code interrupted;
  co_await wait.async_wait(boost::asio::redirect_error(async::use_awaitable, interrupted));
  // Whoever asked is gone: everything after this ends, too.
  if (interrupted) throw boost::system::system_error(interrupted);
}

bool had_enough(const bitget_api::reply& from) {
  return from.status == 429 || (from.said && (from.said->code == "429" || from.said->code == "1001"));
}

bool has_troubles(const bitget_api::reply& from) {
  if (from.said && (from.said->code == "40015" || from.said->code == "40200" || from.said->code == "500")) return true;
  return from.status >= 500;
}

// Of what was not reached: will another attempt do better? Not where a policy or a certificate stands against it.
bool may_pass(const base::error& why) {
  return why.code == base::errc::unavailable && why.type != transfer_failure::tls_failed &&
         why.type != transfer_failure::answer_too_large && why.type != transfer_failure::stopped;
}

}  // namespace

base::error exchange_unreachable(std::string why) {
  return {base::errc::unavailable, "exchange-unreachable", "The exchange does not answer.", std::move(why)};
}

bitget_api::bitget_api(https_client& client, const base::clock& clock, web_url base, budget_rules rules,
                       random_source random)
    : client_(client),
      clock_(clock),
      base_(std::move(base)),
      budget_(rules),
      random_(random ? std::move(random) : random_source(random_part)) {}

std::int64_t bitget_api::now() const {
  return milliseconds_of(clock_.now()) + ahead_.load();
}

web_request bitget_api::question(const std::string& owner, std::string_view target) const {
  web_request out;
  out.url = base_.with(target);
  out.trust = url_trust::operator_set;
  out.owner = owner;
  out.limits = limits_of_a_check;
  out.headers = {{"Accept", "application/json"}, {"locale", "en-US"}};
  return out;
}

void bitget_api::sign(web_request& request, const settings::exchange_credentials& credentials) const {
  const auto time = std::to_string(now());
  const auto signature = bitget_signature(credentials.secret, time, request.method, request.url.target, request.body);
  auto& to = request.credentials;
  to.origin = base_.origin();
  to.headers.push_back({"ACCESS-KEY", credentials.key.clone()});
  to.headers.push_back({"ACCESS-SIGN", base::secret_bytes(std::string_view(signature))});
  to.headers.push_back({"ACCESS-TIMESTAMP", base::secret_bytes(std::string_view(time))});
  to.headers.push_back({"ACCESS-PASSPHRASE", credentials.passphrase.clone()});
}

async::awaitable<bitget_api::reply> bitget_api::ask(web_request request) {
  reply out;
  auto answered = co_await client_.send(std::move(request));
  if (!answered) {
    out.not_reached = answered.error();
    counts_.add(exchange_outcome::unreached);
    co_return out;
  }
  out.status = answered->status;
  out.is_empty = base::trim(answered->body, " \t\r\n").empty();
  out.said = read_bitget_envelope(answered->body);
  counts_.add(had_enough(out)     ? exchange_outcome::throttled
              : has_troubles(out) ? exchange_outcome::failed
                                  : exchange_outcome::answered);
  co_return out;
}

async::awaitable<void> bitget_api::set_clock_right(std::string owner) {
  const auto before = milliseconds_of(clock_.now());
  auto request = question(owner, time_route);
  request.limits.whole = most_time_for_clock;
  const auto heard = co_await ask(std::move(request));
  if (!heard.said || heard.said->code != bitget_success) co_return;
  const auto after = milliseconds_of(clock_.now());
  // Their clock was read somewhere between the two; half way is at most half of the time wrong.
  if (const auto theirs = read_bitget_time(heard.said->data)) ahead_ = *theirs - (before + (after - before) / 2);
}

// The stamp gives rise to a doubt only; what the time is they are asked.
async::awaitable<void> bitget_api::look_at_clock(std::optional<std::int64_t> told) {
  const auto difference = told ? std::abs(*told - now()) : 0;
  if (difference <= most_difference.count() || difference > most_believed.count()) co_return;
  const auto at = steady_clock::now();
  auto due = look_again_at_.load();
  if (at.time_since_epoch().count() < due) co_return;
  if (!look_again_at_.compare_exchange_strong(due, (at + between_looks_at_clock).time_since_epoch().count())) co_return;
  co_await set_clock_right("");
}

base::error bitget_api::busy(std::string_view route, std::string why) const {
  const auto now = steady_clock::now();
  const auto wait = std::chrono::ceil<std::chrono::seconds>(budget_.free_at(route, now) - now);
  return {base::errc::unavailable,
          "exchange-busy",
          "The exchange wants to be asked later.",
          std::move(why),
          {},
          std::max(wait, std::chrono::seconds(1))};
}

async::awaitable<base::result<void>> bitget_api::wait_for_turn(std::string route, time_point until) {
  while (true) {
    const auto now = steady_clock::now();
    const auto turn = budget_.take(route, now, until);
    if (!turn) {
      if (budget_.free_at(route, now) > until) co_return busy(route, "the exchange asked for a longer pause");
      co_return base::error{base::errc::overloaded, "", "", "too many questions wait for the exchange", {},
                            std::chrono::seconds(1)};
    }
    if (turn->at > now) {
      std::exception_ptr interrupted;
      try {
        co_await sleep_until(turn->at);
      } catch (...) {
        interrupted = std::current_exception();
      }
      if (interrupted) {
        budget_.give_up(route);
        std::rethrow_exception(interrupted);
      }
    }
    if (budget_.begin(route, *turn)) co_return base::result<void>();
  }
}

async::awaitable<base::result<bitget_envelope>> bitget_api::ask_patiently(public_question what) {
  const auto until = steady_clock::now() + most_patience;
  for (unsigned attempt = 1;; ++attempt) {
    if (auto turn = co_await wait_for_turn(what.route, until - least_time); !turn) co_return turn.error();
    const auto asked_at = steady_clock::now();
    auto request = question("", what.target);
    request.limits.whole = std::chrono::ceil<milliseconds>(until - asked_at);
    request.limits.body = largest_answer;
    auto heard = co_await ask(std::move(request));
    const auto now = steady_clock::now();

    if (had_enough(heard)) {
      budget_.push_back(what.route, asked_at, now, random_());
      if (budget_.free_at(what.route, now) > until - least_time) co_return busy(what.route, "429");
      continue;
    }
    std::string why;
    if (heard.not_reached) {
      if (heard.not_reached->code == base::errc::overloaded) co_return *heard.not_reached;
      why = heard.not_reached->type + " " + heard.not_reached->internal_detail;
      if (!may_pass(*heard.not_reached)) co_return exchange_unreachable(std::move(why));
    } else if (has_troubles(heard)) {
      why = "status " + std::to_string(heard.status) + ", code " + (heard.said ? heard.said->code : "none");
    } else if (heard.said) {
      budget_.went_well(what.route, asked_at);
      co_await look_at_clock(heard.said->time);
      co_return std::move(*heard.said);
    } else if (heard.is_empty && heard.status == 200 && what.may_be_empty) {
      co_return bitget_envelope{.code = std::string(bitget_success), .message = "", .data = nullptr};
    } else {
      co_return exchange_unreachable("status " + std::to_string(heard.status) + " and no answer of an exchange");
    }
    const auto again_at = now + back_off(attempt, first_pause, longest_pause, random_());
    if (again_at > until - least_time) co_return exchange_unreachable(std::move(why));
    co_await sleep_until(again_at);
  }
}

}  // namespace kontor::outbound
