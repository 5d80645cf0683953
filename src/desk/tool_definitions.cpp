#include "desk/tool_definitions.hpp"

#include <string>

namespace kontor::desk {
namespace {

// In one place, because they must be the same everywhere.
#define KONTOR_SYMBOL R"("symbol":{"type":"string","description":"As the exchange writes it, such as BTCUSDT"})"
#define KONTOR_MARKET \
  R"("market":{"type":"string","enum":["spot","usdt-futures","coin-futures","usdc-futures"],"description":"Default spot"})"
#define KONTOR_INTERVAL                                                                                    \
  R"("interval":{"type":"string","enum":["1m","3m","5m","15m","30m","1H","2H","4H","6H","12H","1D","3D",)" \
  R"("1W","1M"],"description":"Time of one candle, default 1H; 1m is a minute, 1M a month"})"
#define KONTOR_CHART_ID                                                                            \
  R"("chart_id":{"type":"string","description":"Instead of symbol, market and interval: a saved )" \
  R"(chart of the user, from list_charts or create_chart"})"
#define KONTOR_TO \
  R"("to":{"type":"string","description":"Before this time, such as 2026-11-26T08:00:00Z; default now"})"
#define KONTOR_INDICATORS                                                                                       \
  R"("indicators":{"type":"array","maxItems":10,"items":{"type":"string"},"description":"Such as rsi(14), )"    \
  R"(sma(20), ema(20), wma(20), macd(12,26,9), bollinger(20,2), atr(14), stochastic(14,3,3), vwap(1), obv(), )" \
  R"x(volume_average(20)"})x"

constexpr std::string_view candle_schema =
    R"({"type":"object","properties":{)" KONTOR_SYMBOL "," KONTOR_MARKET "," KONTOR_INTERVAL "," KONTOR_CHART_ID
    "," KONTOR_TO
    R"(,"limit":{"type":"integer","minimum":1,"maximum":200,"description":"How many candles, default 50"}},)"
    R"("additionalProperties":false})";
constexpr std::string_view indicator_schema =
    R"({"type":"object","properties":{)" KONTOR_SYMBOL "," KONTOR_MARKET "," KONTOR_INTERVAL "," KONTOR_INDICATORS
    "," KONTOR_CHART_ID "," KONTOR_TO
    R"(,"limit":{"type":"integer","minimum":1,"maximum":200,"description":"For how many of the last candles, default 50"}},)"
    R"("additionalProperties":false})";
constexpr std::string_view create_schema =
    R"({"type":"object","properties":{)" KONTOR_SYMBOL "," KONTOR_MARKET "," KONTOR_INTERVAL "," KONTOR_INDICATORS
    R"(,"days":{"type":"integer","minimum":1,"maximum":3650,"description":"How far back it shows, default 30"},)"
    R"("name":{"type":"string","maxLength":100},"theme":{"type":"string","enum":["system","light","dark"]}},)"
    R"("required":["symbol"],"additionalProperties":false})";
constexpr std::string_view list_schema =
    R"({"type":"object","properties":{)" KONTOR_SYMBOL "," KONTOR_MARKET
    R"(,"limit":{"type":"integer","minimum":1,"maximum":50,"description":"Default 20"}},"additionalProperties":false})";
constexpr std::string_view nothing_schema = R"({"type":"object","properties":{},"additionalProperties":false})";

#undef KONTOR_SYMBOL
#undef KONTOR_MARKET
#undef KONTOR_INTERVAL
#undef KONTOR_CHART_ID
#undef KONTOR_TO
#undef KONTOR_INDICATORS

chat::tool tool_of(std::string_view name, const char* description, std::string_view schema) {
  return {.name = std::string(name), .description = description, .parameters = std::string(schema)};
}

}  // namespace

std::vector<chat::tool> tool_definitions(exchange_key key) {
  std::vector<chat::tool> out = {
      tool_of(get_candles_name, "Candles (open, high, low, close, volume) of a symbol, the newest first.",
              candle_schema),
      tool_of(get_indicators_name,
              "Values of technical indicators over the candles of a symbol, the newest first. The same numbers that a "
              "chart of the user shows.",
              indicator_schema),
      tool_of(create_chart_name,
              "Makes a chart among the user's charts and shows it beside the conversation. Changes nothing else.",
              create_schema),
      tool_of(list_charts_name, "The user's saved charts, the one changed last first.", list_schema)};
  if (key == exchange_key::stored)
    out.push_back(tool_of(get_balances_name, "What the user holds at the exchange now. Read only.", nothing_schema));
  return out;
}

}  // namespace kontor::desk
