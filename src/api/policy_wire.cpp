#include "api/policy_wire.hpp"

#include "account/email.hpp"
#include "api/read_object.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace kontor::api {
namespace {

// What is wished for one member: nothing when it is absent, the default when it is null, else what `read` finds.
template <class T, class Read>
policy::wish<T> read_wish(json::object_reader& in, std::string_view name, Read read) {
  if (in.is_null(name)) return policy::wish<T>(std::in_place);
  std::optional<T> value = read(name);
  return value ? policy::wish<T>(std::move(value)) : policy::wish<T>();
}

// One name out of a closed list.
template <class T, class Parse>
policy::wish<T> read_choice(json::object_reader& in, std::string_view name, Parse parse, const std::string& message) {
  return read_wish<T>(in, name, [&](std::string_view member) -> std::optional<T> {
    const auto text = in.optional_string(member);
    if (!text) return std::nullopt;
    const auto value = parse(*text);
    if (!value && in.is_good(member)) in.refuse(member, "not_allowed", message);
    return value;
  });
}

std::optional<std::size_t> read_length(json::object_reader& in, std::string_view name) {
  const auto length = in.optional_integer(name);
  if (!length || !in.is_good(name)) return std::nullopt;
  if (*length < static_cast<std::int64_t>(account::least_password_min_length)) {
    in.refuse(name, "too_short", "At least " + std::to_string(account::least_password_min_length) + ".");
    return std::nullopt;
  }
  if (*length > static_cast<std::int64_t>(account::most_password_min_length)) {
    in.refuse(name, "too_long", "At most " + std::to_string(account::most_password_min_length) + ".");
    return std::nullopt;
  }
  return static_cast<std::size_t>(*length);
}

policy::wish<std::int64_t> read_number(json::object_reader& in, std::string_view name, std::int64_t least,
                                       std::int64_t most, const std::string& message) {
  return read_wish<std::int64_t>(in, name, [&](std::string_view member) -> std::optional<std::int64_t> {
    const auto number = in.optional_integer(member);
    if (!number || !in.is_good(member)) return std::nullopt;
    if (*number >= least && *number <= most) return number;
    in.refuse(member, "not_allowed", message);
    return std::nullopt;
  });
}

std::optional<account::address_list> read_addresses(json::object_reader& in, std::string_view name) {
  const auto typed = in.optional_strings(name, policy::most_allowed_emails);
  if (!typed) return std::nullopt;
  std::set<std::string> addresses;
  for (std::size_t i = 0; i < typed->size(); ++i) {
    auto address = account::normalise_email((*typed)[i]);
    if (address)
      addresses.insert(std::move(address->normal));
    else
      in.refuse(name, i, address.error().type, address.error().detail);
  }
  return addresses;
}

bool names_nothing(const policy::rule_change& wanted, const json::object_reader& in) {
  return wanted == policy::rule_change() &&
         std::ranges::all_of(policy::rule_names, [&in](std::string_view name) { return in.is_good(name); });
}

// Value, default, and whether somebody decided.
template <class Write, class T>
void write_rule(json::writer& out, std::string_view name, const T& value, const T& by_default, bool is_overridden,
                Write write) {
  out.begin_object(name);
  write("value", value);
  write("default", by_default);
  out.member("overridden", is_overridden);
  out.end_object();
}

}  // namespace

base::result<policy::rule_change> read_policy_change(std::string_view body) {
  return read_object<policy::rule_change>(body, [](json::object_reader& in) {
    policy::rule_change wanted;
    wanted.registration = read_choice<account::registration_policy>(
        in, policy::registration_name, policy::parse_registration, "Either \"open\", \"allowlist\" or \"closed\".");
    wanted.allowed_emails = read_wish<account::address_list>(
        in, policy::allowed_emails_name, [&in](std::string_view name) { return read_addresses(in, name); });
    wanted.password_min_length = read_wish<std::size_t>(in, policy::password_min_length_name,
                                                        [&in](std::string_view name) { return read_length(in, name); });
    wanted.second_factor_for =
        read_choice<account::second_factor_for>(in, policy::second_factor_for_name, policy::parse_second_factor_for,
                                                "Either \"nobody\", \"admins\" or \"everybody\".");
    wanted.runs_at_once = read_number(in, policy::runs_at_once_name, policy::least_runs_at_once,
                                      policy::most_runs_at_once, "From 1 to 100.");
    wanted.tokens_per_day = read_number(in, policy::tokens_per_day_name, policy::no_limit, policy::most_tokens_per_day,
                                        "From 1 to 1000000000000, or 0 for no limit.");
    if (names_nothing(wanted, in)) in.refuse(policy::registration_name, "required", "At least one rule is required.");
    return wanted;
  });
}

std::string write_admin_policy(const policy::rules& rules) {
  const auto values = policy::effective(rules);
  const auto& now = values.accounts;
  const auto& by_default = rules.defaults.accounts;
  const auto& chats_by_default = rules.defaults.chats;
  const auto& decided = rules.decided;
  json::writer out;
  const auto write_name = [&out](std::string_view name, auto value) { out.member(name, policy::name_of(value)); };
  const auto write_number = [&out](std::string_view name, auto value) { out.member(name, value); };
  const auto write_list = [&out](std::string_view name, const account::address_list& list) {
    out.begin_array(name);
    for (const auto& address : list.all())
      out.element(address);
    out.end_array();
  };
  out.begin_object();
  write_rule(out, policy::registration_name, now.registration, by_default.registration,
             decided.registration.has_value(), write_name);
  write_rule(out, policy::allowed_emails_name, now.allowed_emails, by_default.allowed_emails,
             decided.allowed_emails.has_value(), write_list);
  write_rule(out, policy::password_min_length_name, now.passwords.min_length, by_default.passwords.min_length,
             decided.password_min_length.has_value(), write_number);
  write_rule(out, policy::second_factor_for_name, now.second_factor_for, by_default.second_factor_for,
             decided.second_factor_for.has_value(), write_name);
  write_rule(out, policy::runs_at_once_name, values.chats.runs_at_once, chats_by_default.runs_at_once,
             decided.runs_at_once.has_value(), write_number);
  write_rule(out, policy::tokens_per_day_name, values.chats.tokens_per_day, chats_by_default.tokens_per_day,
             decided.tokens_per_day.has_value(), write_number);
  out.end_object();
  return std::move(out).str();
}

}  // namespace kontor::api
