// Whether who asked may still, after something was waited for.
#pragma once

#include "base/error.hpp"
#include "sql/session.hpp"

#include <functional>

namespace kontor::sql {

/// Asked first in a transaction, when time has passed since who asked was let in: what a session or a token asked for
/// must not be done when it was ended meanwhile. An error of it is the answer.
using permission = std::function<base::result<void>(session& in)>;

/// The permission of whoever needs none.
inline base::result<void> always(session&) {
  return {};
}

}  // namespace kontor::sql
