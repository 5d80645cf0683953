#include "api/layout_api.hpp"

#include "api/chart_wire.hpp"
#include "api/paging.hpp"
#include "api/still.hpp"
#include "api/wire.hpp"

#include <optional>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

base::error no_such_layout() {
  return {base::errc::not_found, "", "", "no such layout"};
}

std::optional<chart::layout_id> id_in(const http::request& in) {
  return chart::layout_id::parse(in.path_parameter("id"));
}

http::response created(const chart::filled_layout& one) {
  auto answer = json_response(201, write_layout(one));
  answer.set("Location", "/api/v1/layouts/" + one.head.id.str());
  return answer;
}

struct place_in_market {
  market::venue where;
  std::string symbol;
};

std::optional<place_in_market> place_in(const http::request& in) {
  const auto where = market::parse_venue(in.path_parameter("market"));
  const auto& symbol = in.path_parameter("symbol");
  if (!where || !market::is_symbol(symbol)) return std::nullopt;
  return place_in_market{.where = *where, .symbol = symbol};
}

base::error no_such_place() {
  return {base::errc::not_found, "", "", "no such market, or no symbol"};
}

}  // namespace

async::awaitable<base::result<http::response>> layout_api::create_multi_timeframe(http::request& in,
                                                                                  const caller& who) {
  auto what = read_new_multi_timeframe(in);
  if (!what) co_return what.error();
  auto still = while_let_in(who, clock_);
  const auto made = co_await layouts_.create_multi_timeframe(who.owner().id, std::move(*what), std::move(still));
  if (!made) co_return made.error();
  co_return created(*made);
}

async::awaitable<base::result<http::response>> layout_api::list_layouts(http::request& in, const caller& who) {
  auto wish = read_layout_list_wish(in);
  if (!wish) co_return wish.error();
  const auto listed = co_await layouts_.list(who.owner().id, std::move(wish->after), rows_for(wish->limit));
  if (!listed) co_return listed.error();
  co_return json_response(200, write_layouts(*listed, wish->limit));
}

async::awaitable<base::result<http::response>> layout_api::create_layout(http::request& in, const caller& who) {
  auto what = read_new_layout(in);
  if (!what) co_return what.error();
  const auto made = co_await layouts_.create(who.owner().id, std::move(*what));
  if (!made) co_return made.error();
  co_return created(*made);
}

async::awaitable<base::result<http::response>> layout_api::get_layout(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_layout();
  const auto found = co_await layouts_.find(who.owner().id, *which);
  if (!found) co_return found.error();
  co_return json_response(200, write_layout(*found));
}

async::awaitable<base::result<http::response>> layout_api::change_layout(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_layout();
  auto wish = read_layout_change(in.body);
  if (!wish) co_return wish.error();
  const auto changed = co_await layouts_.change(who.owner().id, *which, std::move(*wish));
  if (!changed) co_return changed.error();
  co_return json_response(200, write_layout(*changed));
}

async::awaitable<base::result<http::response>> layout_api::delete_layout(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_layout();
  const auto done = co_await layouts_.remove(who.owner().id, *which);
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> layout_api::list_favourites(http::request& in, const caller& who) {
  if (const auto whole = read_no_page(in); !whole) co_return whole.error();
  const auto all = co_await charts_.favourites(who.owner().id);
  if (!all) co_return all.error();
  co_return json_response(200, write_favourites(*all));
}

async::awaitable<base::result<http::response>> layout_api::add_favourite(http::request& in, const caller& who) {
  auto what = place_in(in);
  if (!what) co_return no_such_place();
  auto still = while_let_in(who, clock_);
  const auto done =
      co_await charts_.add_favourite(who.owner().id, what->where, std::move(what->symbol), std::move(still));
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> layout_api::remove_favourite(http::request& in, const caller& who) {
  auto what = place_in(in);
  if (!what) co_return no_such_place();
  const auto done = co_await charts_.remove_favourite(who.owner().id, what->where, std::move(what->symbol));
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
