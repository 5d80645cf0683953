// A session that ended while something was done in its name.
#pragma once

#include "base/error.hpp"

namespace kontor::session {

/// Ended a moment ago, by another node say: what it asked for must not outlive it. errc::unauthenticated, type
/// `invalid-token`.
inline base::error session_over() {
  return {base::errc::unauthenticated, "invalid-token", "", "session ended meanwhile"};
}

}  // namespace kontor::session
