// What is made of public data of the exchange: candles in order, each time once, with prices that are some; amounts
// that are decimal numbers; and nothing that is said on its socket does harm.
#include "tests/fuzz/fuzz_target.hpp"

#include "json/parse.hpp"
#include "outbound/bitget_balances.hpp"
#include "outbound/bitget_candles.hpp"
#include "outbound/bitget_message.hpp"
#include "outbound/decimal_text.hpp"
#include "outbound/json_look.hpp"
#include "outbound/live_plan.hpp"

#include <cmath>

namespace {

using namespace kontor;

void look_at_candles(const std::vector<market::candle>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& each = all[i];
    test::must(i == 0 || all[i - 1].time < each.time, "candles are in order, each time once");
    test::must(each.low > 0 && each.low <= each.high && std::isfinite(each.high), "prices are some");
    test::must(each.volume >= 0 && std::isfinite(each.volume) && each.quote_volume >= 0, "amounts are some");
  }
}

void look_at_data(const boost::json::value& data) {
  for (const auto where : {market::venue::spot, market::venue::coin_futures}) {
    if (const auto candles = outbound::read_bitget_candles(data, where)) look_at_candles(*candles);
    if (const auto all = outbound::read_bitget_instruments(data, where))
      for (const auto& each : *all)
        test::must(market::is_symbol(each.symbol) && each.price_digits >= 0 && each.price_digits <= 18,
                   "a symbol is one");
  }
  if (const auto all = outbound::read_bitget_tickers(data))
    for (const auto& each : *all)
      test::must(each.last.empty() || outbound::is_decimal(each.last), "a price is a decimal number");
  for (const auto kind : {settings::exchange_account::classic, settings::exchange_account::unified})
    if (const auto all = outbound::read_bitget_balances(data, kind))
      for (const auto& each : *all)
        test::must(outbound::is_decimal(each.total) && outbound::is_decimal(each.frozen), "an amount is one");
}

void look_at_push(std::string_view text) {
  if (const auto said = outbound::read_bitget_push(text))
    if (const auto* const pushed = std::get_if<outbound::bitget_candles_pushed>(&*said)) {
      test::must(!pushed->candles.empty(), "a push is not empty");
      look_at_candles(pushed->candles);
    }
  const outbound::live_plan::time_point now{};
  outbound::live_plan plan([] { return 0.5; });
  plan.want({market::venue::spot, "BTCUSDT", market::interval::m1});
  plan.act(now);
  plan.opened(1, now);
  plan.act(now);
  plan.heard(1, text, now);
  plan.heard(1, text, now);
  test::must(plan.act(now).size() < 8, "one message does not make many");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = test::input_text(data, size);
  look_at_push(bytes);
  if (const auto said = outbound::read_bitget_envelope(bytes)) look_at_data(said->data);
  const auto read = json::parse(bytes);
  if (!read) return 0;
  look_at_data(*read);
  // The recorded answers, with what was asked around them.
  const auto* const response = outbound::member_of(*read, "response");
  const auto* const body = response != nullptr ? outbound::member_of(*response, "body") : nullptr;
  if (const auto* const inner = body != nullptr ? outbound::member_of(*body, "data") : nullptr) look_at_data(*inner);
  return 0;
}
