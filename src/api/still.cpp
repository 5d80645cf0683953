#include "api/still.hpp"

#include "session/session_service.hpp"
#include "token/token_service.hpp"

namespace kontor::api {

sql::permission while_open(const base::session_id& which, const base::clock& clock) {
  return [which, &clock](sql::session& in) { return session::session_service::still_open(in, which, clock.now()); };
}

sql::permission while_let_in(const caller& who, const base::clock& clock) {
  if (const auto* by = who.by_session()) return while_open(by->session.id, clock);
  return [owner = who.owner().id, which = who.by_token()->token.id, &clock](sql::session& in) {
    return token::token_service::still_valid(in, owner, which, clock.now());
  };
}

}  // namespace kontor::api
