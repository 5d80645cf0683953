// How things of the program look on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "account/account_service.hpp"
#include "account/user.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "http/response.hpp"
#include "session/session_service.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::api {

/// Where a client wants its refresh token: browsers in the cookie, programs in the body.
enum class delivery { cookie, body };

struct credentials {
  std::string email;
  base::secret_bytes password;
  delivery refresh_token = delivery::cookie;
};

/// A registration that is finished by a mail: the password may be left out.
struct mailed_registration {
  std::string email;
  std::optional<base::secret_bytes> password;
};

struct setup_claim {
  base::secret_bytes token;
  base::secret_bytes password;
  delivery refresh_token = delivery::cookie;
};

struct password_change {
  base::secret_bytes current;
  base::secret_bytes renewed;
};

/// Schema Credentials, SetupToken, SetupClaim, PasswordChange. errc::malformed when the body is no JSON,
/// errc::invalid_input with one entry per wrong field.
base::result<credentials> read_credentials(std::string_view body);
/// The same for a new account: what breaks the rules of `accounts` is listed beside what has the wrong shape.
base::result<credentials> read_new_credentials(std::string_view body, const account::account_service& accounts);
/// The same where a mail finishes the registration.
base::result<mailed_registration> read_mailed_registration(std::string_view body,
                                                           const account::account_service& accounts);
/// Schema EmailAddress.
base::result<std::string> read_email(std::string_view body);
/// A body that may be left out and has no members.
base::result<void> read_nothing(std::string_view body);
base::result<base::secret_bytes> read_setup_token(std::string_view body);
base::result<setup_claim> read_setup_claim(std::string_view body);
base::result<password_change> read_password_change(std::string_view body);
/// Schema RefreshToken: the token of a program; nullopt for an empty body, that of a browser.
base::result<std::optional<base::secret_bytes>> read_refresh_token(std::string_view body);
/// Schema LogoutAll: is the session that asks to go on?
base::result<session::sessions_of_account> read_logout_all(std::string_view body);

/// Schema User, SignedIn, SetupLink, Policy, SessionList, EmailAddress.
std::string write_user(const account::user& owner);
std::string write_signed_in(const session::signed_in& signed_in, delivery refresh_token);
std::string write_sessions(std::span<const session::session_info> sessions, const base::session_id& current);
std::string write_setup_link(const account::setup_link& link);
std::string write_email(std::string_view email);
std::string write_policy(const account::account_settings& settings);

/// 200 (or another status) with a JSON body.
http::response json_response(unsigned status, std::string body);

}  // namespace kontor::api
