// Who sends a request, for sessions and the audit log.
#pragma once

#include "http/request.hpp"
#include "mail/language.hpp"
#include "session/session_info.hpp"
#include "vault/vault_service.hpp"

namespace kontor::api {

/// Without `device_mark`, which browser_session adds where a password or a code is checked.
session::client_info client_of(const http::request& in);

/// Who acts on secrets and settings, for the audit log.
vault::act_source act_of(const http::request& in, const session::identity& me);

/// The language a mail is written in that this request causes.
mail::language language_of(const http::request& in);

}  // namespace kontor::api
