// Messages, runs and limits on the wire: schemas of api/openapi.yaml, and what clients say over a socket
// (api/asyncapi.yaml).
#pragma once

#include "api/market_frames.hpp"
#include "base/error.hpp"
#include "http/request.hpp"
#include "run/run_service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kontor::api {

inline constexpr std::size_t longest_message = 32'000;  ///< Code points.
inline constexpr std::size_t longest_request_id = 64;   ///< Bytes of what a client calls its frame.

/// Schema NewMessage, with the header field Idempotency-Key. errc::malformed when the body is no JSON,
/// errc::invalid_input with one entry per wrong field.
base::result<run::new_message> read_new_message(const http::request& in);

/// Schema AcceptedMessage, ChatLimits, WsTicket.
std::string write_accepted(const run::accepted& what);
std::string write_chat_limits(const run::limits_view& view);
std::string write_ticket(std::string_view ticket, std::chrono::seconds expires_in);

struct chat_frame {
  run::new_message what;
};
struct cancel_frame {
  std::optional<chat::conversation_id> conversation;  ///< Without it all that the socket listens to.
};
struct subscribe_frame {
  chat::conversation_id conversation;
  std::optional<std::int64_t> after;
};
struct unsubscribe_frame {
  chat::conversation_id conversation;
};
struct ping_frame {};

using any_frame =
    std::variant<chat_frame, cancel_frame, subscribe_frame, unsubscribe_frame, watch_frame, unwatch_frame, ping_frame>;

struct client_frame {
  std::string request_id;  ///< What the client calls it; empty: nothing, or nothing that can be said again.
  base::result<any_frame> what;
};

/// Reads a frame; what is wrong with it is in `what`, as for a body.
client_frame read_frame(std::string_view text);

}  // namespace kontor::api
