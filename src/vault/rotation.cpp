#include "vault/rotation.hpp"

#include "base/log.hpp"
#include "vault/recovery_key.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kontor::vault {
namespace {

using base::errc;

bool contains(const std::vector<std::string>& ids, const std::string& id) noexcept {
  return std::ranges::find(ids, id) != ids.end();
}

template <class Keys>
std::vector<std::string> ids_of(const Keys& keys) {
  std::vector<std::string> ids;
  for (const auto& key : keys) {
    if constexpr (requires { key.id(); })
      ids.push_back(key.id());
    else
      ids.push_back(key.id);
  }
  return ids;
}

// Behind the database's newest: nothing hangs on them any more once it is the only one.
std::vector<std::string> behind(const std::vector<std::string>& in_source, const std::string& newest) {
  const auto at = std::ranges::find(in_source, newest);
  return at == in_source.end() ? std::vector<std::string>() : std::vector<std::string>(at + 1, in_source.end());
}

}  // namespace

std::string_view name_of(rotation_step step) noexcept {
  switch (step) {
    case rotation_step::make_key:
      return "make_key";
    case rotation_step::adopt_key:
      return "adopt_key";
    case rotation_step::rewrap:
      return "rewrap";
    case rotation_step::retire:
      return "retire";
    case rotation_step::drop_retired:
      return "drop_retired";
    case rotation_step::finished:
      return "finished";
    case rotation_step::needs_key:
      return "needs_key";
    case rotation_step::stuck:
      return "stuck";
    case rotation_step::blocked:
      return "blocked";
  }
  return "blocked";
}

rotation_step next_step(const rotation_facts& facts) noexcept {
  if (facts.in_database.empty()) return rotation_step::blocked;
  for (const auto& id : facts.in_database)
    if (!contains(facts.in_source, id)) return rotation_step::blocked;
  // One is going on.
  if (facts.in_database.size() > 1) {
    if (facts.older_rows > facts.unreadable_rows) return rotation_step::rewrap;
    return facts.older_rows > 0 ? rotation_step::stuck : rotation_step::retire;
  }
  if (facts.wants_new_key) {
    if (facts.in_source.front() != facts.in_database.front()) return rotation_step::adopt_key;
    return facts.can_store ? rotation_step::make_key : rotation_step::needs_key;
  }
  // A key in front that the database does not know yet is left there: a rotation that ended before its second step.
  if (facts.can_store && facts.in_source.back() != facts.in_database.front()) return rotation_step::drop_retired;
  return rotation_step::finished;
}

base::result<rotation::look> rotation::look_around() {
  auto job = [](sql::session& in) {
    look found;
    found.stored = statements::list_master_keys(in);
    found.older = statements::count_older_keys(in);
    return found;
  };
  auto found = database_.read_now(std::move(job));
  if (!found) return found.error();
  auto loaded = ring_.reload();
  if (!loaded)
    return base::error{errc::unavailable, "vault-key-missing", loaded.error().detail, loaded.error().internal_detail};
  found->loaded = std::move(*loaded);
  if (!found->stored.empty()) {
    const base::result<std::vector<master_key>> at_hand = [&] {
      std::vector<master_key> copies;
      for (const auto& key : found->loaded)
        copies.push_back(key.clone());
      return copies;
    }();
    const auto state = judge_keys(found->stored, at_hand, ring_.source_name());
    if (state.state != key_state::ready)
      return base::error{errc::unavailable,
                         state.state == key_state::key_wrong ? "vault-key-wrong" : "vault-key-missing", state.why,
                         state.why};
  }
  return found;
}

base::result<rotation_outcome> rotation::run(aim what, const std::function<void(const rotation_progress&)>& tell,
                                             const std::stop_token& stop) {
  // Whoever reads the keys, adds one and stores them would undo what another run stored in between.
  const auto held = ring_.hold();
  if (!held) return held.error();
  rotation_outcome outcome;
  std::optional<bool> wants_new_key;
  std::optional<base::user_id> after;
  while (true) {
    auto at = look_around();
    if (!at) return at.error();
    rotation_facts facts{.in_source = ids_of(at->loaded),
                         .in_database = ids_of(at->stored),
                         .older_rows = at->older,
                         .unreadable_rows = outcome.unreadable,
                         .can_store = ring_.can_store(),
                         .wants_new_key = false};
    if (!wants_new_key) wants_new_key = what == aim::new_key && facts.in_database.size() < 2;
    facts.wants_new_key = *wants_new_key;
    const auto step = next_step(facts);
    rotation_progress progress{.done = step, .rewrapped = outcome.rewrapped, .left = at->older};
    outcome.end = step;
    if (!facts.in_database.empty()) outcome.key_id = facts.in_database.front();
    if (stop.stop_requested() && step < rotation_step::finished) {
      outcome.end = rotation_step::rewrap;
      return outcome;
    }
    base::secret_bytes recovery_key;
    switch (step) {
      case rotation_step::make_key:
        if (const auto done = make_key(*at); !done) return done.error();
        break;
      case rotation_step::adopt_key: {
        auto made = adopt_key(*at);
        if (!made) return made.error();
        recovery_key = std::move(*made);
        progress.recovery_key = &recovery_key;
        wants_new_key = false;
        after.reset();
        break;
      }
      case rotation_step::rewrap: {
        const auto done = rewrap_batch(after);
        if (!done) return done.error();
        // A new pass from the beginning: somebody may have wrapped a new key behind our back.
        if (!done->last) outcome.unreadable = 0;
        after = done->last;
        outcome.rewrapped += done->rewrapped;
        outcome.unreadable += done->unreadable;
        progress.rewrapped = outcome.rewrapped;
        progress.left = std::max<std::int64_t>(0, at->older - done->rewrapped);
        break;
      }
      case rotation_step::retire:
        if (const auto done = retire(*at); !done) {
          if (done.error().code == errc::conflict) continue;
          return done.error();
        }
        break;
      case rotation_step::drop_retired:
        if (const auto done = drop_retired(*at); !done) return done.error();
        break;
      case rotation_step::finished:
        if (!ring_.can_store()) outcome.droppable = behind(facts.in_source, outcome.key_id);
        return outcome;
      case rotation_step::needs_key:
      case rotation_step::stuck:
      case rotation_step::blocked:
        return outcome;
    }
    if (tell) tell(progress);
  }
}

base::result<void> rotation::make_key(const look& at) {
  std::vector<master_key> keys;
  keys.push_back(master_key::make());
  for (const auto& key : at.loaded)
    keys.push_back(key.clone());
  return ring_.store(keys);
}

base::result<base::secret_bytes> rotation::adopt_key(const look& at) {
  const auto now = clock_.now();
  const auto recovery_key = make_recovery_key();
  const auto& key = at.loaded.front();
  statements::stored_master_key row{.id = key.id(),
                                    .generation = at.stored.front().generation + 1,
                                    .canary = key_wrap(key).make_canary(now),
                                    .recovery = seal_for_recovery(recovery_key, key, now)};
  // One recovery key for all that is needed from now on.
  std::vector<std::pair<std::string, std::string>> others;
  for (const auto& of_database : at.stored) {
    const auto earlier = std::ranges::find(at.loaded, of_database.id, &master_key::id);
    others.emplace_back(of_database.id, seal_for_recovery(recovery_key, *earlier, now));
  }
  auto job = [this, row, others, now](sql::session& in) -> base::result<void> {
    if (!statements::insert_master_key(in, row, now))
      return base::error{errc::conflict, "", "Somebody else rotates the key at this moment.", ""};
    for (const auto& [id, recovery] : others)
      (void)statements::update_recovery(in, id, recovery);
    note_key_act(audit_, in, audit::action::vault_key_made, row.id, now);
    return {};
  };
  if (const auto done = database_.write_now(std::move(job)); !done) return done.error();
  ring_.set_state({.state = key_state::ready, .key_id = key.id(), .why = ""});
  return text_of_recovery_key(recovery_key);
}

base::result<rotation::batch_done> rotation::rewrap_batch(const std::optional<base::user_id>& after) {
  auto job = [this, after, now = clock_.now()](sql::session& in) -> base::result<batch_done> {
    batch_done done;
    const auto newest_id = statements::find_newest_master_key(in);
    const auto newest = newest_id ? ring_.find(*newest_id) : nullptr;
    if (!newest) return base::error{errc::unavailable, "vault-key-missing", "", "the newest key is not at hand"};
    for (const auto& row : statements::list_older_keys(in, after, batch_)) {
      done.last = row.owner;
      const auto earlier = ring_.find(row.master_key_id);
      if (!earlier) return base::error{errc::unavailable, "vault-key-missing", "", "a key is not at hand"};
      const auto data_key = earlier->unwrap(row.owner, row.wrapped);
      if (!data_key) {
        ++done.unreadable;
        base::log(base::log_level::error, "a data key of the vault does not open",
                  {{"user_id", row.owner.str()}, {"id", row.master_key_id}});
        continue;
      }
      // Not there any more when the user was deleted meanwhile, or another run was quicker.
      if (statements::replace_wrapped(in, row, newest->id(), newest->wrap(row.owner, *data_key, now))) ++done.rewrapped;
    }
    return done;
  };
  return database_.write_now(std::move(job));
}

base::result<void> rotation::retire(const look& at) {
  std::vector<std::string> ids = ids_of(at.stored);
  ids.erase(ids.begin());
  auto job = [this, ids, now = clock_.now()](sql::session& in) -> base::result<void> {
    std::vector<std::string> gone;
    try {
      for (const auto& id : ids)
        if (statements::remove_master_key(in, id)) gone.push_back(id);
    } catch (const sql::sql_error& refused) {
      // A process that had not heard of the new key yet hung a data key on the old one in this moment.
      if (refused.why() != sql::failure::constraint) throw;
      return base::error{errc::conflict, "", "", "a key is in use again"};
    }
    for (const auto& id : gone)
      note_key_act(audit_, in, audit::action::vault_key_retired, id, now);
    return {};
  };
  return database_.write_now(std::move(job));
}

base::result<void> rotation::drop_retired(const look& at) {
  std::vector<master_key> kept;
  for (const auto& key : at.loaded) {
    kept.push_back(key.clone());
    if (key.id() == at.stored.front().id) break;
  }
  return ring_.store(kept);
}

}  // namespace kontor::vault
