#include "audit/audit_reader.hpp"

#include <utility>

namespace kontor::audit {

async::awaitable<base::result<std::vector<entry>>> audit_reader::timeline(base::user_id owner, std::int64_t before,
                                                                          std::int64_t limit) {
  auto job = [owner, before, limit](sql::session& in) { return audit::timeline(in, owner, before, limit); };
  co_return co_await database_.read(std::move(job));
}

}  // namespace kontor::audit
