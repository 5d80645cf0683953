// What the tools of a model say: short JSON, the latest values first, with numbers to the last digit. Decides only.
#pragma once

#include "chart/chart.hpp"
#include "chart/chart_data.hpp"
#include "settings/exchange_balances.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace kontor::desk {

/// Rows of candles or values end before it: what is left out is said.
inline constexpr std::size_t most_result_bytes = 24 * 1024;
inline constexpr std::size_t most_told_coins = 100;

std::string candles_result(const chart::chart_data& of);
/// For each candle its close and the values; null: not warm yet.
std::string indicators_result(const chart::chart_data& of);
std::string chart_result(const chart::chart& made);
std::string charts_result(std::span<const chart::chart> all);
std::string balances_result(std::span<const settings::balance> all, base::timestamp now);

}  // namespace kontor::desk
