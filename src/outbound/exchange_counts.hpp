// What became of questions to an exchange, for whoever watches the program.
#pragma once

#include "metrics/counter.hpp"

namespace kontor::outbound {

enum class exchange_outcome {
  answered,   ///< Also with a refusal of what was asked.
  throttled,  ///< It had enough of our questions (429).
  failed,     ///< It said that it has troubles.
  unreached,  ///< Nobody answered in time, or nobody who could be trusted.
};
using exchange_counts = metrics::counters<exchange_outcome, exchange_outcome::unreached>;

/// Of the socket that live candles come from.
struct exchange_socket_counts {
  metrics::gauge connections;  ///< Open, or being opened.
  metrics::counter lost;       ///< Ended by the other side, or by a failure.
};

}  // namespace kontor::outbound
