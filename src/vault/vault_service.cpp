#include "vault/vault_service.hpp"

#include "base/log.hpp"
#include "vault/secret_name.hpp"
#include "vault/vault_jobs.hpp"

#include <utility>

namespace kontor::vault {
namespace {

using namespace std::chrono_literals;
using base::errc;
using base::log_level;

constexpr auto report_again = 1h;
constexpr std::size_t most_reported = 1024;
constexpr std::size_t most_reported_at_once = 16;

void write_use(sql::session& in, const std::pair<base::user_id, std::string>& secret, const base::timestamp& at) {
  statements::note_use(in, secret.first, secret.second, at, sql::use_granularity);
}

void log_act(std::string_view what, const base::user_id& owner, const std::string& name) {
  base::log(log_level::info, what, {{"name", full_name(owner, name)}});
}

}  // namespace

base::result<void> check_name(std::string_view name) {
  if (is_secret_name(name)) return {};
  return base::error{
      .code = errc::invalid_input,
      .fields = {{"/name", "not_allowed",
                  "must have 1 to 64 of the characters a-z 0-9 _ . - and begin with a letter or digit"}}};
}

base::result<void> check_value(const base::secret_bytes& value) {
  if (value.empty()) return base::error{.code = errc::invalid_input, .fields = {{"/value", "too_short", "is empty"}}};
  if (value.size() > max_value_size)
    return base::error{.code = errc::invalid_input,
                       .fields = {{"/value", "too_long", "must have at most 65536 bytes"}}};
  return {};
}

base::result<void> check_ready(const keyring& ring) {
  const auto now = ring.state();
  if (now.state == key_state::ready) return {};
  // The sentence for the operator names files; everybody else learns which key it is.
  const auto detail = now.key_id.empty() ? std::string() : "The vault needs its key " + now.key_id + ".";
  return base::error{errc::unavailable, now.state == key_state::key_wrong ? "vault-key-wrong" : "vault-key-missing",
                     detail, now.why};
}

vault_service::vault_service(sql::database& database, keyring& ring, const audit::audit_log& audit,
                             const base::clock& clock, std::size_t cached_keys)
    : database_(database),
      ring_(ring),
      audit_(audit),
      clock_(clock),
      cache_(cached_keys),
      uses_(database, "secrets", write_use) {}

async::awaitable<base::result<secret_info>> vault_service::save_user_secret(base::user_id owner, std::string name,
                                                                            base::secret_bytes value, save_options how,
                                                                            act_source from) {
  if (const auto good = check_name(name); !good) co_return good.error();
  if (const auto good = check_value(value); !good) co_return good.error();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  // A job may run twice, so it must not use up what it owns; nor is the value copied.
  auto held = std::make_shared<const base::secret_bytes>(std::move(value));
  change what{owner, name, from, clock_.now()};
  auto job = [this, what = std::move(what), held, how](sql::session& in) { return save_in(in, what, *held, how); };
  auto saved = co_await database_.write(std::move(job));
  if (!saved && saved.error().type == "secret-unreadable")
    co_return co_await report_unreadable(owner, std::move(name), 0, std::move(from));
  if (saved) log_act("secret saved", owner, name);
  co_return saved;
}

async::awaitable<base::result<secret_value>> vault_service::get_user_secret(base::user_id owner, std::string name) {
  auto found = co_await find_value(owner, std::move(name));
  reads_.note(found);
  co_return found;
}

async::awaitable<base::result<secret_value>> vault_service::find_value(base::user_id owner, std::string name) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  const auto now = clock_.now();
  auto job = [this, owner, name](sql::session& in) { return read_secret(in, owner, name, std::nullopt); };
  auto read = co_await database_.read(std::move(job));
  if (!read) co_return read.error();
  if (read->how == standing::unreadable) {
    act_source nobody;
    co_return co_await report_unreadable(owner, std::move(name), read->found.version, std::move(nobody));
  }
  if (read->how != standing::present) co_return no_such_secret();
  if (sql::is_use_due(read->last_used_at, now)) uses_.add({owner, std::move(name)}, now);
  co_return std::move(read->found);
}

async::awaitable<base::result<secret_value>> vault_service::reveal_user_secret(base::user_id owner, std::string name,
                                                                               std::optional<std::int64_t> version,
                                                                               act_source from) {
  auto found = co_await show_value(owner, std::move(name), version, std::move(from));
  reads_.note(found);
  co_return found;
}

async::awaitable<base::result<secret_value>> vault_service::show_value(base::user_id owner, std::string name,
                                                                       std::optional<std::int64_t> version,
                                                                       act_source from) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  change what{owner, name, from, clock_.now()};
  auto job = [this, what = std::move(what), version](sql::session& in) -> base::result<reading> {
    auto result = read_secret(in, what.owner, what.name, version);
    if (result && result->how == standing::present)
      note(in, what, audit::action::secret_revealed, result->found.version);
    return result;
  };
  auto read = co_await database_.write(std::move(job));
  if (!read) co_return read.error();
  if (read->how == standing::unreadable)
    co_return co_await report_unreadable(owner, std::move(name), read->found.version, std::move(from));
  if (read->how != standing::present) co_return no_such_secret();
  log_act("secret revealed", owner, name);
  co_return std::move(read->found);
}

async::awaitable<base::result<std::vector<secret_info>>> vault_service::list_user_secrets(base::user_id owner) {
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  auto job = [this, owner](sql::session& in) { return list_in(in, owner); };
  auto listed = co_await database_.read(std::move(job));
  if (listed) co_await report_listed(owner, *listed);
  co_return listed;
}

async::awaitable<base::result<std::vector<secret_info>>> vault_service::find_user_secrets(
    base::user_id owner, std::vector<std::string> names) {
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  std::erase_if(names, [](const std::string& name) { return !is_secret_name(name); });
  auto job = [this, owner, names = std::move(names)](sql::session& in) { return list_in(in, owner, &names); };
  auto found = co_await database_.read(std::move(job));
  if (found) co_await report_listed(owner, *found);
  co_return found;
}

async::awaitable<base::result<std::vector<statements::listed_version>>> vault_service::list_versions(
    base::user_id owner, std::string name) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  auto job = [owner, name](sql::session& in) -> base::result<std::vector<statements::listed_version>> {
    auto versions = statements::list_versions(in, owner, name);
    if (versions.empty()) return no_such_secret();
    return versions;
  };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<void>> vault_service::delete_user_secret(base::user_id owner, std::string name,
                                                                       act_source from) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  change what{owner, name, from, clock_.now()};
  auto job = [this, what = std::move(what)](sql::session& in) { return mark_in(in, what, standing::present); };
  const auto done = co_await database_.write(std::move(job));
  if (!done && done.error().type == "secret-unreadable")
    co_return co_await report_unreadable(owner, std::move(name), 0, std::move(from));
  if (!done) co_return done.error();
  log_act("secret deleted", owner, name);
  co_return base::result<void>();
}

async::awaitable<base::result<secret_info>> vault_service::undelete_user_secret(base::user_id owner, std::string name,
                                                                                act_source from) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  change what{owner, name, from, clock_.now()};
  auto job = [this, what = std::move(what)](sql::session& in) { return mark_in(in, what, standing::deleted); };
  auto done = co_await database_.write(std::move(job));
  if (!done && done.error().type == "secret-unreadable")
    co_return co_await report_unreadable(owner, std::move(name), 0, std::move(from));
  if (done) log_act("secret brought back", owner, name);
  co_return done;
}

async::awaitable<base::result<void>> vault_service::destroy_user_secret(base::user_id owner, std::string name,
                                                                        act_source from) {
  if (!is_secret_name(name)) co_return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  change what{owner, name, from, clock_.now()};
  auto job = [this, what = std::move(what)](sql::session& in) { return destroy_in(in, what); };
  const auto done = co_await database_.write(std::move(job));
  if (!done && done.error().type == "secret-unreadable")
    co_return co_await report_unreadable(owner, std::move(name), 0, std::move(from));
  if (!done) co_return done.error();
  log_act("secret destroyed", owner, name);
  co_return base::result<void>();
}

async::awaitable<base::result<void>> vault_service::destroy_all(base::user_id owner, act_source from) {
  // While the master key is away nobody knows yet whether anything is lost.
  if (const auto ready = check_ready(ring_); !ready) co_return ready.error();
  change what{owner, "", std::move(from), clock_.now()};
  auto job = [this, what = std::move(what)](sql::session& in) -> base::result<void> {
    if (!statements::remove_user_row(in, what.owner)) return no_such_secret();
    note(in, what, audit::action::secrets_destroyed_all, 0);
    return {};
  };
  const auto done = co_await database_.write(std::move(job));
  if (!done) co_return done.error();
  base::log(log_level::info, "all secrets of a user destroyed", {{"user_id", owner.str()}});
  co_return base::result<void>();
}

async::awaitable<base::error> vault_service::report_unreadable(base::user_id owner, std::string name,
                                                               std::int64_t version, act_source from) {
  const auto now = clock_.now();
  if (!is_news(full_name(owner, name), now)) co_return unreadable_secret();
  change about{owner, std::move(name), std::move(from), now};
  std::vector<unreadable_report> reports;
  reports.push_back({std::move(about), version});
  co_await write_reports(std::move(reports));
  co_return unreadable_secret();
}

async::awaitable<void> vault_service::report_listed(base::user_id owner, const std::vector<secret_info>& listed) {
  const auto now = clock_.now();
  std::vector<unreadable_report> reports;
  for (const auto& info : listed) {
    if (info.is_readable || reports.size() == most_reported_at_once) continue;
    if (!is_news(full_name(owner, info.name), now)) continue;
    change about{owner, info.name, {}, now};
    reports.push_back({std::move(about), info.version});
  }
  if (!reports.empty()) co_await write_reports(std::move(reports));
}

// Whoever could read the secrets is not kept from anything by these entries: there is nothing to read.
async::awaitable<void> vault_service::write_reports(std::vector<unreadable_report> reports) {
  for (const auto& each : reports)
    base::log(log_level::error, "a secret cannot be read: its rows were changed",
              {{"name", full_name(each.about.owner, each.about.name)}});
  auto job = [this, reports = std::move(reports)](sql::session& in) {
    for (const auto& each : reports)
      note(in, each.about, audit::action::secret_unreadable, each.version, audit::result::failed);
  };
  const auto noted = co_await database_.write(std::move(job));
  if (!noted)
    base::log(log_level::error, "that a secret cannot be read was not written down",
              {{"reason", noted.error().internal_detail}});
}

bool vault_service::is_news(const std::string& unreadable, base::timestamp now) {
  const std::lock_guard lock(mutex_);
  if (reported_.size() >= most_reported) reported_.clear();
  const auto [at, is_first] = reported_.try_emplace(unreadable, now);
  if (is_first) return true;
  if (now >= at->second && now - at->second < report_again) return false;
  at->second = now;
  return true;
}

base::result<secret_info> vault_service::save_within(sql::session& in, const base::user_id& owner,
                                                     const std::string& name, const base::secret_bytes& value,
                                                     const act_source& from, const save_options& how) {
  if (const auto good = check_name(name); !good) return good.error();
  if (const auto good = check_value(value); !good) return good.error();
  if (const auto ready = check_ready(ring_); !ready) return ready.error();
  const change what{owner, name, from, clock_.now()};
  return save_in(in, what, value, how);
}

base::result<secret_value> vault_service::get_within(sql::session& in, const base::user_id& owner,
                                                     const std::string& name) {
  if (!is_secret_name(name)) return no_such_secret();
  if (const auto ready = check_ready(ring_); !ready) return ready.error();
  auto read = read_secret(in, owner, name, std::nullopt);
  if (!read) return read.error();
  if (read->how == standing::unreadable) return unreadable_secret();
  if (read->how != standing::present) return no_such_secret();
  return std::move(read->found);
}

base::result<std::vector<secret_info>> vault_service::list_within(sql::session& in, const base::user_id& owner) {
  if (const auto ready = check_ready(ring_); !ready) return ready.error();
  return list_in(in, owner);
}

void vault_service::report_within(sql::session& in, const base::user_id& owner, const std::string& name,
                                  const act_source& from) const {
  const change what{owner, name, from, clock_.now()};
  note(in, what, audit::action::secret_unreadable, 0, audit::result::failed);
}

}  // namespace kontor::vault
