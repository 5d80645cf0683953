// Whether who asked may still, after a provider was waited for.
#pragma once

#include "base/error.hpp"
#include "sql/session.hpp"

#include <functional>

namespace kontor::settings {

/// Asked first in a transaction of sql::database that writes, when a provider has answered: what a session asked for
/// must not be done when it was ended meanwhile, however long the provider took. An error of it is the answer.
using permission = std::function<base::result<void>(sql::session& in)>;

}  // namespace kontor::settings
