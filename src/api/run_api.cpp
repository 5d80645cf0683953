#include "api/run_api.hpp"

#include "api/run_wire.hpp"
#include "api/still.hpp"
#include "api/wire.hpp"

#include <utility>

namespace kontor::api {
namespace {

base::result<chat::conversation_id> conversation_of(const http::request& in) {
  if (const auto id = chat::conversation_id::parse(in.path_parameter("id"))) return *id;
  return base::error{base::errc::not_found, "", "", "no such conversation"};
}

}  // namespace

chat::tool_rights rights_of(const caller& who) noexcept {
  const auto* const by = who.by_token();
  if (by == nullptr) return chat::all_rights;
  return {.reads_charts = by->token.scopes.has(token::scope::charts_read),
          .writes_charts = by->token.scopes.has(token::scope::charts_write)};
}

async::awaitable<base::result<http::response>> run_api::send_message(http::request& in, const caller& who) {
  auto what = read_new_message(in);
  if (!what) co_return what.error();
  auto still = while_let_in(who, clock_);
  const auto begun = co_await runs_.send(who.owner().id, std::move(*what), rights_of(who), std::move(still));
  if (!begun) co_return begun.error();
  co_return json_response(202, write_accepted(*begun));
}

async::awaitable<base::result<http::response>> run_api::get_limits(http::request&, const caller& who) {
  const auto view = co_await runs_.limits(who.owner().id);
  if (!view) co_return view.error();
  co_return json_response(200, write_chat_limits(*view));
}

async::awaitable<base::result<http::response>> run_api::cancel_run(http::request& in, const caller& who) {
  const auto which = conversation_of(in);
  if (!which) co_return which.error();
  const auto done = co_await runs_.cancel(who.owner().id, *which);
  if (!done) co_return done.error();
  co_return http::response(204);
}

}  // namespace kontor::api
