// For what takes its time: whether who asked for it is let in still.
#pragma once

#include "api/caller.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "sql/permission.hpp"

namespace kontor::api {

/// As the database says when it is asked. errc::unauthenticated, type `invalid-token`. `clock` outlives it.
sql::permission while_let_in(const caller& who, const base::clock& clock);
sql::permission while_open(const base::session_id& which, const base::clock& clock);

}  // namespace kontor::api
