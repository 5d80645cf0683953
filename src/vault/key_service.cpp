#include "vault/key_service.hpp"

#include "audit/console_event.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"
#include "vault/recovery_key.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace kontor::vault {
namespace {

using base::errc;
using base::log_level;

const master_key* find_key(const std::vector<master_key>& keys, std::string_view id) {
  const auto found = std::ranges::find(keys, id, &master_key::id);
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> ids_of(const std::vector<master_key>& keys) {
  std::vector<std::string> ids;
  for (const auto& key : keys)
    ids.push_back(key.id());
  return ids;
}

vault_state missing(const std::string& id, const std::string& why) {
  return {.state = key_state::key_missing,
          .key_id = id,
          .why = why + " The vault needs key " + id +
                 ": put it back, or make it again with the recovery key (kontor vault recover)."};
}

vault_state not_begun() {
  return {.state = key_state::key_missing,
          .key_id = "",
          .why = "The vault was not begun yet: start the server once (kontor serve)."};
}

base::error not_ready(const vault_state& state) {
  const auto* type = state.state == key_state::key_wrong ? "vault-key-wrong" : "vault-key-missing";
  return {errc::unavailable, type, state.why, state.why};
}

}  // namespace

vault_state judge_keys(const std::vector<statements::stored_master_key>& needed,
                       const base::result<std::vector<master_key>>& loaded, std::string_view source_name) {
  if (!loaded) return missing(needed.front().id, loaded.error().detail);
  for (const auto& of_database : needed) {
    const auto* key = find_key(*loaded, of_database.id);
    if (key == nullptr)
      return {.state = key_state::key_wrong,
              .key_id = of_database.id,
              .why = "The vault needs key " + of_database.id + ", but " + std::string(source_name) + " holds " +
                     base::join(ids_of(*loaded), ", ") +
                     ": put the right one back, or make it again with the recovery key (kontor vault recover)."};
    if (!key_wrap(*key).opens_canary(of_database.canary))
      return {.state = key_state::key_wrong,
              .key_id = of_database.id,
              .why = "Key " + of_database.id +
                     " does not open what the database holds to try it with: the database was changed."};
  }
  return {.state = key_state::ready, .key_id = needed.front().id, .why = ""};
}

void note_key_act(const audit::audit_log& audit, sql::session& in, audit::action what, std::string_view key_id,
                  base::timestamp at) {
  json::writer detail;
  detail.begin_object().member("id", key_id).end_object();
  audit.append(in, audit::console_event(what, std::move(detail).str(), at));
}

base::result<key_service::stored_keys> key_service::stored() {
  auto job = [](sql::session& in) { return statements::list_master_keys(in); };
  return database_.read_now(std::move(job));
}

base::result<opening> key_service::open() {
  // Twice at most: somebody else may begin the same database in between.
  for (int attempt = 0;; ++attempt) {
    auto needed = stored();
    if (!needed) return needed.error();
    auto loaded = ring_.reload();
    if (!needed->empty() || attempt == 2) {
      opening found{.state = needed->empty() ? vault_state() : judge_keys(*needed, loaded, ring_.source_name()),
                    .recovery_key = std::nullopt};
      ring_.set_state(found.state);
      return found;
    }
    if (!loaded) {
      if (loaded.error().code != errc::not_found || !ring_.can_store()) {
        opening found{.state = {.state = key_state::key_missing, .key_id = "", .why = loaded.error().detail},
                      .recovery_key = std::nullopt};
        ring_.set_state(found.state);
        return found;
      }
      const auto held = ring_.hold();
      if (!held) return held.error();
      std::vector<master_key> made;
      made.push_back(master_key::make());
      if (const auto kept = ring_.store(made); !kept) return kept.error();
      base::log(log_level::info, "a key of the vault was made",
                {{"id", made.front().id()}, {"source", ring_.source_name()}});
      loaded = std::move(made);
    }
    auto begun = begin_with(loaded->front());
    if (begun || begun.error().code != errc::conflict) return begun;
  }
}

base::result<opening> key_service::begin_with(const master_key& key) {
  const auto now = clock_.now();
  const auto recovery_key = make_recovery_key();
  statements::stored_master_key row{.id = key.id(),
                                    .generation = 1,
                                    .canary = key_wrap(key).make_canary(now),
                                    .recovery = seal_for_recovery(recovery_key, key, now)};
  auto job = [this, row, now](sql::session& in) -> base::result<void> {
    if (!statements::insert_master_key(in, row, now))
      return base::error{errc::conflict, "", "", "somebody else began the vault"};
    note_key_act(audit_, in, audit::action::vault_key_made, row.id, now);
    return {};
  };
  if (const auto done = database_.write_now(std::move(job)); !done) return done.error();
  opening begun{.state = {.state = key_state::ready, .key_id = key.id(), .why = ""},
                .recovery_key = text_of_recovery_key(recovery_key)};
  ring_.set_state(begun.state);
  return begun;
}

base::result<vault_status> key_service::status() {
  struct counts {
    stored_keys keys;
    std::int64_t users;
    std::int64_t older;
  };
  auto job = [](sql::session& in) {
    return counts{statements::list_master_keys(in), statements::count_user_rows(in), statements::count_older_keys(in)};
  };
  const auto found = database_.read_now(std::move(job));
  if (!found) return found.error();
  const auto loaded = ring_.reload();
  vault_status status{.state = {},
                      .source = ring_.source_name(),
                      .in_source = {},
                      .in_database = {},
                      .users = found->users,
                      .older = found->older};
  status.state = found->keys.empty() ? not_begun() : judge_keys(found->keys, loaded, status.source);
  status.recovery_shown = std::ranges::all_of(found->keys, &statements::stored_master_key::recovery_shown);
  if (loaded) status.in_source = ids_of(*loaded);
  for (const auto& key : found->keys)
    status.in_database.push_back(key.id);
  return status;
}

base::result<base::secret_bytes> key_service::renew_recovery_key() {
  const auto needed = stored();
  if (!needed) return needed.error();
  if (needed->empty()) return not_ready(not_begun());
  const auto loaded = ring_.reload();
  if (const auto state = judge_keys(*needed, loaded, ring_.source_name()); state.state != key_state::ready)
    return not_ready(state);
  const auto now = clock_.now();
  const auto recovery_key = make_recovery_key();
  std::vector<std::pair<std::string, std::string>> sealed;
  for (const auto& of_database : *needed)
    sealed.emplace_back(of_database.id, seal_for_recovery(recovery_key, *find_key(*loaded, of_database.id), now));
  auto job = [this, sealed, now](sql::session& in) -> base::result<void> {
    // A key that came in between would be without its recovery.
    if (statements::list_master_keys(in).size() != sealed.size())
      return base::error{errc::conflict, "", "The keys were changed meanwhile.", ""};
    for (const auto& [id, recovery] : sealed)
      if (!statements::update_recovery(in, id, recovery))
        return base::error{errc::conflict, "", "The keys were changed meanwhile.", ""};
    note_key_act(audit_, in, audit::action::vault_recovery_renewed, sealed.front().first, now);
    return {};
  };
  if (const auto done = database_.write_now(std::move(job)); !done) return done.error();
  return text_of_recovery_key(recovery_key);
}

base::result<void> key_service::note_recovery_shown() {
  auto job = [](sql::session& in) { statements::note_recovery_shown(in); };
  return database_.write_now(std::move(job));
}

base::result<opening> key_service::recover(std::string_view text) {
  if (!ring_.can_store())
    return base::error{errc::conflict, "vault-key-unusable",
                       "The keys are in " + ring_.source_name() +
                           ", which is yours: the program does not change it. Call this without VAULT_KEY and "
                           "VAULT_KEY_FILE; it makes the file vault.key in the data folder, which you then put in the "
                           "place of yours.",
                       ""};
  const auto held = ring_.hold();
  if (!held) return held.error();
  const base::error wrong{errc::invalid_input, "recovery-key-wrong",
                          "This is not the recovery key of the vault, or it was copied wrong.", ""};
  const auto recovery_key = parse_recovery_key(text);
  if (!recovery_key) return wrong;
  const auto needed = stored();
  if (!needed) return needed.error();
  if (needed->empty()) return not_ready(not_begun());
  auto loaded = ring_.reload();
  if (!loaded && loaded.error().code != errc::not_found)
    return base::error{errc::conflict, "vault-key-unusable",
                       loaded.error().detail + " It is not replaced: move it away, then try again.", ""};

  // In the order of the database; what is at hand besides stays behind them.
  std::vector<master_key> keys;
  bool opened = false;
  for (const auto& of_database : *needed) {
    if (auto key = open_with_recovery(*recovery_key, of_database.id, of_database.recovery)) {
      keys.push_back(std::move(*key));
      opened = true;
    } else if (loaded) {
      if (const auto* at_hand = find_key(*loaded, of_database.id)) keys.push_back(at_hand->clone());
    }
  }
  if (!opened) return wrong;
  if (loaded)
    for (const auto& key : *loaded)
      if (find_key(keys, key.id()) == nullptr) keys.push_back(key.clone());
  if (auto kept = ring_.store(keys); !kept) return kept.error();
  auto job = [this, id = needed->front().id, now = clock_.now()](sql::session& in) {
    note_key_act(audit_, in, audit::action::vault_key_recovered, id, now);
  };
  if (const auto done = database_.write_now(std::move(job)); !done) return done.error();
  return open();
}

}  // namespace kontor::vault
