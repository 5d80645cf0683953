#include "throttle/counter_store.hpp"

#include <limits>
#include <tuple>

namespace kontor::throttle::statements {
namespace {

constexpr sql::query<std::int64_t, base::timestamp, base::timestamp, base::timestamp> select_counter{
    "SELECT failures, first_failure_at, last_failure_at, blocked_until FROM login_counters"
    " WHERE counter_key = :counter_key"};

// `excluded` is the row of a first failure: its times are now, and its block is that of one failure. Of attempts made
// at once PostgreSQL may count a later one first, so now may lie a little before what the row has seen.
#define KONTOR_FORGOTTEN "c.last_failure_at <= :last_before OR c.first_failure_at <= :first_before"
constexpr std::string_view upsert_attempt =
    "INSERT INTO login_counters AS c (counter_key, failures, first_failure_at, last_failure_at, blocked_until)"
    " VALUES (:counter_key, 1, :now, :now, :block_of_first)"
    " ON CONFLICT (counter_key) DO UPDATE SET"
    "  failures = CASE WHEN " KONTOR_FORGOTTEN
    " THEN 1 ELSE c.failures + 1 END,"
    "  first_failure_at = CASE WHEN " KONTOR_FORGOTTEN
    " OR c.first_failure_at > excluded.first_failure_at THEN excluded.first_failure_at ELSE c.first_failure_at END,"
    "  last_failure_at = excluded.last_failure_at,"
    "  blocked_until = CASE WHEN " KONTOR_FORGOTTEN
    " THEN excluded.blocked_until"
    "   WHEN c.failures + 1 < :free_failures THEN :unblocked"
    "   WHEN c.failures + 1 - :free_failures >= :doublings THEN excluded.last_failure_at + :longest_wait"
    "   ELSE excluded.last_failure_at"
    "    + :first_wait * (CAST(1 AS BIGINT) << CAST(c.failures + 1 - :free_failures AS INTEGER)) END"
    " WHERE c.blocked_until <= :now OR c.blocked_until > :latest_believable";
#undef KONTOR_FORGOTTEN

}  // namespace

bool count_attempt(sql::session& in, std::string_view key, const counter_rules& rules, base::timestamp now) {
  const auto forgotten = now - rules.forget_after;
  const auto never = base::from_microseconds(std::numeric_limits<std::int64_t>::min());
  const bool since_first = rules.since == forgotten_since::first_failure;
  return in.execute(upsert_attempt, {{"counter_key", key},
                                     {"now", now},
                                     {"block_of_first", block_after(rules, 1, now)},
                                     {"unblocked", base::timestamp{}},
                                     {"last_before", since_first ? never : forgotten},
                                     {"first_before", since_first ? forgotten : never},
                                     {"free_failures", rules.free_failures},
                                     {"doublings", doublings_to_longest(rules)},
                                     {"longest_wait", std::int64_t{rules.longest_wait.count()}},
                                     {"first_wait", std::int64_t{rules.first_wait.count()}},
                                     {"latest_believable", latest_believable_block(rules, now)}}) == 1;
}

counter find_counter(sql::session& in, std::string_view key) {
  const auto row = in.first(select_counter, {{"counter_key", key}});
  if (!row) return {};
  return {.failures = std::get<0>(*row),
          .first_failure_at = std::get<1>(*row),
          .last_failure_at = std::get<2>(*row),
          .blocked_until = std::get<3>(*row)};
}

void reset(sql::session& in, std::string_view key) {
  in.execute("DELETE FROM login_counters WHERE counter_key = :counter_key", {{"counter_key", key}});
}

// Either statement changes the row or the other does: what they look at does not change between them, because who
// changes a counter holds it to the end of its transaction, and one that is gone is not this attempt's any more.
void give_back(sql::session& in, std::string_view key, base::timestamp counted_at) {
  const auto changed = in.execute(
      "UPDATE login_counters SET failures = failures - 1,"
      " blocked_until = CASE WHEN last_failure_at = :counted_at THEN :unblocked ELSE blocked_until END"
      " WHERE counter_key = :counter_key AND failures > 1 AND first_failure_at <= :counted_at",
      {{"counted_at", counted_at}, {"unblocked", base::timestamp{}}, {"counter_key", key}});
  if (changed != 0) return;
  in.execute(
      "DELETE FROM login_counters"
      " WHERE counter_key = :counter_key AND failures = 1 AND first_failure_at <= :counted_at",
      {{"counter_key", key}, {"counted_at", counted_at}});
}

std::int64_t remove_old(sql::session& in, base::timestamp before, std::int64_t most) {
  // The condition twice: a row may have been counted on between the look at it and its removal.
  return in.execute(
      "DELETE FROM login_counters WHERE last_failure_at <= :before AND counter_key IN"
      " (SELECT counter_key FROM login_counters WHERE last_failure_at <= :before"
      "  ORDER BY last_failure_at LIMIT :most)",
      {{"before", before}, {"most", most}});
}

}  // namespace kontor::throttle::statements
