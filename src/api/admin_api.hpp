// The accounts of others, for administrators: list, invite, change, end sessions, links. No handler here reads what an
// account owns.
#pragma once

#include "admin/user_admin.hpp"
#include "api/admin_wire.hpp"
#include "api/caller.hpp"
#include "async/awaitable.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "session/session_info.hpp"

namespace kontor::api {

/// Each handler is one operation of api/openapi.yaml; errors come back as results and are rendered by the route table.
class admin_api {
 public:
  /// `address_of` is asked with each link that is made, on any loop. It never asks the request: links built from what a
  /// client says about its host have led people to strangers (ledger, host-header group).
  admin_api(admin::user_admin& users, link_address address_of) : users_(users), address_of_(std::move(address_of)) {}

  async::awaitable<base::result<http::response>> list_users(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> invite_user(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> get_user(http::request& in, const caller& who);
  async::awaitable<base::result<http::response>> change_user(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> end_sessions(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> make_reset_link(http::request& in, const session::identity& me);
  async::awaitable<base::result<http::response>> remove_second_factor(http::request& in, const session::identity& me);

 private:
  admin::user_admin& users_;
  const link_address address_of_;
};

}  // namespace kontor::api
