#include "policy/policy_service.hpp"

#include "account/user_changes.hpp"
#include "base/log.hpp"
#include "json/writer.hpp"
#include "policy/policy_statements.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

namespace kontor::policy {
namespace {

using base::errc;
using base::log_level;

base::error empty_allowlist() {
  base::error refusal{errc::invalid_input};
  refusal.fields.push_back(
      {"/" + std::string(allowed_emails_name), "required", "An allowlist needs at least one address."});
  return refusal;
}

std::string detail_of(const std::vector<std::string>& changed) {
  json::writer out;
  out.begin_object();
  out.begin_array("changed");
  for (const auto& name : changed)
    out.element(name);
  out.end_array();
  out.end_object();
  return std::move(out).str();
}

}  // namespace

policy_service::policy_service(sql::database& database, const audit::audit_log& audit, rule_values defaults,
                               const base::clock& clock, std::chrono::milliseconds read_every)
    : database_(database),
      audit_(audit),
      defaults_(std::move(defaults)),
      clock_(clock),
      read_every_(read_every),
      current_(defaults_) {
  if (!read_now()) throw std::runtime_error("The policy of this installation cannot be read from the database.");
  reader_ = std::jthread([this](const std::stop_token& stopping) { keep_reading(stopping); });
}

account::account_settings policy_service::current() const {
  const std::lock_guard lock(mutex_);
  return current_.accounts;
}

chat_limits policy_service::limits() const {
  const std::lock_guard lock(mutex_);
  return current_.chats;
}

async::awaitable<base::result<rules>> policy_service::get() {
  auto job = [](sql::session& in) { return statements::read(in); };
  auto decided = co_await database_.read(std::move(job));
  if (!decided) co_return decided.error();
  co_return rules{defaults_, std::move(*decided)};
}

async::awaitable<base::result<rules>> policy_service::change(author by, rule_change wanted) {
  auto job = [this, by, wanted](sql::session& in) -> base::result<std::vector<std::string>> {
    const auto now = clock_.now();
    statements::hold(in, now);
    if (const auto may = account::check_is_admin(in, by.who); !may) return may.error();
    const auto before = statements::read(in);
    const auto after = with(before, wanted);
    const auto together = effective(rules{defaults_, after}).accounts;
    if (together.registration == account::registration_policy::allowlist && together.allowed_emails.empty())
      return empty_allowlist();
    auto changed = differences(before, after);
    if (changed.empty()) return changed;
    statements::write(in, before, after, now);
    audit_.append(in, {.owner = std::nullopt,
                       .actor = by.who.id,
                       .action = audit::action::policy_changed,
                       .outcome = audit::result::ok,
                       .detail = detail_of(changed),
                       .address = by.address,
                       .request_id = by.request_id,
                       .at = now});
    return changed;
  };
  const auto changed = co_await database_.write(std::move(job));
  if (!changed) co_return changed.error();
  for (const auto& name : *changed)
    base::log(log_level::info, "policy changed", {{"name", name}, {"by", by.who.id.str()}});

  const auto reading = begin_reading();
  auto now = co_await get();
  if (now) publish(reading, now->decided);
  co_return now;
}

void policy_service::stop() {
  reader_.request_stop();
  if (reader_.joinable()) reader_.join();
}

void policy_service::keep_reading(const std::stop_token& stopping) {
  bool was_good = true;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stopping, read_every_, [] { return false; });
    }
    if (stopping.stop_requested()) return;
    const bool is_good = read_now();
    if (was_good && !is_good) base::log(log_level::warning, "the policy cannot be read; the last one holds");
    was_good = is_good;
  }
}

bool policy_service::read_now() {
  const auto reading = begin_reading();
  try {
    auto job = [](sql::session& in) { return statements::read(in); };
    const auto decided = database_.read_now(std::move(job));
    if (!decided) return false;
    publish(reading, *decided);
    return true;
  } catch (const std::exception& broken) {
    base::log(log_level::error, "policy not read", {{"detail", broken.what()}});
    return false;
  }
}

std::uint64_t policy_service::begin_reading() {
  const std::lock_guard lock(mutex_);
  return ++begun_;
}

void policy_service::publish(std::uint64_t reading, const overrides& decided) {
  auto values = effective(rules{defaults_, decided});
  const std::lock_guard lock(mutex_);
  if (reading <= published_) return;
  published_ = reading;
  current_ = std::move(values);
}

}  // namespace kontor::policy
