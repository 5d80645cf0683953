// What a chart showed when a user said something about it: enough to look at the same numbers later. Its form is
// checked and nothing else: it carries no right.
#pragma once

#include "chat/conversation.hpp"
#include "json/object_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat {

/// Schema ChartPin.
struct chart_pin {
  std::string market;
  std::string symbol;
  std::string interval;
  std::int64_t from = 0;  ///< Milliseconds since 1970, UTC.
  std::int64_t to = 0;
  std::vector<std::string> indicators;  ///< `rsi(14)`
  std::string hash;                     ///< 64 digits, over the numbers.

  friend bool operator==(const chart_pin&, const chart_pin&) = default;
};

std::string to_json(const chart_pin& what);

/// Refuses, at the members of a pin, what no chart can show: that is known elsewhere.
using pin_check = std::function<void(json::object_reader& in, const chart_pin& what)>;

/// A member that is one, or null, or not there; what is wrong is refused at its own path (`/chart/symbol`). `check`
/// comes last, when all members have their form.
std::optional<chart_pin> read_pin_member(json::object_reader& in, std::string_view name, const pin_check& check = {});

/// The pin of a message; nullopt: it has none, or metadata of somebody else.
std::optional<chart_pin> pin_of(const message& what);
/// Stores it in the message's metadata.
void set_pin(message& into, const chart_pin& what);

/// What the model is told of it, before the message.
std::string to_sentence(const chart_pin& what);

}  // namespace kontor::chat
