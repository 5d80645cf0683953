// For what takes its time: whether who asked for it is let in still.
#pragma once

#include "api/caller.hpp"
#include "session/session_service.hpp"
#include "token/token_service.hpp"

namespace kontor::api {

/// As the database says when it is asked. errc::unauthenticated, type `invalid-token`. `clock` outlives it.
inline auto while_let_in(const caller& who, const base::clock& clock) {
  if (const auto* by = who.by_session()) return session::session_service::while_open(by->session.id, clock);
  return token::token_service::while_valid(*who.by_token(), clock);
}

}  // namespace kontor::api
