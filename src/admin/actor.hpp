// Who administers: somebody with a session, or whoever sits at the console of the server.
#pragma once

#include "account/user.hpp"
#include "mail/language.hpp"
#include "session/session_info.hpp"

#include <optional>
#include <string>

namespace kontor::admin {

struct actor {
  std::optional<account::user> who;  ///< nullopt: the console.
  std::string address;
  std::string request_id;
  mail::language language = mail::language::english;  ///< Of the mails that the acts cause.
};

inline actor at_console() {
  return {.who = std::nullopt, .address = "console", .request_id = "", .language = mail::language::english};
}

inline actor signed_in(const session::identity& who, const session::client_info& client) {
  return {.who = who.owner, .address = client.address, .request_id = client.request_id, .language = client.language};
}

}  // namespace kontor::admin
