// What somebody did on the command line, for the log.
#pragma once

#include "audit/event.hpp"

#include <string>
#include <utility>

namespace kontor::audit {

/// It went well, nobody was signed in, and it is in nobody's timeline. `detail` as in event.
inline event console_event(action what, std::string detail, base::timestamp at) {
  return {.owner = std::nullopt,
          .actor = std::nullopt,
          .action = what,
          .detail = std::move(detail),
          .address = "console",
          .at = at};
}

}  // namespace kontor::audit
