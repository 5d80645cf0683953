// Personal access tokens on the wire: list, create, revoke. Only a session may do that: no token makes another.
#pragma once

#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "token/token_service.hpp"

#include <string_view>

namespace kontor::api {

/// Schema NewPersonalToken, for an administrator or for somebody else, who may not have the scopes of one.
/// errc::malformed when the body is no JSON, errc::invalid_input with one entry per wrong field.
base::result<token::token_request> read_token_request(std::string_view body, const account::user& owner);

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class token_api {
 public:
  explicit token_api(token::token_service& tokens) : tokens_(tokens) {}

  async::awaitable<base::result<http::response>> list_tokens(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> create_token(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> revoke_token(http::request& in, const session::identity& me);

 private:
  token::token_service& tokens_;
};

}  // namespace kontor::api
