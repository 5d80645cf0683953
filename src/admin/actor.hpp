// Who administers: somebody with a session, or whoever sits at the console of the server.
#pragma once

#include "account/user.hpp"
#include "session/session_info.hpp"

#include <optional>
#include <string>

namespace kontor::admin {

struct actor {
  std::optional<account::user> who;  ///< nullopt: the console.
  std::string address;
  std::string request_id;
};

inline actor at_console() {
  return {.who = std::nullopt, .address = "console", .request_id = ""};
}

inline actor signed_in(const session::identity& who, const session::client_info& client) {
  return {.who = who.owner, .address = client.address, .request_id = client.request_id};
}

}  // namespace kontor::admin
