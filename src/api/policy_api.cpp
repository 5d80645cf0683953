#include "api/policy_api.hpp"

#include "api/client.hpp"
#include "api/policy_wire.hpp"
#include "api/wire.hpp"

namespace kontor::api {

async::awaitable<base::result<http::response>> policy_api::get_policy(http::request&, const caller&) {
  const auto rules = co_await policies_.get();
  if (!rules) co_return rules.error();
  co_return json_response(200, write_admin_policy(*rules));
}

async::awaitable<base::result<http::response>> policy_api::change_policy(http::request& in,
                                                                         const session::identity& me) {
  auto wanted = read_policy_change(in.body);
  if (!wanted) co_return wanted.error();
  auto client = client_of(in);
  policy::author by{me.owner, std::move(client.address), std::move(client.request_id)};
  const auto rules = co_await policies_.change(std::move(by), std::move(*wanted));
  if (!rules) co_return rules.error();
  co_return json_response(200, write_admin_policy(*rules));
}

}  // namespace kontor::api
