#include "base/log.hpp"
#include "vault/secret_name.hpp"
#include "vault/vault_jobs.hpp"

#include <algorithm>
#include <utility>

namespace kontor::vault {

async::awaitable<base::result<void>> vault_service::change_user_secrets(base::user_id owner, joint_change what,
                                                                        act_source from) {
  for (const auto& each : what.secrets) {
    if (const auto good = check_name(each.name); !good) co_return good.error();
    if (!each.value) continue;
    if (const auto good = check_value(*each.value); !good) co_return good.error();
  }
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  // A job may run twice, so it must not use up what it owns; nor is a value copied.
  const auto held = std::make_shared<const joint_change>(std::move(what));
  const auto now = clock_.now();
  const auto met = std::make_shared<std::string>();
  auto job = [this, owner, held, from, now, met](sql::session& in) {
    return change_in(in, owner, *held, from, now, *met);
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done && done.error().type == "secret-unreadable" && !met->empty())
    co_return co_await report_unreadable(owner, *met, 0, std::move(from));
  if (!done) co_return done.error();
  for (const auto& each : held->secrets)
    base::log(base::log_level::info, each.value ? "secret saved" : "secret removed",
              {{"name", full_name(owner, each.name)}});
  co_return base::result<void>();
}

base::result<void> vault_service::change_in(sql::session& in, const base::user_id& owner, const joint_change& what,
                                            const act_source& from, base::timestamp now, std::string& met) {
  if (what.before)
    if (auto may = what.before(in); !may) return may;
  struct entry {
    change about;
    audit::action act;
    std::int64_t version;
  };
  std::vector<entry> entries;
  std::vector<std::string> seals;
  for (const auto& each : what.secrets) {
    change one{owner, each.name, from, now};
    met = each.name;
    if (each.value) {
      auto saved = place_in(in, one, *each.value, {.if_unreadable = what.if_unreadable, .origin = each.origin});
      if (!saved) return saved.error();
      seals.push_back(std::move(saved->seal));
      entries.push_back({std::move(one), audit::action::secret_saved, saved->version});
      continue;
    }
    const auto removed = remove_in(in, one, what.if_unreadable);
    if (!removed && removed.error().code != base::errc::not_found) return removed.error();
    seals.emplace_back();
    if (removed) entries.push_back({std::move(one), audit::action::secret_destroyed, *removed});
  }
  met.clear();
  if (what.beside)
    if (auto done = what.beside(in, seals); !done) return done;
  for (const auto& each : entries)
    note(in, each.about, each.act, each.version);
  if (what.act) audit_.append(in, *what.act);
  return {};
}

base::result<bool> vault_service::hold_within(sql::session& in, const base::user_id& owner,
                                              std::span<const known_secret> secrets) {
  if (const auto ready = check_ready(ring_); !ready) return ready.error();
  if (!statements::hold_user_row(in, owner)) return false;
  const auto row = statements::find_user_row(in, owner);
  if (!row) return false;
  const auto user = open_user(owner, *row);
  if (!user) return user.error();
  if (!user->is_readable()) return unreadable_secret();
  return std::ranges::all_of(secrets, [&user](const known_secret& each) {
    const auto* entry = user->find(each.name);
    if (entry == nullptr || entry->is_deleted) return false;
    const auto seal = seal_of(entry->digest);
    return seal == each.seal && entry->origin == each.origin;
  });
}

}  // namespace kontor::vault
