// How things of the program look on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "account/account_service.hpp"
#include "account/user.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "http/response.hpp"

#include <string>
#include <string_view>

namespace kontor::api {

struct credentials {
  std::string email;
  base::secret_bytes password;
};

struct setup_claim {
  base::secret_bytes token;
  base::secret_bytes password;
};

/// Schema Credentials, SetupToken, SetupClaim. errc::malformed when the body is no JSON, errc::invalid_input with one
/// entry per wrong field.
base::result<credentials> read_credentials(std::string_view body);
/// The same for a new account: what breaks the rules of `accounts` is listed beside what has the wrong shape.
base::result<credentials> read_new_credentials(std::string_view body, const account::account_service& accounts);
base::result<base::secret_bytes> read_setup_token(std::string_view body);
base::result<setup_claim> read_setup_claim(std::string_view body);

/// Schema User, SignedIn, SetupLink, Policy.
std::string write_user(const account::user& owner);
std::string write_signed_in(const account::signed_in& signed_in);
std::string write_setup_link(const account::setup_link& link);
std::string write_policy(const account::account_settings& settings);

/// 200 (or another status) with a JSON body.
http::response json_response(unsigned status, std::string body);

}  // namespace kontor::api
