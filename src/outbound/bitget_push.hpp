// What is said on Bitget's public socket, in both directions (v2), without a socket.
#pragma once

#include "market/candle.hpp"
#include "market/series.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::outbound {

struct bitget_pong {};
struct bitget_subscribed {
  market::series of;
};
/// The newest candles, the last of them growing; sorted, each time once. Never empty.
struct bitget_candles_pushed {
  market::series of;
  std::vector<market::candle> candles;
};
struct bitget_socket_error {
  int code = 0;
  std::optional<market::series> of;  ///< When it says so.
};
/// Something that nobody asked for, and that does no harm.
struct bitget_other {};

using bitget_push =
    std::variant<bitget_pong, bitget_subscribed, bitget_candles_pushed, bitget_socket_error, bitget_other>;

/// nullopt: neither `pong` nor a JSON object.
std::optional<bitget_push> read_bitget_push(std::string_view text);

enum class bitget_op { subscribe, unsubscribe };
/// At least one series.
std::string bitget_socket_request(bitget_op what, std::span<const market::series> of);
inline constexpr std::string_view bitget_ping = "ping";

/// There is no such channel, or not with these parameters.
bool is_bitget_channel_refused(int code);
/// Too many requests: nothing more is to be sent for a while.
bool is_bitget_socket_throttled(int code);

}  // namespace kontor::outbound
