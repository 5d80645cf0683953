// What is made of Bitget's answers: candles that are sorted, each time once, with numbers that a chart can show;
// symbols that may be asked for.
#include "tests/fuzz/fuzz_target.hpp"

#include "outbound/bitget_candles.hpp"
#include "outbound/bitget_message.hpp"

#include <cmath>

namespace {

using namespace kontor;

void look_at(const std::vector<market::candle>& candles) {
  std::int64_t before = -1;
  for (const auto& each : candles) {
    test::must(each.time > before, "candles are sorted, and each time is there once");
    before = each.time;
    for (const double price : {each.open, each.high, each.low, each.close})
      test::must(std::isfinite(price) && price > 0, "a price is a positive number");
    for (const double amount : {each.volume, each.quote_volume})
      test::must(std::isfinite(amount) && amount >= 0, "an amount is a number");
    test::must(each.low <= each.high, "the low is not above the high");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto said = outbound::read_bitget_envelope(test::input_text(data, size));
  if (!said) return 0;
  (void)outbound::read_bitget_time(said->data);
  (void)outbound::read_bitget_tickers(said->data);
  for (const auto where : {market::venue::spot, market::venue::usdt_futures, market::venue::coin_futures}) {
    if (const auto candles = outbound::read_bitget_candles(said->data, where)) look_at(*candles);
    const auto instruments = outbound::read_bitget_instruments(said->data, where);
    if (!instruments) continue;
    for (const auto& each : *instruments)
      test::must(market::is_symbol(each.symbol), "a symbol is one that may be asked for");
  }
  return 0;
}
