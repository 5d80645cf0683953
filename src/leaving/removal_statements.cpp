#include "leaving/removal_statements.hpp"

#include <tuple>

namespace kontor::leaving::statements {
namespace {

constexpr sql::query<std::string> select_traces{
    "SELECT email_lookalike FROM users WHERE id = :person"
    " UNION ALL SELECT hashed_password FROM users WHERE id = :person"
    " UNION ALL SELECT id FROM (SELECT id FROM sessions WHERE user_id = :person LIMIT 200) s"
    " UNION ALL SELECT token_hash FROM (SELECT t.token_hash FROM refresh_tokens t JOIN sessions o ON o.id = "
    "t.session_id"
    " WHERE o.user_id = :person LIMIT 200) r"
    " UNION ALL SELECT token_hash FROM one_time_links WHERE user_id = :person"
    " UNION ALL SELECT new_email FROM one_time_links WHERE user_id = :person AND new_email IS NOT NULL"
    " UNION ALL SELECT id FROM mail_outbox WHERE user_id = :person"
    " UNION ALL SELECT token_hash FROM sign_in_challenges WHERE user_id = :person"
    " UNION ALL SELECT code_hash FROM recovery_codes WHERE user_id = :person"
    " UNION ALL SELECT id FROM personal_tokens WHERE user_id = :person"
    " UNION ALL SELECT token_hash FROM personal_tokens WHERE user_id = :person"
    " UNION ALL SELECT id FROM (SELECT id FROM conversations WHERE user_id = :person LIMIT 200) c"
    " UNION ALL SELECT id FROM (SELECT id FROM charts WHERE user_id = :person LIMIT 200) h"
    " UNION ALL SELECT id FROM layouts WHERE user_id = :person"
    // A sealed text begins like all others of its second; what follows its random IV is its own. The sealed versions
    // are long enough to have pages of their own, without the id of their user beside them.
    " UNION ALL SELECT substr(wrapped, 13, 60) FROM vault_user_keys WHERE user_id = :person"
    " UNION ALL SELECT substr(directory, 13, 60) FROM vault_user_keys WHERE user_id = :person"
    " UNION ALL SELECT substr(token, 13, 60) FROM (SELECT token FROM vault_versions WHERE user_id = :person LIMIT 200) "
    "v"};

constexpr sql::query<base::user_id> select_owners{
    "SELECT DISTINCT owner_id FROM audit_log WHERE owner_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = owner_id) LIMIT :row_limit"};
constexpr sql::query<base::user_id> select_actors{
    "SELECT DISTINCT actor_id FROM audit_log WHERE actor_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = actor_id) LIMIT :row_limit"};

}  // namespace

std::vector<std::string> traces_of(sql::session& in, const account::user& person) {
  std::vector<std::string> traces = {person.id.str(), person.email};
  for (auto& [text] : in.all(select_traces, {{"person", person.id}}))
    traces.push_back(std::move(text));
  return traces;
}

std::vector<base::user_id> people_without_account(sql::session& in, std::int64_t limit) {
  std::vector<base::user_id> people;
  for (const auto* select : {&select_owners, &select_actors})
    for (const auto& [id] : in.all(*select, {{"row_limit", limit}}))
      people.push_back(id);
  return people;
}

}  // namespace kontor::leaving::statements
