// The tools that a language model is offered (docs/tools.md): candles, indicators, charts and, where there is a key,
// the balances of the user who asks. None of them trades, writes files, or reaches another user.
#pragma once

#include "chat/toolbox.hpp"
#include "desk/desk_data.hpp"

#include <string>
#include <vector>

namespace kontor::desk {

class chart_tools final : public chat::toolbox {
 public:
  /// `from` outlives it.
  explicit chart_tools(desk_data& from) : from_(from) {}

  /// Without get_balances where the user has no key of an exchange.
  async::awaitable<std::vector<chat::tool>> tools_of(base::user_id owner, chat::tool_rights rights) override;
  async::awaitable<chat::tool_outcome> call(base::user_id owner, chat::tool_call what) override;

 private:
  async::awaitable<base::result<chat::tool_outcome>> get_candles(base::user_id owner, std::string arguments);
  async::awaitable<base::result<chat::tool_outcome>> get_indicators(base::user_id owner, std::string arguments);
  async::awaitable<base::result<chat::tool_outcome>> create_chart(base::user_id owner, std::string arguments);
  async::awaitable<base::result<chat::tool_outcome>> list_charts(base::user_id owner, std::string arguments);
  async::awaitable<base::result<chat::tool_outcome>> get_balances(base::user_id owner, std::string arguments);

  desk_data& from_;
};

}  // namespace kontor::desk
