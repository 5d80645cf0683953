// What is said over the socket: each frame of api/asyncapi.yaml that the program sends, as text. Decides nothing.
#pragma once

#include "base/error.hpp"
#include "chat/conversation.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::run {

/// One text for all who hear it.
using frame = std::shared_ptr<const std::string>;

/// A message as frames show it.
struct told_message {
  std::string json;     ///< Schema Message.
  std::string content;  ///< Again, for `result`.
  finish how = finish::complete;
  std::optional<usage> used = std::nullopt;
  std::string agent = {};  ///< The model that answered; may be empty.
  /// Of one that asks for tools, or is a result: the message itself, whose content stands above.
  chat::numbered_message row = {};
};

/// Schema RunFailure, and what stands in the event of an error.
std::string to_json(const failure& why);
/// What to_json made; internal_failure for anything else.
failure parse_failure(std::string_view json);
/// Schema Usage.
std::string to_json(const usage& used);

/// It tells of a message.
bool is_about_message(event_kind what) noexcept;
/// The frame of an event. `about`: the message that it tells of; such an event of a message that is not there any more
/// is told as nothing, an empty text.
std::string event_frame(const chat::conversation_id& in, const event& what, const told_message* about);

std::string connected_frame(base::timestamp at, std::string_view email);
/// `request` is what the client called its frame, or empty.
std::string subscribed_frame(base::timestamp at, const chat::conversation_id& to, std::int64_t seq, bool is_processing,
                             std::string_view request);
std::string reload_frame(base::timestamp at, const chat::conversation_id& of, std::int64_t seq,
                         std::string_view request);
/// There was nothing to stop.
std::string nothing_cancelled_frame(base::timestamp at, const std::optional<chat::conversation_id>& in,
                                    std::string_view request);
/// The answer to a frame of the client. `title`: what the error is called when it has no words of its own.
std::string refusal_frame(base::timestamp at, const base::error& why, std::string_view title,
                          const std::optional<chat::conversation_id>& in, std::string_view request);
/// `change`: created, changed, deleted, restored or removed.
std::string conversation_frame(base::timestamp at, const chat::conversation_id& which, std::string_view change);
std::string ping_frame(base::timestamp at);
std::string pong_frame(base::timestamp at);

}  // namespace kontor::run
