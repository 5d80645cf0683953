#include "settings/llm_service.hpp"

#include "settings/llm_statements.hpp"
#include "settings/setting_act.hpp"

#include <utility>

namespace kontor::settings {
namespace {

using base::errc;

base::error named_as_typed(base::error why, llm_kind kind) {
  const auto address = "/" + std::string(address_member_of(kind));
  return at_fields(std::move(why), {{"/address", address}, {"/key", "/api_key"}});
}

base::error key_needed(std::string type, std::string message) {
  base::error out{errc::invalid_input, std::move(type)};
  out.fields.push_back({"/api_key", "required", std::move(message)});
  return out;
}

// Azure takes nobody without a key, nor does OpenAI itself; what else speaks like it may.
bool needs_key(llm_kind kind, std::string_view host) {
  return kind == llm_kind::azure || (kind == llm_kind::openai && openai_address.starts_with(std::string(host) + "/"));
}

llm_outcome outcome_of(const llm_verdict& verdict, const llm_record& record) {
  llm_outcome out;
  out.checked = validation{.is_valid = verdict.outcome == verification::confirmed, .message = verdict.message};
  if (verdict.outcome == verification::confirmed && verdict.model_is_listed) {
    out.message = "The provider answers.";
  } else if (verdict.outcome == verification::confirmed) {
    out.how = outcome::warning;
    out.message = "The provider answers, but does not list the model " + record.model + ".";
  } else {
    out.how = verdict.outcome == verification::refused ? outcome::error : outcome::warning;
    out.message = verdict.message;
  }
  if (verdict.outcome == verification::confirmed && !verdict.models.empty()) out.models = verdict.models;
  return out;
}

// The keys of the other providers go: none of them could be sent anywhere any more.
std::vector<vault::secret_change> without_keys_but(std::optional<llm_kind> kept) {
  std::vector<vault::secret_change> out;
  for (const auto each : llm_kinds)
    if (each != kept) out.push_back({std::string(secret_name_of(each)), std::nullopt});
  return out;
}

}  // namespace

async::awaitable<base::result<std::optional<llm_record>>> llm_service::find(base::user_id owner) {
  auto job = [owner](sql::session& in) { return statements::find_llm(in, owner); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<llm_view>> llm_service::get(base::user_id owner) {
  std::vector<std::string> names;
  for (const auto each : llm_kinds)
    names.emplace_back(secret_name_of(each));
  const auto secrets = co_await vault_.find_user_secrets(owner, std::move(names));
  if (!secrets) co_return secrets.error();
  auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  auto out = view_of(std::move(*stored), *secrets);
  out.offered = offered_;
  co_return out;
}

async::awaitable<base::result<llm_outcome>> llm_service::tell(base::user_id owner, llm_outcome what) {
  auto now = co_await get(owner);
  if (!now) co_return now.error();
  what.now = std::move(*now);
  co_return what;
}

async::awaitable<base::result<llm_outcome>> llm_service::save(base::user_id owner, llm_wish wish,
                                                              vault::act_source from) {
  base::error bad{errc::invalid_input};
  bad.fields = faults_of(wish);
  if (!bad.fields.empty()) co_return bad;
  if (wish.address.empty()) wish.address = openai_address;
  const auto host = check_.origin_of(wish.address, named_by::user);
  if (!host) co_return named_as_typed(host.error(), wish.kind);
  const auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  const auto plan = plan_key(wish, *host, *stored);
  if (plan == key_plan::refuse)
    co_return key_needed("credentials-elsewhere",
                         "The stored key belongs to another address; enter the key of this one.");
  if (plan == key_plan::remove && needs_key(wish.kind, *host)) co_return key_needed("", "must not be empty.");

  const auto now = clock_.now();
  llm_record record;
  record.kind = wish.kind;
  record.address = std::move(wish.address);
  record.host = *host;
  record.model = std::move(wish.model);
  record.api_version = std::move(wish.api_version);
  record.changed_at = now;
  vault::joint_change change;
  change.if_unreadable = wish.if_unreadable;
  change.act = setting_act(audit::action::settings_saved, owner, "llm", from, now);
  if (plan == key_plan::keep) record.key_seal = (*stored)->key_seal;
  change.secrets = without_keys_but(plan == key_plan::remove ? std::nullopt : std::optional(record.kind));
  if (plan == key_plan::replace)
    change.secrets.push_back({std::string(secret_name_of(record.kind)), std::move(wish.key), record.host});
  std::vector<vault::known_secret> kept;
  if (plan == key_plan::keep) kept.push_back({std::string(secret_name_of(record.kind)), *record.key_seal, record.host});
  change.beside = [this, owner, record = std::move(record), plan, kept = std::move(kept)](
                      sql::session& in, std::span<const std::string> seals) -> base::result<void> {
    auto written = record;
    if (plan == key_plan::replace) written.key_seal = seals.back();
    if (plan != key_plan::keep) {
      statements::put_llm(in, owner, written);
      return {};
    }
    if (!statements::change_llm(in, owner, written))
      return base::error{errc::precondition_failed, "version-changed", "", "saved twice at once"};
    const auto is_there = vault_.hold_within(in, owner, kept);
    if (!is_there) return is_there.error();
    if (!*is_there)
      return key_needed("credentials-elsewhere",
                        "The stored key is not the one that was saved with these settings; enter the key.");
    return {};
  };
  const auto saved = co_await vault_.change_user_secrets(owner, std::move(change), std::move(from));
  if (!saved) co_return saved.error();
  llm_outcome told;
  told.message = "Saved. The provider was not asked yet.";
  co_return co_await tell(owner, std::move(told));
}

async::awaitable<base::result<base::secret_bytes>> llm_service::key_of(base::user_id owner, const llm_record& record) {
  if (!record.key_seal) co_return base::secret_bytes();
  std::string name(secret_name_of(record.kind));
  auto value = co_await vault_.get_user_secret(owner, std::move(name));
  if (!value && value.error().code != errc::not_found) co_return value.error();
  // The host of the record is what anybody wrote who can write to the database; the origin stands sealed.
  if (!value || value->seal != *record.key_seal || value->origin != record.host)
    co_return base::error{errc::conflict, "credentials-elsewhere", "", "another key than the one saved for this host"};
  co_return std::move(value->value);
}

async::awaitable<base::result<llm_target>> llm_service::target_with_key(base::user_id owner, const llm_record& record) {
  auto key = co_await key_of(owner, record);
  if (!key) co_return key.error();
  llm_target target;
  target.provider = provider_of(record);
  target.address = record.address;
  target.key = std::move(*key);
  target.key_origin = record.host;
  target.model = record.model;
  target.api_version = record.api_version;
  co_return target;
}

async::awaitable<base::result<llm_target>> llm_service::target_of(base::user_id owner) {
  const auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  if (!*stored) co_return not_configured();
  co_return co_await target_with_key(owner, **stored);
}

async::awaitable<base::result<llm_outcome>> llm_service::test(base::user_id owner, sql::permission still) {
  const auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  if (!*stored) co_return not_configured();
  auto record = **stored;
  auto target = co_await target_with_key(owner, record);
  if (!target) co_return target.error();
  const auto verdict = co_await check_.check(owner.str(), std::move(*target));
  if (!verdict) co_return named_as_typed(verdict.error(), record.kind);

  auto told = outcome_of(*verdict, record);
  const bool is_answer = verdict->outcome != verification::not_verified;
  if (is_answer) {
    const bool is_confirmed = verdict->outcome == verification::confirmed;
    record.what = is_confirmed ? state::verified : state::invalid;
    record.message = verdict->message;
    if (is_confirmed) record.verified_at = clock_.now();
  }
  auto job = [owner, is_answer, record = std::move(record), still](sql::session& in) -> base::result<void> {
    if (auto may = still(in); !may) return may;
    if (is_answer) statements::note_llm_check(in, owner, record);
    return {};
  };
  const auto written = co_await database_.write(std::move(job));
  if (!written) co_return written.error();
  co_return co_await tell(owner, std::move(told));
}

async::awaitable<base::result<llm_outcome>> llm_service::remove(base::user_id owner, vault::act_source from) {
  const auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  vault::joint_change change;
  change.if_unreadable = vault::unreadable::replace;
  change.secrets = without_keys_but(std::nullopt);
  change.beside = [owner](sql::session& in, std::span<const std::string>) {
    statements::remove_llm(in, owner);
    return base::result<void>();
  };
  if (*stored) change.act = setting_act(audit::action::settings_removed, owner, "llm", from, clock_.now());
  const auto done = co_await vault_.change_user_secrets(owner, std::move(change), std::move(from));
  if (!done) co_return done.error();
  llm_outcome out;
  out.message = "There are no settings of a language model any more.";
  co_return co_await tell(owner, std::move(out));
}

}  // namespace kontor::settings
