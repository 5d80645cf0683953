// How things of the program look on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "account/account_service.hpp"
#include "account/user.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "factor/factor_service.hpp"
#include "http/response.hpp"
#include "session/enrolment_service.hpp"
#include "session/session_service.hpp"
#include "session/step_up_service.hpp"

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

struct login_code {
  base::secret_bytes mfa_token;
  base::secret_bytes code;
  delivery refresh_token = delivery::cookie;
};

/// A registration that is finished by a mail: the password may be left out.
struct mailed_registration {
  std::string email;
  std::optional<base::secret_bytes> password;
};

/// Of the account that asks.
struct second_factor_state {
  bool is_on = false;
  bool is_demanded = false;
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

/// Schema Credentials, LoginCode, SetupToken, SetupClaim, PasswordChange, StepUp, Code. errc::malformed when the body
/// is no JSON, errc::invalid_input with one entry per wrong field.
base::result<credentials> read_credentials(std::string_view body);
/// The same for a new account: what breaks the rules of `accounts` is listed beside what has the wrong shape.
base::result<credentials> read_new_credentials(std::string_view body, const account::account_service& accounts);
/// The same where a mail finishes the registration.
base::result<mailed_registration> read_mailed_registration(std::string_view body,
                                                           const account::account_service& accounts);
/// Schema EmailAddress.
base::result<std::string> read_email(std::string_view body);
/// Schema Empty, or no body at all.
base::result<void> read_nothing(std::string_view body);
base::result<base::secret_bytes> read_setup_token(std::string_view body);
base::result<setup_claim> read_setup_claim(std::string_view body);
base::result<password_change> read_password_change(std::string_view body);
base::result<login_code> read_login_code(std::string_view body);
base::result<session::proof> read_step_up(std::string_view body);
base::result<base::secret_bytes> read_code(std::string_view body);
/// Schema RefreshToken: the token of a program; nullopt for an empty body, that of a browser.
base::result<std::optional<base::secret_bytes>> read_refresh_token(std::string_view body);
/// Schema LogoutAll: is the session that asks to go on?
base::result<session::sessions_of_account> read_logout_all(std::string_view body);

/// Schema User, Me, SignedIn, SetupLink, Policy, SessionList, EmailAddress, SecondFactor, TotpSetup, RecoveryCodes.
std::string write_user(const account::user& owner);
std::string write_me(const account::user& me, second_factor_state factor);
std::string write_signed_in(const session::signed_in& signed_in, delivery refresh_token);
std::string write_sessions(std::span<const session::session_info> sessions, const base::session_id& current);
std::string write_setup_link(const account::setup_link& link);
std::string write_email(std::string_view email);
std::string write_policy(const account::account_settings& settings);
std::string write_second_factor(const session::enrolment& state);
std::string write_totp_setup(const factor::totp_setup& setup);
std::string write_recovery_codes(const factor::recovery_codes& codes);

/// 200 (or another status) with a JSON body.
http::response json_response(unsigned status, std::string body);

}  // namespace kontor::api
