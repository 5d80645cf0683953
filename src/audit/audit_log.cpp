#include "audit/audit_log.hpp"

#include "audit/erasure_statements.hpp"
#include "audit/stored_entries.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace kontor::audit {
namespace {

constexpr auto before_all = std::numeric_limits<std::int64_t>::min();

std::optional<std::string> text_of(const std::optional<base::user_id>& person) {
  if (!person) return std::nullopt;
  return person->str();
}

stored_entry to_entry(const event& what) {
  stored_entry entry;
  entry.at = what.at;
  entry.action = name_of(what.action);
  entry.outcome = name_of(what.outcome);
  entry.subject.fields = {text_of(what.owner), what.detail};
  entry.actor.fields = {text_of(what.actor), what.address, what.request_id};
  seal(entry.subject);
  seal(entry.actor);
  return entry;
}

void write(sql::session& in, const chain& keys, stored_entry entry) {
  const auto before = statements::take_number(in);
  if (!before.key_id.empty() && before.key_id != keys.key_id())
    throw sql::sql_error(sql::failure::other, "the audit log is signed with another key than ours");
  entry.number = before.last.number + 1;
  entry.key_id = keys.key_id();
  entry.hash = keys.hash_of(entry, before.last.hash);
  statements::insert(in, entry);
  const chain_head last{entry.number, entry.hash};
  // To sign on from a head that was touched would hide that it was.
  statements::set_head(in, last, keys.holds(before) ? keys.mac_of(last) : "");
}

// What does not hold is erased as well, but its mark must not: somebody could else write their own id into an entry,
// have their account deleted, and have hidden it with our signature.
std::string mark_of(const chain& keys, const statements::place& at, side which) {
  const auto& leaving = which == side::subject ? at.subject : at.actor;
  if (leaving && leaving->salt && leaving->digest == digest_of(*leaving))
    return keys.erasure_mark(at.number, at.hash, which);
  return std::string(hash_before_first.size(), '0');
}

std::int64_t erase_as(sql::session& in, const chain& keys, const base::user_id& person, statements::role as,
                      std::int64_t most) {
  std::int64_t changed = 0;
  auto after = before_all;
  while (changed < most) {
    const auto places = statements::places_of(in, person, as, after);
    if (places.empty()) break;
    statements::erasure_marks marks;
    for (const auto& place : places) {
      marks.subject += mark_of(keys, place, side::subject);
      marks.actor += mark_of(keys, place, side::actor);
    }
    statements::erase(in, person, as, {after, places.back().number}, marks);
    changed += static_cast<std::int64_t>(places.size());
    after = places.back().number;
  }
  return changed;
}

}  // namespace

audit_log::audit_log(const base::secret_bytes& installation_key) : chain_(installation_key) {}

head_state audit_log::begin(sql::session& in) const {
  const chain_head nothing{0, std::string(hash_before_first)};
  if (statements::begin_head(in, chain_.key_id(), chain_.mac_of(nothing))) return head_state::holds;
  return look(in);
}

head_state audit_log::look(sql::session& in) const {
  const auto head = statements::find_head(in);
  if (!head) return head_state::broken;
  if (!head->key_id.empty() && head->key_id != chain_.key_id()) return head_state::other_key;
  return chain_.holds(*head) ? head_state::holds : head_state::broken;
}

void audit_log::accept(sql::session& in, base::timestamp at) const {
  statements::hold_head_if_any(in);
  const auto last = statements::find_last(in);
  statements::replace_head(in, {last, chain_.key_id(), chain_.mac_of(last)});
  append(in, {.owner = {}, .actor = {}, .action = action::log_accepted, .address = "console", .at = at});
}

void audit_log::append(sql::session& in, const event& what) const {
  check(what);
  try {
    write(in, chain_, to_entry(what));
  } catch (const sql::sql_error& failed) {
    // A number that is taken is a log that was tampered with; to a client `conflict` would say something about the act.
    if (failed.why() != sql::failure::conflict) throw;
    throw sql::sql_error(sql::failure::other, std::string("the head of the audit log is behind: ") + failed.what());
  }
}

std::int64_t audit_log::erase_owner(sql::session& in, const base::user_id& person, std::int64_t most) const {
  statements::hold_head(in);
  // An entry of both is taken out whole as the owner's, so the two never meet.
  const auto owned = erase_as(in, chain_, person, statements::role::owner, most);
  return owned + erase_as(in, chain_, person, statements::role::actor, most - owned);
}

base::result<verification> audit_log::verify(sql::database& log, const verify_settings& settings) const {
  chain_check follow(chain_, settings.remembered);
  const auto limit = std::max<std::int64_t>(1, settings.batch);
  auto after = before_all;
  while (true) {
    auto job = [after, limit](sql::session& in) { return statements::read_batch(in, after, limit); };
    const auto read = log.read_now(std::move(job));
    if (!read) return read.error();
    for (const auto& entry : read->entries)
      follow.take(entry);
    if (read->entries.size() < static_cast<std::size_t>(limit)) return follow.finish(read->head);
    after = read->entries.back().number;
  }
}

}  // namespace kontor::audit
