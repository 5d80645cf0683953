#include "api/audit_api.hpp"

#include "api/admin_wire.hpp"
#include "api/paging.hpp"
#include "api/wire.hpp"
#include "json/writer.hpp"

#include <span>
#include <string>
#include <string_view>

namespace kontor::api {
namespace {

// Who did it, as the owner of the timeline sees it.
std::string_view actor_of(const audit::entry& event, const base::user_id& me) noexcept {
  if (event.actor == me) return "you";
  if (event.actor || event.actor_erased) return "administrator";
  return event.address == "console" ? "system" : "nobody";
}

std::string write_timeline(std::span<const audit::entry> read, const base::user_id& me, std::int64_t limit) {
  const auto events = shown(read, limit);
  json::writer out;
  out.begin_object();
  out.begin_array("events");
  for (const auto& event : events)
    out.begin_object()
        .member("id", std::to_string(event.number))
        .member("action", event.action)
        .member("outcome", audit::name_of(event.outcome))
        .member("address", event.address)
        .member("at", base::to_rfc3339(event.at))
        .member("by", actor_of(event, me))
        .end_object();
  out.end_array();
  if (has_next_page(read, limit)) out.member("next_cursor", std::to_string(events.back().number));
  out.end_object();
  return std::move(out).str();
}

}  // namespace

async::awaitable<base::result<http::response>> audit_api::get_timeline(http::request& in, const caller& who) {
  const auto wanted = read_page(in);
  if (!wanted) co_return wanted.error();
  const auto events =
      co_await log_.timeline(who.owner().id, wanted->cursor.value_or(audit::newest), rows_for(wanted->limit));
  if (!events) co_return events.error();
  co_return json_response(200, write_timeline(*events, who.owner().id, wanted->limit));
}

async::awaitable<base::result<http::response>> audit_api::list_events(http::request& in, const caller&) {
  const auto query = read_audit_query(in);
  if (!query) co_return query.error();
  const auto limit = query->where.limit;
  const auto page = co_await whole_.page(query->wanted, query->where.cursor.value_or(audit::newest), rows_for(limit));
  if (!page) co_return page.error();
  co_return json_response(200, write_audit_page(*page, limit));
}

}  // namespace kontor::api
