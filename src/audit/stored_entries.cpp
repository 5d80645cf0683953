#include "audit/stored_entries.hpp"

#include <utility>

namespace kontor::audit::statements {
namespace {

using text = std::string;
using maybe = std::optional<std::string>;

using head_query = sql::query<std::int64_t, text, text, text>;
constexpr head_query next_number{"UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash, key_id, mac"};
constexpr head_query select_head{"SELECT seq, hash, key_id, mac FROM audit_head WHERE one = 1"};
constexpr sql::query<std::int64_t, text> select_last{"SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1"};

using entry_query = sql::query<std::int64_t, base::timestamp, text, text, text,  //
                               maybe, maybe, maybe, text, maybe,                 //
                               maybe, maybe, maybe, maybe, text, maybe, text>;
constexpr entry_query select_entries{
    "SELECT seq, at, action, outcome, key_id,"
    " owner_id, detail, subject_salt, subject_digest, subject_erasure,"
    " actor_id, address, request_id, actor_salt, actor_digest, actor_erasure, hash"
    " FROM audit_log WHERE seq > :after ORDER BY seq LIMIT :row_limit"};

constexpr std::string_view hold = "UPDATE audit_head SET seq = seq WHERE one = 1";

[[noreturn]] void throw_no_head() {
  throw sql::sql_error(sql::failure::other, "the head of the audit log is gone");
}

}  // namespace

stored_head take_number(sql::session& in) {
  auto rows = in.all(next_number);
  if (rows.size() != 1) throw_no_head();
  auto& [taken, hash, key_id, mac] = rows.front();
  return {{taken - 1, std::move(hash)}, std::move(key_id), std::move(mac)};
}

void set_head(sql::session& in, const chain_head& last, const std::string& mac) {
  const auto changed = in.execute("UPDATE audit_head SET hash = :hash, mac = :mac WHERE one = 1 AND seq = :seq",
                                  {{"hash", last.hash}, {"mac", mac}, {"seq", last.number}});
  if (changed != 1) throw_no_head();
}

bool begin_head(sql::session& in, const std::string& key_id, const std::string& mac) {
  return in.execute(
             "UPDATE audit_head SET key_id = :key_id, mac = :mac WHERE one = 1 AND seq = 0 AND hash = :nothing"
             " AND key_id = '' AND mac = '' AND NOT EXISTS (SELECT 1 FROM audit_log)",
             {{"key_id", key_id}, {"mac", mac}, {"nothing", hash_before_first}}) == 1;
}

std::optional<stored_head> find_head(sql::session& in) {
  auto row = in.first(select_head);
  if (!row) return std::nullopt;
  auto& [number, hash, key_id, mac] = *row;
  return stored_head{{number, std::move(hash)}, std::move(key_id), std::move(mac)};
}

chain_head find_last(sql::session& in) {
  auto row = in.first(select_last);
  if (!row) return {0, std::string(hash_before_first)};
  return {std::get<0>(*row), std::move(std::get<1>(*row))};
}

void replace_head(sql::session& in, const stored_head& head) {
  in.execute(
      "INSERT INTO audit_head (one, seq, hash, key_id, mac) VALUES (1, :seq, :hash, :key_id, :mac)"
      " ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, key_id = excluded.key_id,"
      " mac = excluded.mac",
      {{"seq", head.last.number}, {"hash", head.last.hash}, {"key_id", head.key_id}, {"mac", head.mac}});
}

void hold_head(sql::session& in) {
  if (in.execute(hold) != 1) throw_no_head();
}

void hold_head_if_any(sql::session& in) {
  in.execute(hold);
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
  read.head = find_head(in);
  return read;
}

}  // namespace kontor::audit::statements
