// How the tools are offered to a model: names, what they do, and JSON Schemas of what they take. Paid for with each
// question, so no word too many.
#pragma once

#include "chat/toolbox.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace kontor::desk {

inline constexpr std::string_view get_candles_name = "get_candles";
inline constexpr std::string_view get_indicators_name = "get_indicators";
inline constexpr std::string_view create_chart_name = "create_chart";
inline constexpr std::string_view list_charts_name = "list_charts";
inline constexpr std::string_view get_balances_name = "get_balances";

inline constexpr std::int64_t most_told_candles = 200;
inline constexpr std::int64_t usual_told_candles = 50;
inline constexpr std::int64_t most_told_charts = 50;
inline constexpr std::int64_t usual_told_charts = 20;

enum class exchange_key { absent, stored };
std::vector<chat::tool> tool_definitions(exchange_key key);

}  // namespace kontor::desk
