#include "run/tool_round.hpp"

#include "base/log.hpp"
#include "chat/tool_calls.hpp"
#include "run/context_window.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::run {
namespace {

using one_run = std::shared_ptr<live_run>;

chat::tool_outcome refused(std::string_view why) {
  return {.content = chat::refusal_of_call(why), .chart = std::nullopt};
}

async::awaitable<void> until_stored(one_run what) {
  while (!what->made.end() && what->made.has_row())
    co_await what->taken.heard();
}

async::awaitable<void> wait(std::chrono::milliseconds time) {
  const auto loop = co_await boost::asio::this_coro::executor;
  steady_timer timer(loop, time);
  co_await timer.async_wait(async::use_awaitable);
}

async::awaitable<chat::tool_outcome> try_call(one_run what, chat::toolbox& tools, chat::tool_call call) {
  try {
    co_return co_await tools.call(what->which.owner, std::move(call));
  } catch (const boost::system::system_error& broken) {
    if (broken.code() == boost::asio::error::operation_aborted) throw;
    base::log(base::log_level::error, "a tool broke", {{"what", broken.what()}});
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a tool broke", {{"what", broken.what()}});
  }
  co_return refused("Something went wrong here. Do not try it again.");
}

async::awaitable<chat::tool_outcome> do_call(one_run what, chat::toolbox& tools, chat::tool_call call,
                                             std::chrono::milliseconds most_time) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto doing = try_call(what, tools, std::move(call));
  auto late = wait(most_time);
  auto first = co_await (std::move(doing) || std::move(late));
  if (auto* const outcome = std::get_if<0>(&first)) co_return std::move(*outcome);
  co_return refused("This took too long. It is not known whether it was done.");
}

// Offering less is not forbidding: a model may ask for what it has read of elsewhere.
bool is_offered(const live_run& what, std::string_view name) {
  return std::ranges::find(what.tools, name, &chat::tool::name) != what.tools.end();
}

// Fits again what is shown, with what came to it. False: it cannot.
bool fit_again(live_run& what) {
  std::string instructions;
  auto rest = std::move(what.shown);
  if (!rest.empty() && rest.front().role == "system") {
    instructions = std::move(rest.front().content);
    rest.erase(rest.begin());
  }
  auto fits = fit_into_window(std::move(rest), instructions, what.window);
  if (fits) what.shown = std::move(*fits);
  return fits.has_value();
}

}  // namespace

chat::model_request next_question(const live_run& what) {
  return {.messages = what.shown, .tools = what.tools, .may_use = what.made.may_use()};
}

async::awaitable<void> do_calls(one_run what, chat::toolbox& tools, std::chrono::milliseconds most_time) {
  auto asked = what->made.waiting_row();
  if (const auto* const row = asked ? std::get_if<asking>(&*asked) : nullptr)
    what->shown.push_back({.role = "assistant", .content = row->text, .tool_calls = row->calls});
  co_await until_stored(what);
  while (!what->made.end() && what->made.next_call() != nullptr) {
    const auto call = *what->made.next_call();
    auto outcome = what->made.known_outcome();
    if (!outcome && !is_offered(*what, call.name)) outcome = refused("There is no such tool.");
    if (!outcome) {
      auto doing = do_call(what, tools, call, most_time);
      outcome = co_await std::move(doing);
    }
    what->shown.push_back(
        {.role = "tool", .content = outcome->content, .tool_call_id = call.id, .tool_name = call.name});
    what->made.take(std::move(*outcome));
    what->news.ring();
    co_await until_stored(what);
  }
  if (what->made.end()) co_return;
  if (!fit_again(*what)) {
    chat::model_failed too_long;
    too_long.kind = chat::model_failure::context_too_long;
    what->made.fail(to_failure(too_long));
    co_return;
  }
  auto bytes = bytes_of(what->tools);
  for (const auto& one : what->shown)
    bytes += bytes_of(one);
  what->made.ask_again(bytes);
}

}  // namespace kontor::run
