#include "admin/audit_view.hpp"

#include "account/user_statements.hpp"

#include <set>
#include <utility>

namespace kontor::admin {

async::awaitable<base::result<audit_page>> audit_view::page(audit::filter wanted, std::int64_t before,
                                                            std::int64_t limit) {
  auto job = [wanted, before, limit](sql::session& in) {
    audit_page page;
    page.entries = audit::all(in, wanted, before, limit);
    std::set<base::user_id> people;
    for (const auto& entry : page.entries) {
      if (entry.owner) people.insert(*entry.owner);
      if (entry.actor) people.insert(*entry.actor);
    }
    page.emails = account::statements::find_emails(in, people);
    return page;
  };
  co_return co_await database_.read(std::move(job));
}

}  // namespace kontor::admin
