#include "vault/vault_jobs.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"
#include "vault/secret_name.hpp"

#include <algorithm>
#include <utility>

namespace kontor::vault {
namespace {

using base::errc;

secret_info info_of(std::string name, const directory_entry* entry, const secret_head& head) {
  return {.name = std::move(name),
          .version = head.version,
          .seal = entry == nullptr ? std::string() : seal_of(entry->digest),
          .origin = entry == nullptr ? std::string() : entry->origin,
          .is_readable = entry != nullptr,
          .hint = entry == nullptr ? base::secret_bytes() : entry->hint.clone(),
          .created_at = head.created_at,
          .updated_at = head.updated_at,
          .deleted_at = head.deleted_at,
          .last_used_at = head.last_used_at};
}

// How much the values of all other names have.
std::size_t bytes_beside(const directory& all, std::string_view name) {
  std::size_t sum = 0;
  for (const auto& [other, entry] : all)
    if (other != name) sum += static_cast<std::size_t>(entry.size);
  return sum;
}

}  // namespace

base::result<std::shared_ptr<const user_keys>> vault_service::keys_of(const base::user_id& owner,
                                                                      const statements::user_row& row) {
  if (auto known = cache_.find(owner, row.wrapped)) return known;
  const auto master = ring_.find(row.master_key_id);
  if (!master)
    return base::error{errc::unavailable, "vault-key-missing", "", "key " + row.master_key_id + " is not at hand"};
  auto data_key = master->unwrap(owner, row.wrapped);
  if (!data_key) return std::shared_ptr<const user_keys>();
  auto opened = std::make_shared<const user_keys>(owner, std::move(*data_key));
  cache_.put(owner, row.wrapped, opened);
  return opened;
}

base::result<vault_service::opened_user> vault_service::open_user(const base::user_id& owner,
                                                                  const statements::user_row& row) {
  auto keys = keys_of(owner, row);
  if (!keys) return keys.error();
  opened_user user{std::move(*keys), std::nullopt};
  if (user.keys) user.entries = user.keys->open_directory(row.directory);
  return user;
}

base::result<void> vault_service::make_user_row(sql::session& in, const base::user_id& owner, base::timestamp now) {
  // The database decides which key is the newest: this process may not have heard of it yet.
  const auto newest = statements::find_newest_master_key(in);
  const auto master = newest ? ring_.find(*newest) : nullptr;
  if (!master) return base::error{errc::unavailable, "vault-key-missing", "", "the newest key is not at hand"};
  auto data_key = user_keys::make_data_key();
  auto wrapped = master->wrap(owner, data_key, now);
  const user_keys keys(owner, std::move(data_key));
  const statements::user_row row{master->id(), std::move(wrapped), keys.seal_directory({}, now)};
  (void)statements::insert_user_row(in, owner, row);  // Somebody else may have been quicker: the caller looks.
  return {};
}

base::result<vault_service::reading> vault_service::read_secret(sql::session& in, const base::user_id& owner,
                                                                const std::string& name,
                                                                std::optional<std::int64_t> version) {
  reading result;
  const auto stored = statements::find_secret(in, owner, name);
  if (!stored) return result;
  const auto user = open_user(owner, stored->keys);
  if (!user) return user.error();
  if (stored->head) {
    result.found.version = stored->head->version;
    result.last_used_at = stored->head->last_used_at;
  }
  if (!user->is_readable()) {
    // What is not there cannot be told from what was taken away.
    result.how = stored->head ? standing::unreadable : standing::absent;
    return result;
  }
  result.how = judge(user->find(name), stored->head, stored->token);
  if (result.how != standing::present) return result;
  auto token = stored->token;
  result.found.origin = user->find(name)->origin;
  if (version && *version != stored->head->version) {
    token = statements::find_version(in, owner, name, *version);
    result.found.version = *version;
    result.found.origin.clear();
    if (!token) {
      result.how = standing::absent;
      return result;
    }
  }
  auto value = user->keys->open({name, result.found.version, user->find(name)->series}, *token);
  if (!value) {
    result.how = standing::unreadable;
    return result;
  }
  result.found.value = std::move(*value);
  result.found.seal = seal_of(digest_of(*token));
  return result;
}

base::result<std::vector<secret_info>> vault_service::list_in(sql::session& in, const base::user_id& owner,
                                                              const std::vector<std::string>* only) {
  std::vector<secret_info> listed;
  const auto row = statements::find_user_row(in, owner);
  if (!row) return listed;
  const auto user = open_user(owner, *row);
  if (!user) return user.error();
  std::map<std::string, secret_info> by_name;
  auto rows = only == nullptr ? statements::list_secrets(in, owner) : statements::list_secrets(in, owner, *only);
  for (auto& [name, head, token] : rows) {
    if (!is_secret_name(name)) {
      // Nobody saved that here, nothing could be done with it, and it may be no text that an answer can hold.
      if (is_news(full_name(owner, base::printable(name, max_name_size)), clock_.now()))
        base::log(base::log_level::error, "a row has a name that no secret has",
                  {{"name", full_name(owner, base::printable(name, max_name_size))}});
      continue;
    }
    const auto* entry = user->is_readable() ? user->find(name) : nullptr;
    if (judge(entry, head, token) == standing::unreadable) entry = nullptr;
    auto info = info_of(name, entry, head);
    by_name.emplace(std::move(name), std::move(info));
  }
  // Whose row was taken away is missed all the same.
  if (user->is_readable())
    for (const auto& [name, entry] : *user->entries)
      if (!by_name.contains(name) && (only == nullptr || std::ranges::find(*only, name) != only->end())) {
        secret_head head{
            .version = entry.version, .created_at = {}, .updated_at = {}, .deleted_at = {}, .last_used_at = {}};
        by_name.emplace(name, info_of(name, nullptr, head));
      }
  for (auto& [name, info] : by_name)
    listed.push_back(std::move(info));
  return listed;
}

standing vault_service::standing_of(const opened_user& user, const std::string& name,
                                    const statements::stored_secret& stored) {
  const auto found = judge(user.find(name), stored.head, stored.token);
  if (found == standing::present &&
      !user.keys->open({name, stored.head->version, user.find(name)->series}, *stored.token))
    return standing::unreadable;
  return found;
}

base::result<secret_info> vault_service::save_in(sql::session& in, const change& what, const base::secret_bytes& value,
                                                 const save_options& how) {
  auto saved = place_in(in, what, value, how);
  if (saved) note(in, what, audit::action::secret_saved, saved->version);
  return saved;
}

base::result<secret_info> vault_service::place_in(sql::session& in, const change& what, const base::secret_bytes& value,
                                                  const save_options& how) {
  if (!statements::hold_user_row(in, what.owner)) {
    if (auto made = make_user_row(in, what.owner, what.now); !made) return made.error();
    if (!statements::hold_user_row(in, what.owner)) return base::error{errc::not_found, "", "", "no such user"};
  }
  const auto stored = statements::find_secret(in, what.owner, what.name);
  if (!stored) return base::error{errc::not_found, "", "", "gone"};
  auto user = open_user(what.owner, stored->keys);
  if (!user) return user.error();
  if (!user->is_readable()) return unreadable_secret();
  const auto* entry = user->find(what.name);
  const auto now_is = standing_of(*user, what.name, *stored);
  if (now_is == standing::unreadable && how.if_unreadable == unreadable::keep) return unreadable_secret();
  const auto present = now_is == standing::present ? stored->head->version : 0;
  if (how.expected_version && now_is != standing::unreadable && *how.expected_version != present)
    return base::error{errc::precondition_failed, "version-changed", "", ""};
  if (entry == nullptr && user->entries->size() >= most_secrets)
    return base::error{errc::conflict, "too-many-secrets", "", "no more names"};
  if (bytes_beside(*user->entries, what.name) + value.size() > most_bytes)
    return base::error{errc::conflict, "too-many-secrets", "", "no more bytes"};

  // Above everything that ever stood here, so that no sealed text fits a second time; but the numbers of rows are what
  // anybody wrote who can write to the database.
  const auto head_version = stored->head && stored->head->version < most_version ? stored->head->version : 0;
  const auto version = 1 + std::max({entry == nullptr ? 0 : entry->version, head_version,
                                     statements::last_version(in, what.owner, what.name)});
  if (version > most_version) return unreadable_secret();
  // Its numbers begin anew when a secret was destroyed; what was sealed before that must not fit any more.
  const auto series = entry == nullptr ? user_keys::make_series() : entry->series;
  const auto token = user->keys->seal({what.name, version, series}, value, what.now);
  statements::put_head(in, what.owner, what.name, version, what.now);
  statements::insert_version(in, what.owner, {version, what.now}, what.name, token);
  statements::keep_versions(in, what.owner, what.name,
                            {std::max<std::int64_t>(1, version - versions_kept + 1), version});
  auto& saved = (*user->entries)[what.name];
  saved = {.version = version,
           .series = series,
           .is_deleted = false,
           .size = static_cast<std::int64_t>(value.size()),
           .origin = how.origin,
           .digest = digest_of(token),
           .hint = hint_of(value)};
  statements::update_directory(in, what.owner, user->keys->seal_directory(*user->entries, what.now));

  secret_head head{.version = version,
                   .created_at = stored->head ? stored->head->created_at : what.now,
                   .updated_at = what.now,
                   .deleted_at = std::nullopt,
                   .last_used_at = stored->head ? stored->head->last_used_at : std::nullopt};
  return info_of(what.name, &saved, head);
}

base::result<vault_service::held_secret> vault_service::hold_secret(sql::session& in, const base::user_id& owner,
                                                                    const std::string& name) {
  if (!statements::hold_user_row(in, owner)) return no_such_secret();
  auto stored = statements::find_secret(in, owner, name);
  if (!stored) return no_such_secret();
  auto user = open_user(owner, stored->keys);
  if (!user) return user.error();
  // Without its directory nobody may say what is in it: then only destroy_all helps.
  if (!user->is_readable()) return stored->head ? unreadable_secret() : no_such_secret();
  return held_secret{std::move(*stored), std::move(*user)};
}

base::result<secret_info> vault_service::mark_in(sql::session& in, const change& what, standing from_standing) {
  auto held = hold_secret(in, what.owner, what.name);
  if (!held) return held.error();
  const auto& stored = held->stored;
  auto& user = held->user;
  const auto now_is = judge(user.find(what.name), stored.head, stored.token);
  if (now_is == standing::unreadable) return unreadable_secret();
  if (now_is != from_standing) return no_such_secret();

  const bool is_deletion = from_standing == standing::present;
  auto head = *stored.head;
  head.deleted_at = is_deletion ? std::optional(what.now) : std::nullopt;
  head.updated_at = what.now;
  (void)statements::set_deleted(in, what.owner, what.name, head.deleted_at, what.now);
  auto& entry = user.entries->find(what.name)->second;
  entry.is_deleted = is_deletion;
  statements::update_directory(in, what.owner, user.keys->seal_directory(*user.entries, what.now));
  note(in, what, is_deletion ? audit::action::secret_deleted : audit::action::secret_undeleted, head.version);
  return info_of(what.name, &entry, head);
}

base::result<void> vault_service::destroy_in(sql::session& in, const change& what) {
  const auto removed = remove_in(in, what, unreadable::replace);
  if (!removed) return removed.error();
  note(in, what, audit::action::secret_destroyed, *removed);
  return {};
}

base::result<std::int64_t> vault_service::remove_in(sql::session& in, const change& what, unreadable if_unreadable) {
  auto held = hold_secret(in, what.owner, what.name);
  if (!held) return held.error();
  const auto& stored = held->stored;
  auto& user = held->user;
  if (if_unreadable == unreadable::keep && standing_of(user, what.name, stored) == standing::unreadable)
    return unreadable_secret();
  const bool was_listed = user.entries->erase(what.name) != 0;
  const bool was_there = statements::remove_secret(in, what.owner, what.name);
  if (!was_listed && !was_there) return no_such_secret();
  statements::update_directory(in, what.owner, user.keys->seal_directory(*user.entries, what.now));
  return stored.head ? stored.head->version : 0;
}

void vault_service::note(sql::session& in, const change& what, audit::action act, std::int64_t version,
                         audit::result outcome) const {
  json::writer detail;
  detail.begin_object();
  if (!what.name.empty()) detail.member("name", full_name(what.owner, what.name));
  if (version != 0) detail.member("version", version);
  detail.end_object();
  audit_.append(in, {.owner = what.owner,
                     .actor = what.from.by,
                     .action = act,
                     .outcome = outcome,
                     .detail = std::move(detail).str(),
                     .address = what.from.address,
                     .request_id = what.from.request_id,
                     .at = what.now});
}

}  // namespace kontor::vault
