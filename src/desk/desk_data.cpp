#include "desk/desk_data.hpp"

#include <utility>

namespace kontor::desk {

async::awaitable<base::result<chart::chart_data>> own_desk_data::read(chart::data_request what) {
  co_return co_await data_.read(std::move(what));
}

async::awaitable<base::result<chart::chart>> own_desk_data::find_chart(base::user_id owner, chart::chart_id which) {
  co_return co_await charts_.find(owner, which);
}

async::awaitable<base::result<chart::chart>> own_desk_data::create_chart(base::user_id owner, chart::content shows) {
  chart::new_chart what{.shows = std::move(shows), .made_by = chart::maker::model};
  co_return co_await charts_.create(owner, std::move(what), sql::always);
}

async::awaitable<base::result<std::vector<chart::chart>>> own_desk_data::list_charts(
    base::user_id owner, chart::statements::chart_filter which, std::int64_t limit) {
  chart::statements::list_place first;
  co_return co_await charts_.list(owner, std::move(which), std::move(first), limit);
}

async::awaitable<bool> own_desk_data::has_exchange_key(base::user_id owner) {
  const auto known = co_await keys_.get(owner);
  co_return known && known->is_configured;
}

async::awaitable<base::result<std::vector<settings::balance>>> own_desk_data::balances(base::user_id owner) {
  auto key = co_await keys_.open(owner);
  if (!key) co_return key.error();
  co_return co_await exchange_.balances(owner.str(), std::move(key->credentials), key->account);
}

}  // namespace kontor::desk
