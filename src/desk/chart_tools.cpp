#include "desk/chart_tools.hpp"

#include "chat/tool_calls.hpp"
#include "desk/tool_arguments.hpp"
#include "desk/tool_definitions.hpp"
#include "desk/tool_results.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace kontor::desk {
namespace {

using outcome = base::result<chat::tool_outcome>;

chat::tool_outcome good(std::string content, std::optional<std::string> chart = std::nullopt) {
  return {.is_good = true, .content = std::move(content), .chart = std::move(chart)};
}

base::error no_such_chart() {
  return {base::errc::not_found, "", "", "no such chart"};
}

// What is asked of a chart or a series. A chart that is somebody else's is not there.
async::awaitable<base::result<chart::data_request>> request_of(desk_data& from, base::user_id owner, told_series what) {
  chart::data_request out{.of = what.of,
                          .indicators = std::move(what.indicators),
                          .from = std::nullopt,
                          .to = what.to,
                          .limit = what.limit,
                          .of_chart = std::nullopt};
  if (!what.chart) co_return out;
  const auto id = chart::chart_id::parse(*what.chart);
  if (!id) co_return no_such_chart();
  const auto found = co_await from.find_chart(owner, *id);
  if (!found) co_return found.error();
  out.of = found->shows.of;
  out.of_chart = found->id;
  if (out.indicators.empty()) out.indicators = found->shows.indicators;
  co_return out;
}

bool is_allowed(std::string_view tool, chat::tool_rights rights) noexcept {
  if (tool == get_balances_name) return rights.reads_balances;
  return tool == create_chart_name ? rights.writes_charts : rights.reads_charts;
}

std::optional<std::string> chart_of(const chart::chart_data& data) {
  return data.of_chart ? std::optional(data.of_chart->str()) : std::nullopt;
}

}  // namespace

async::awaitable<std::vector<chat::tool>> chart_tools::tools_of(base::user_id owner, chat::tool_rights rights) {
  const bool has_key = rights.reads_balances && co_await from_.has_exchange_key(owner);
  auto all = tool_definitions(has_key ? exchange_key::stored : exchange_key::absent);
  std::erase_if(all, [rights](const chat::tool& one) { return !is_allowed(one.name, rights); });
  co_return all;
}

async::awaitable<chat::tool_outcome> chart_tools::call(base::user_id owner, chat::tool_call what) {
  outcome done = base::error{base::errc::not_found, "", "", "no such tool"};
  if (what.name == get_candles_name) {
    done = co_await get_candles(owner, std::move(what.arguments));
  } else if (what.name == get_indicators_name) {
    done = co_await get_indicators(owner, std::move(what.arguments));
  } else if (what.name == create_chart_name) {
    done = co_await create_chart(owner, std::move(what.arguments));
  } else if (what.name == list_charts_name) {
    done = co_await list_charts(owner, std::move(what.arguments));
  } else if (what.name == get_balances_name) {
    done = co_await get_balances(owner, std::move(what.arguments));
  } else {
    co_return chat::tool_outcome{.content = chat::refusal_of_call("There is no such tool."), .chart = std::nullopt};
  }
  if (done) co_return std::move(*done);
  auto words = words_for_model(done.error());
  co_return chat::tool_outcome{.content = chat::refusal_of_call(words), .chart = std::nullopt};
}

async::awaitable<outcome> chart_tools::get_candles(base::user_id owner, std::string arguments) {
  auto what = read_candle_arguments(arguments);
  if (!what) co_return what.error();
  auto request = co_await request_of(from_, owner, std::move(*what));
  if (!request) co_return request.error();
  request->indicators.clear();
  request->asker = owner;
  const auto data = co_await from_.read(std::move(*request));
  if (!data) co_return data.error();
  co_return good(candles_result(*data), chart_of(*data));
}

async::awaitable<outcome> chart_tools::get_indicators(base::user_id owner, std::string arguments) {
  auto what = read_indicator_arguments(arguments);
  if (!what) co_return what.error();
  auto request = co_await request_of(from_, owner, std::move(*what));
  if (!request) co_return request.error();
  request->asker = owner;
  const auto data = co_await from_.read(std::move(*request));
  if (!data) co_return data.error();
  co_return good(indicators_result(*data), chart_of(*data));
}

async::awaitable<outcome> chart_tools::create_chart(base::user_id owner, std::string arguments) {
  auto shows = read_chart_arguments(arguments);
  if (!shows) co_return shows.error();
  const auto made = co_await from_.create_chart(owner, std::move(*shows));
  if (!made) co_return made.error();
  co_return good(chart_result(*made), made->id.str());
}

async::awaitable<outcome> chart_tools::list_charts(base::user_id owner, std::string arguments) {
  auto what = read_list_arguments(arguments);
  if (!what) co_return what.error();
  const auto all = co_await from_.list_charts(owner, std::move(what->which), what->limit);
  if (!all) co_return all.error();
  co_return good(charts_result(*all));
}

async::awaitable<outcome> chart_tools::get_balances(base::user_id owner, std::string arguments) {
  if (const auto none = read_no_arguments(arguments); !none) co_return none.error();
  const auto all = co_await from_.balances(owner);
  if (!all) co_return all.error();
  co_return good(balances_result(*all, from_.now()));
}

}  // namespace kontor::desk
