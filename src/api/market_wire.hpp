// The market on the wire: queries and schemas of api/openapi.yaml, in the same names.
#pragma once

#include "api/query_reader.hpp"
#include "base/error.hpp"
#include "chart/data_service.hpp"
#include "http/request.hpp"
#include "json/object_reader.hpp"
#include "market/market_service.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::api {

inline constexpr std::int64_t most_symbols_shown = 200;
inline constexpr std::size_t most_tickers_at_once = 50;
inline constexpr std::size_t longest_symbol_query = 64;       ///< Bytes.
inline constexpr std::size_t longest_indicators_text = 1000;  ///< Bytes.
/// The end of the year 9999: what RFC 3339 can say.
inline constexpr std::int64_t last_millisecond = 253'402'300'799'999;

struct symbols_wish {
  market::venue where = market::venue::spot;
  std::string query;
  std::int64_t limit = 50;
};
struct tickers_wish {
  market::venue where = market::venue::spot;
  std::vector<std::string> symbols;
};

/// errc::invalid_input with one entry per wrong parameter, and for each that is not known.
base::result<symbols_wish> read_symbols_wish(const http::request& in);
base::result<tickers_wish> read_tickers_wish(const http::request& in);
base::result<chart::data_request> read_candles_wish(const http::request& in);

/// `from` and `to`.
void read_range(query_reader& in, chart::data_request& into);

/// Schema PinToVerify. errc::malformed when the body is no JSON, errc::invalid_input with one entry per wrong field.
base::result<chart::pin> read_pin_to_verify(std::string_view body);

/// Of a body or a frame: the member is there, and is one of these.
market::venue read_venue(json::object_reader& in);
std::string read_symbol(json::object_reader& in);
market::interval read_interval(json::object_reader& in);

/// Schema MarketSymbols, Tickers, PinVerification.
std::string write_symbols(market::venue where, std::span<const market::instrument* const> found,
                          const market::symbol_list& of);
std::string write_tickers(const tickers_wish& wanted, const market::ticker_list& of);
std::string write_verification(const chart::pin_verification& how);

}  // namespace kontor::api
