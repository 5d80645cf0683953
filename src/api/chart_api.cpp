#include "api/chart_api.hpp"

#include "api/chart_wire.hpp"
#include "api/large_answer.hpp"
#include "api/paging.hpp"
#include "api/request_key.hpp"
#include "api/still.hpp"
#include "api/wire.hpp"

#include <optional>
#include <string>
#include <utility>

namespace kontor::api {
namespace {

base::error no_such_chart() {
  return {base::errc::not_found, "", "", "no such chart"};
}

std::optional<chart::chart_id> id_in(const http::request& in) {
  return chart::chart_id::parse(in.path_parameter("id"));
}

http::response created(const chart::chart& one) {
  auto answer = json_response(201, write_chart(one));
  answer.set("Location", "/api/v1/charts/" + one.id.str());
  return answer;
}

}  // namespace

async::awaitable<base::result<http::response>> chart_api::list_charts(http::request& in, const caller& who) {
  auto wish = read_chart_list_wish(in);
  if (!wish) co_return wish.error();
  const auto listed =
      co_await charts_.list(who.owner().id, std::move(wish->which), std::move(wish->after), rows_for(wish->limit));
  if (!listed) co_return listed.error();
  co_return json_response(200, write_charts(*listed, wish->limit));
}

async::awaitable<base::result<http::response>> chart_api::create_chart(http::request& in, const caller& who) {
  auto what = read_new_chart(in);
  if (!what) co_return what.error();
  auto still = while_let_in(who, clock_);
  const auto made = co_await charts_.create(who.owner().id, std::move(*what), std::move(still));
  if (!made) co_return made.error();
  co_return created(*made);
}

async::awaitable<base::result<chart::chart>> chart_api::find(const http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_chart();
  co_return co_await charts_.find(who.owner().id, *which);
}

async::awaitable<base::result<http::response>> chart_api::get_chart(http::request& in, const caller& who) {
  const auto found = co_await find(in, who);
  if (!found) co_return found.error();
  co_return json_response(200, write_chart(*found));
}

async::awaitable<base::result<http::response>> chart_api::change_chart(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_chart();
  auto wish = read_chart_change(in.body);
  if (!wish) co_return wish.error();
  auto still = while_let_in(who, clock_);
  const auto changed = co_await charts_.change(who.owner().id, *which, std::move(*wish), std::move(still));
  if (!changed) co_return changed.error();
  co_return json_response(200, write_chart(*changed));
}

async::awaitable<base::result<http::response>> chart_api::delete_chart(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_chart();
  const auto done = co_await charts_.remove(who.owner().id, *which);
  if (!done) co_return done.error();
  co_return http::response(204);
}

async::awaitable<base::result<http::response>> chart_api::duplicate_chart(http::request& in, const caller& who) {
  const auto which = id_in(in);
  if (!which) co_return no_such_chart();
  auto key = read_idempotency_key(in);
  if (!key) co_return key.error();
  const auto made = co_await charts_.duplicate(who.owner().id, *which, std::move(*key));
  if (!made) co_return made.error();
  co_return created(*made);
}

async::awaitable<base::result<http::response>> chart_api::get_chart_data(http::request& in, const caller& who) {
  const auto found = co_await find(in, who);
  if (!found) co_return found.error();
  auto wish = read_data_wish(in, *found, clock_.now());
  if (!wish) co_return wish.error();
  auto told = co_await data_.as_json(who.owner().id, std::move(*wish));
  if (!told) co_return told.error();
  co_return data_response(json_type, std::move(*told));
}

async::awaitable<base::result<http::response>> chart_api::export_chart(http::request& in, const caller& who) {
  const auto found = co_await find(in, who);
  if (!found) co_return found.error();
  const auto now = clock_.now();
  auto wish = read_csv_wish(in, *found, now);
  if (!wish) co_return wish.error();
  auto told = co_await data_.as_csv(who.owner().id, std::move(*wish));
  if (!told) co_return told.error();
  auto answer = data_response("text/csv; charset=utf-8", std::move(*told));
  // Symbols and intervals are letters, digits, `_` and `-`.
  const auto& of = found->shows.of;
  answer.set("Content-Disposition", "attachment; filename=\"" + of.symbol + "-" +
                                        std::string(market::name_of(of.every)) + "-" +
                                        base::to_rfc3339(now).substr(0, 10) + ".csv\"");
  co_return answer;
}

}  // namespace kontor::api
