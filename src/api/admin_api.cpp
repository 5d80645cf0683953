#include "api/admin_api.hpp"

#include "api/client.hpp"
#include "api/wire.hpp"

namespace kontor::api {
namespace {

base::result<base::user_id> user_of(const http::request& in) {
  if (const auto id = base::user_id::parse(in.path_parameter("id"))) return *id;
  return base::error{base::errc::not_found, "", "", "no such account"};
}

}  // namespace

async::awaitable<base::result<http::response>> admin_api::list_users(http::request& in, const caller&) {
  auto query = read_user_list_query(in);
  if (!query) co_return query.error();
  const auto limit = query->page.limit;
  const auto users = co_await users_.list(std::move(query->wanted), std::move(query->page.after), rows_for(limit));
  if (!users) co_return users.error();
  co_return json_response(200, write_admin_users(*users, limit));
}

async::awaitable<base::result<http::response>> admin_api::invite_user(http::request& in, const session::identity& me) {
  auto wire = read_new_guest(in.body);
  if (!wire) co_return wire.error();
  auto by = admin::signed_in(me, client_of(in));
  const auto invited = co_await users_.invite(std::move(by), std::move(wire->email), wire->is_admin, language_of(in));
  if (!invited) co_return invited.error();
  auto answer = json_response(201, write_invited(*invited, address_of_));
  answer.set("Location", "/api/v1/admin/users/" + invited->guest.user.id.str());
  co_return answer;
}

async::awaitable<base::result<http::response>> admin_api::get_user(http::request& in, const caller&) {
  const auto id = user_of(in);
  if (!id) co_return id.error();
  const auto user = co_await users_.get(*id);
  if (!user) co_return user.error();
  co_return json_response(200, write_admin_user(*user));
}

async::awaitable<base::result<http::response>> admin_api::change_user(http::request& in, const session::identity& me) {
  const auto id = user_of(in);
  if (!id) co_return id.error();
  const auto wanted = read_user_change(in.body);
  if (!wanted) co_return wanted.error();
  auto by = admin::signed_in(me, client_of(in));
  const auto changed = co_await users_.change(std::move(by), *id, *wanted);
  if (!changed) co_return changed.error();
  co_return json_response(200, write_admin_user(*changed));
}

async::awaitable<base::result<http::response>> admin_api::end_sessions(http::request& in, const session::identity& me) {
  const auto id = user_of(in);
  if (!id) co_return id.error();
  auto by = admin::signed_in(me, client_of(in));
  const auto done = co_await users_.end_sessions(std::move(by), *id);
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> admin_api::make_reset_link(http::request& in,
                                                                          const session::identity& me) {
  const auto id = user_of(in);
  if (!id) co_return id.error();
  auto by = admin::signed_in(me, client_of(in));
  const auto link = co_await users_.make_reset_link(std::move(by), *id);
  if (!link) co_return link.error();
  co_return json_response(201, write_link(*link, address_of_));
}

async::awaitable<base::result<http::response>> admin_api::remove_second_factor(http::request& in,
                                                                               const session::identity& me) {
  const auto id = user_of(in);
  if (!id) co_return id.error();
  auto by = admin::signed_in(me, client_of(in));
  const auto done = co_await users_.remove_second_factor(std::move(by), *id);
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
