#include "sql/use_notes.hpp"

#include "base/log.hpp"

namespace kontor::sql {

bool is_use_due(const std::optional<base::timestamp>& last, base::timestamp now) noexcept {
  if (!last) return true;
  // A clock that leapt back must not silence it for as long as it leapt.
  return now < *last || now - *last >= use_granularity;
}

void write_uses(database& into, std::function<void(session&)> all, const std::string& what) {
  std::string why;
  try {
    const auto written = into.write_now(std::move(all));
    if (written) return;
    why = written.error().internal_detail;
  } catch (const std::exception& breakage) {
    why = breakage.what();
  }
  base::log(base::log_level::warning, "uses of " + what + " were not written down", {{"reason", why}});
}

}  // namespace kontor::sql
