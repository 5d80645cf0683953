#include "chart/chart_service.hpp"

#include "chart/beginning.hpp"
#include "chart/symbol_check.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <utility>

namespace kontor::chart {
namespace {

std::string text_of(const new_chart& what) {
  const auto& shows = what.shows;
  std::string out = "chart";
  for (const auto& each :
       {std::string(market::name_of(shows.of.where)), shows.of.symbol, std::string(market::name_of(shows.of.every)),
        to_text(shows.indicators), std::string(name_of(shows.look)), std::to_string(shows.days), shows.name})
    (out += '\n') += each;
  return out;
}

// What this request made before; nullopt: nothing yet.
base::result<std::optional<chart>> made_before(sql::session& in, const base::user_id& owner,
                                               const std::optional<statements::request>& by, base::timestamp now) {
  const auto id = find_made(in, owner, by, now);
  if (!id) return id.error();
  return *id ? statements::find_chart(in, owner, chart_id(**id)) : std::optional<chart>();
}

content merged(content now, const chart_change& what) {
  if (what.name) now.name = *what.name;
  if (what.where) now.of.where = *what.where;
  if (what.symbol) now.of.symbol = *what.symbol;
  if (what.every) now.of.every = *what.every;
  if (what.indicators) now.indicators = *what.indicators;
  if (what.look) now.look = *what.look;
  if (what.days) now.days = *what.days;
  return now;
}

}  // namespace

async::awaitable<base::result<chart>> chart_service::create(base::user_id owner, new_chart what,
                                                            sql::permission still) {
  const auto by = request_of(what.request_key, text_of(what));
  const auto now = clock_.now();
  if (by) {
    // Whatever the exchange says today.
    auto known = [owner, by, now](sql::session& in) { return made_before(in, owner, by, now); };
    const auto before = co_await database_.write(std::move(known));
    if (!before) co_return before.error();
    if (*before) co_return **before;
  }
  auto of = what.shows.of;
  const auto there = co_await check_series(markets_, std::move(of));
  if (!there) co_return there.error();
  chart made{.id = crypto::random_id<chart_id>(),
             .shows = std::move(what.shows),
             .made_by = what.made_by,
             .created_at = now,
             .updated_at = now};
  auto job = [owner, made = std::move(made), by, still = std::move(still)](sql::session& in) -> base::result<chart> {
    if (const auto may = still(in); !may) return may.error();
    statements::hold_shelf(in, owner);
    const auto before = made_before(in, owner, by, made.created_at);
    if (!before) return before.error();
    if (*before) return **before;
    if (!statements::claim_charts(in, owner, 1)) return too_many_charts();
    statements::insert_chart(in, owner, made, by);
    return made;
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<chart>> chart_service::duplicate(base::user_id owner, chart_id which,
                                                               std::string request_key) {
  const auto by = request_of(request_key, "duplicate\n" + which.str());
  const auto now = clock_.now();
  const auto id = crypto::random_id<chart_id>();
  auto job = [owner, which, id, by, now](sql::session& in) -> base::result<chart> {
    statements::hold_shelf(in, owner);
    const auto before = made_before(in, owner, by, now);
    if (!before) return before.error();
    if (*before) return **before;
    auto copy = statements::find_chart(in, owner, which);
    if (!copy) return no_such_chart();
    if (!statements::claim_charts(in, owner, 1)) return too_many_charts();
    copy->id = id;
    copy->made_by = maker::user;
    copy->created_at = copy->updated_at = now;
    statements::insert_chart(in, owner, *copy, by);
    return std::move(*copy);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::vector<chart>>> chart_service::list(base::user_id owner,
                                                                       statements::chart_filter which,
                                                                       statements::list_place after,
                                                                       std::int64_t limit) const {
  auto job = [owner, which = std::move(which), after = std::move(after), limit](sql::session& in) {
    return statements::list_charts(in, owner, which, after, limit);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<chart>> chart_service::find(base::user_id owner, chart_id which) const {
  auto job = [owner, which](sql::session& in) -> base::result<chart> {
    auto found = statements::find_chart(in, owner, which);
    if (!found) return no_such_chart();
    return std::move(*found);
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<chart>> chart_service::change(base::user_id owner, chart_id which, chart_change what,
                                                            sql::permission still) {
  constexpr int most_attempts = 5;
  for (int i = 0; i < most_attempts; ++i) {
    auto copy = what;
    auto may = still;
    auto changed = co_await try_change(owner, which, std::move(copy), std::move(may));
    if (!changed) co_return changed.error();
    if (*changed) co_return std::move(**changed);
  }
  co_return base::error{base::errc::overloaded, "", "", "a chart is changed all the time"};
}

async::awaitable<base::result<std::optional<chart>>> chart_service::try_change(base::user_id owner, chart_id which,
                                                                               chart_change what,
                                                                               sql::permission still) {
  const auto before = co_await find(owner, which);
  if (!before) co_return before.error();
  const bool is_of_another = what.where || what.symbol || what.every;
  const auto checked = merged(before->shows, what).of;
  if (is_of_another) {
    auto of = checked;
    const auto there = co_await check_series(markets_, std::move(of));
    if (!there) co_return there.error();
  }
  auto job = [owner, which, what = std::move(what), now = clock_.now(), is_of_another, checked,
              still = std::move(still)](sql::session& in) -> base::result<std::optional<chart>> {
    if (const auto may = still(in); !may) return may.error();
    // First the row, which stays ours, so that no other change is lost.
    if (!statements::hold_chart(in, owner, which)) return no_such_chart();
    auto found = statements::find_chart(in, owner, which);
    if (!found) return no_such_chart();
    found->shows = merged(std::move(found->shows), what);
    // Another change may have come in between: nobody has looked at what both make together.
    if (is_of_another && found->shows.of != checked) return std::optional<chart>();
    found->updated_at = now;
    if (!statements::update_chart(in, owner, which, found->shows, now)) return no_such_chart();
    return std::move(found);
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> chart_service::remove(base::user_id owner, chart_id which) {
  auto job = [owner, which](sql::session& in) -> base::result<void> {
    statements::hold_shelf(in, owner);
    if (!statements::delete_chart(in, owner, which)) return no_such_chart();
    statements::claim_charts(in, owner, -1);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<std::vector<favourite>>> chart_service::favourites(base::user_id owner) const {
  auto job = [owner](sql::session& in) { return statements::list_favourites(in, owner); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<void>> chart_service::add_favourite(base::user_id owner, market::venue where,
                                                                  std::string symbol, sql::permission still) {
  const auto all = co_await favourites(owner);
  if (!all) co_return all.error();
  const auto is_it = [&](const favourite& one) { return one.where == where && one.symbol == symbol; };
  if (std::ranges::any_of(*all, is_it)) co_return base::result<void>();
  auto name = symbol;
  const auto there = co_await markets_.symbol(where, std::move(name));
  if (!there) co_return as_told(there.error());
  favourite what{.where = where, .symbol = std::move(symbol), .added_at = clock_.now()};
  auto job = [owner, what = std::move(what), still = std::move(still)](sql::session& in) -> base::result<void> {
    if (const auto may = still(in); !may) return may.error();
    statements::hold_shelf(in, owner);
    if (!statements::insert_favourite(in, owner, what)) return {};
    if (!statements::claim_favourites(in, owner, 1)) return too_many_favourites();
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> chart_service::remove_favourite(base::user_id owner, market::venue where,
                                                                     std::string symbol) {
  auto job = [owner, where, symbol = std::move(symbol)](sql::session& in) -> base::result<void> {
    statements::hold_shelf(in, owner);
    if (statements::delete_favourite(in, owner, where, symbol)) statements::claim_favourites(in, owner, -1);
    return {};
  };
  co_return co_await database_.write(std::move(job));
}

}  // namespace kontor::chart
