#include "audit/stored_entries.hpp"

#include <utility>

namespace kontor::audit::statements {
namespace {

using text = std::string;
using maybe = std::optional<std::string>;

constexpr sql::query<std::int64_t, text> next_number{
    "UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash"};
constexpr sql::query<std::int64_t, text> select_head{"SELECT seq, hash FROM audit_head WHERE one = 1"};

using entry_query = sql::query<std::int64_t, base::timestamp, text, text, text,  //
                               maybe, maybe, maybe, text, maybe,                 //
                               maybe, maybe, maybe, maybe, text, maybe, text>;
constexpr entry_query select_entries{
    "SELECT seq, at, action, outcome, key_id,"
    " owner_id, detail, subject_salt, subject_digest, subject_erasure,"
    " actor_id, address, request_id, actor_salt, actor_digest, actor_erasure, hash"
    " FROM audit_log WHERE seq > :after ORDER BY seq LIMIT :row_limit"};

[[noreturn]] void throw_no_head() {
  throw sql::sql_error(sql::failure::other, "the head of the audit log is gone");
}

}  // namespace

chain_head take_number(sql::session& in) {
  auto rows = in.all(next_number);
  if (rows.size() != 1) throw_no_head();
  auto& [taken, hash] = rows.front();
  return {taken - 1, std::move(hash)};
}

void set_head(sql::session& in, const chain_head& last) {
  const auto changed = in.execute("UPDATE audit_head SET hash = :hash WHERE one = 1 AND seq = :seq",
                                  {{"hash", last.hash}, {"seq", last.number}});
  if (changed != 1) throw_no_head();
}

void hold_head(sql::session& in) {
  if (in.execute("UPDATE audit_head SET seq = seq WHERE one = 1") != 1) throw_no_head();
}

void insert(sql::session& in, const stored_entry& entry) {
  in.execute(
      "INSERT INTO audit_log (seq, at, action, outcome, key_id,"
      " owner_id, detail, subject_salt, subject_digest,"
      " actor_id, address, request_id, actor_salt, actor_digest, hash)"
      " VALUES (:seq, :at, :action, :outcome, :key_id,"
      " :owner_id, :detail, :subject_salt, :subject_digest,"
      " :actor_id, :address, :request_id, :actor_salt, :actor_digest, :hash)",
      {{"seq", entry.number},
       {"at", entry.at},
       {"action", entry.action},
       {"outcome", entry.outcome},
       {"key_id", entry.key_id},
       {"owner_id", entry.subject.fields.at(0)},
       {"detail", entry.subject.fields.at(1)},
       {"subject_salt", entry.subject.salt},
       {"subject_digest", entry.subject.digest},
       {"actor_id", entry.actor.fields.at(0)},
       {"address", entry.actor.fields.at(1)},
       {"request_id", entry.actor.fields.at(2)},
       {"actor_salt", entry.actor.salt},
       {"actor_digest", entry.actor.digest},
       {"hash", entry.hash}});
}

batch read_batch(sql::session& in, std::int64_t after, std::int64_t limit) {
  batch read;
  for (auto& row : in.all(select_entries, {{"after", after}, {"row_limit", limit}})) {
    auto& [number, at, action, outcome, key_id, owner, detail, subject_salt, subject_digest, subject_erasure, actor,
           address, request_id, actor_salt, actor_digest, actor_erasure, hash] = row;
    stored_entry entry{.number = number,
                       .at = at,
                       .action = std::move(action),
                       .outcome = std::move(outcome),
                       .key_id = std::move(key_id),
                       .subject = {{std::move(owner), std::move(detail)},
                                   std::move(subject_salt),
                                   std::move(subject_digest),
                                   std::move(subject_erasure)},
                       .actor = {{std::move(actor), std::move(address), std::move(request_id)},
                                 std::move(actor_salt),
                                 std::move(actor_digest),
                                 std::move(actor_erasure)},
                       .hash = std::move(hash)};
    read.entries.push_back(std::move(entry));
  }
  if (auto head = in.first(select_head)) read.head = chain_head{std::get<0>(*head), std::move(std::get<1>(*head))};
  return read;
}

}  // namespace kontor::audit::statements
