#include "settings/exchange_service.hpp"

#include "settings/exchange_statements.hpp"
#include "settings/setting_act.hpp"

#include <utility>

namespace kontor::settings {
namespace {

using base::errc;

base::error named_as_typed(base::error why) {
  return at_fields(std::move(why), {{"/key", "/api_key"}, {"/secret", "/api_secret"}});
}

exchange_record record_of(const exchange_verdict& verdict, std::string host, std::string_view key,
                          base::timestamp now) {
  exchange_record out;
  out.host = std::move(host);
  out.api_key_masked = masked(key);
  out.message = verdict.message;
  out.account = verdict.account;
  out.changed_at = now;
  if (verdict.outcome == verification::refused) out.what = state::invalid;
  if (verdict.outcome != verification::confirmed) return out;
  out.what = state::verified;
  out.rights = {.read = verdict.may_read, .trade = verdict.may_trade, .withdraw = verdict.may_withdraw};
  out.addresses = verdict.addresses;
  out.verified_at = now;
  return out;
}

validation validation_of(const exchange_verdict& verdict) {
  return {.is_valid = verdict.outcome == verification::confirmed, .message = verdict.message};
}

std::string sentence_of(const exchange_verdict& verdict) {
  std::string out = "The exchange knows this key.";
  if (verdict.may_withdraw) out += " It may withdraw.";
  if (verdict.may_trade) out += " It may trade.";
  if (verdict.addresses.empty()) out += " It works from every address.";
  return out;
}

bool is_worth_a_look(const exchange_verdict& verdict) {
  return verdict.may_withdraw || verdict.may_trade || verdict.addresses.empty();
}

// A key that is confirmed, or about which nobody knows.
exchange_outcome outcome_of(const exchange_verdict& verdict, std::string_view not_known) {
  exchange_outcome out;
  out.checked = validation_of(verdict);
  if (verdict.outcome == verification::confirmed) {
    out.how = is_worth_a_look(verdict) ? outcome::warning : outcome::success;
    out.message = sentence_of(verdict);
  } else {
    out.how = outcome::warning;
    out.message = std::string(not_known) + verdict.message;
  }
  return out;
}

exchange_outcome refusal_of(const exchange_verdict& verdict) {
  exchange_outcome out;
  out.how = outcome::error;
  out.message = verdict.message;
  out.checked = validation_of(verdict);
  return out;
}

std::vector<std::string> secret_names() {
  return {exchange_secret_names.begin(), exchange_secret_names.end()};
}

}  // namespace

async::awaitable<base::result<std::optional<exchange_record>>> exchange_service::find(base::user_id owner) {
  auto job = [owner](sql::session& in) { return statements::find_exchange(in, owner); };
  co_return co_await database_.read(std::move(job));
}

async::awaitable<base::result<exchange_view>> exchange_service::get(base::user_id owner) {
  auto names = secret_names();
  const auto secrets = co_await vault_.find_user_secrets(owner, std::move(names));
  if (!secrets) co_return secrets.error();
  const auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  co_return view_of(*stored, *secrets);
}

async::awaitable<base::result<void>> exchange_service::ask(sql::permission still) {
  auto job = [still = std::move(still)](sql::session& in) { return still(in); };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<exchange_outcome>> exchange_service::tell(base::user_id owner, exchange_outcome what) {
  auto now = co_await get(owner);
  if (!now) co_return now.error();
  what.now = std::move(*now);
  co_return what;
}

async::awaitable<base::result<exchange_outcome>> exchange_service::save(base::user_id owner, exchange_wish wish,
                                                                        vault::act_source from, sql::permission still) {
  auto& credentials = wish.credentials;
  auto asked = credentials.clone();
  const auto verdict = co_await check_.check(owner.str(), std::move(asked));
  if (!verdict) co_return named_as_typed(verdict.error());
  if (verdict->outcome == verification::refused) {
    if (const auto may = co_await ask(std::move(still)); !may) co_return may.error();
    auto refusal = refusal_of(*verdict);
    co_return co_await tell(owner, std::move(refusal));
  }
  if (verdict->may_withdraw && wish.may_withdraw == withdrawal::refused)
    co_return base::error{errc::conflict, "key-may-withdraw",
                          "Make a key at the exchange that may only read, or say that you want this one.",
                          "the key may withdraw"};

  const auto now = clock_.now();
  vault::joint_change change;
  change.if_unreadable = wish.if_unreadable;
  change.before = std::move(still);
  const auto origin = check_.origin();
  auto record = record_of(*verdict, origin, credentials.key.text(), now);
  change.act = setting_act(audit::action::settings_saved, owner, "exchange", from, now);
  change.beside = [owner, record = std::move(record)](sql::session& in, std::span<const std::string> seals) {
    auto written = record;
    written.seals = {seals[0], seals[1], seals[2]};
    statements::put_exchange(in, owner, written);
    return base::result<void>();
  };
  change.secrets.push_back({std::string(exchange_secret_names[0]), std::move(credentials.key), origin});
  change.secrets.push_back({std::string(exchange_secret_names[1]), std::move(credentials.secret), origin});
  change.secrets.push_back({std::string(exchange_secret_names[2]), std::move(credentials.passphrase), origin});
  const auto saved = co_await vault_.change_user_secrets(owner, std::move(change), std::move(from));
  if (!saved) co_return saved.error();
  auto told = outcome_of(*verdict, "Saved, but nobody knows whether the key is right: ");
  co_return co_await tell(owner, std::move(told));
}

async::awaitable<base::result<exchange_service::stored_key>> exchange_service::read(base::user_id owner) {
  auto stored = co_await find(owner);
  if (!stored) co_return stored.error();
  auto names = secret_names();
  const auto secrets = co_await vault_.find_user_secrets(owner, std::move(names));
  if (!secrets) co_return secrets.error();
  const auto known = view_of(*stored, *secrets);
  if (!known.is_configured) co_return not_configured();
  if (known.host != check_.origin())
    co_return base::error{errc::conflict, "credentials-elsewhere", "", "saved for another host"};

  stored_key out{.record = std::move(*stored), .secrets = {}};
  for (std::size_t i = 0; i < out.secrets.size(); ++i) {
    auto value = co_await vault_.get_user_secret(owner, std::string(exchange_secret_names[i]));
    if (!value) co_return value.error().code == errc::not_found ? not_configured() : value.error();
    // The row beside them is what anybody wrote who can write to the database; this stands sealed. Nothing does with
    // secrets that were not saved here: they belong to the place that the row says.
    if (!value->origin.empty() && value->origin != check_.origin())
      co_return base::error{errc::conflict, "credentials-elsewhere", "", "sealed for another host"};
    out.secrets[i] = std::move(*value);
  }
  co_return std::move(out);
}

async::awaitable<base::result<opened_exchange_key>> exchange_service::open(base::user_id owner) {
  auto stored = co_await read(owner);
  if (!stored) co_return stored.error();
  auto& secrets = stored->secrets;
  opened_exchange_key out{
      .credentials = {std::move(secrets[0].value), std::move(secrets[1].value), std::move(secrets[2].value)}};
  // What is known of another key is not known of this one.
  const auto& record = stored->record;
  const bool is_about_it = record && record->seals[0] == secrets[0].seal;
  if (is_about_it) out.account = record->account;
  co_return std::move(out);
}

async::awaitable<base::result<exchange_outcome>> exchange_service::test(base::user_id owner, sql::permission still) {
  auto read_key = co_await read(owner);
  if (!read_key) co_return read_key.error();
  auto& [stored, values] = *read_key;
  std::vector<vault::known_secret> asked_about;
  for (std::size_t i = 0; i < values.size(); ++i)
    asked_about.push_back({std::string(exchange_secret_names[i]), values[i].seal, values[i].origin});
  const auto mask = masked(values[0].value.text());
  exchange_credentials credentials{std::move(values[0].value), std::move(values[1].value), std::move(values[2].value)};
  const auto verdict = co_await check_.check(owner.str(), std::move(credentials));
  if (!verdict) co_return named_as_typed(verdict.error());

  const auto now = clock_.now();
  auto record = record_of(*verdict, check_.origin(), "", now);
  record.api_key_masked = mask;
  record.seals = {values[0].seal, values[1].seal, values[2].seal};
  record.changed_at = stored ? stored->changed_at : now;
  if (!record.verified_at && stored) record.verified_at = stored->verified_at;
  const bool is_answer = verdict->outcome != verification::not_verified;
  auto job = [this, owner, is_answer, record = std::move(record), asked_about = std::move(asked_about),
              still = std::move(still)](sql::session& in) -> base::result<void> {
    if (auto may = still(in); !may) return may;
    if (!is_answer) return {};
    // What was removed meanwhile, with or without its owner, must not come back; what was saved anew is another key.
    const auto is_there = vault_.hold_within(in, owner, asked_about);
    if (!is_there) return is_there.error();
    if (*is_there) (void)statements::renew_exchange(in, owner, record);
    return {};
  };
  const auto written = co_await database_.write(std::move(job));
  if (!written) co_return written.error();
  auto told = verdict->outcome == verification::refused ? refusal_of(*verdict) : outcome_of(*verdict, "");
  auto answer = co_await tell(owner, std::move(told));
  if (answer && !answer->now.is_configured) co_return not_configured();
  co_return answer;
}

async::awaitable<base::result<exchange_outcome>> exchange_service::remove(base::user_id owner, vault::act_source from) {
  const auto known = co_await get(owner);
  if (!known) co_return known.error();
  vault::joint_change change;
  change.if_unreadable = vault::unreadable::replace;
  for (const auto name : exchange_secret_names)
    change.secrets.push_back({std::string(name), std::nullopt});
  change.beside = [owner](sql::session& in, std::span<const std::string>) {
    statements::remove_exchange(in, owner);
    return base::result<void>();
  };
  // Nobody wants to read in the log that nothing was removed.
  if (known->is_configured)
    change.act = setting_act(audit::action::settings_removed, owner, "exchange", from, clock_.now());
  const auto done = co_await vault_.change_user_secrets(owner, std::move(change), std::move(from));
  if (!done) co_return done.error();
  exchange_outcome out;
  out.message = "There is no key for the exchange any more.";
  co_return co_await tell(owner, std::move(out));
}

}  // namespace kontor::settings
