#include "policy/policy_statements.hpp"

#include <charconv>
#include <set>
#include <string>

namespace kontor::policy::statements {
namespace {

constexpr sql::query<std::string, std::string> select_values{
    "SELECT name, value FROM policies WHERE name <> 'revision' ORDER BY name"};

[[noreturn]] void refuse(const std::string& name) {
  throw sql::sql_error(sql::failure::other, "the stored policy " + name + " is none that this program understands");
}

// One address a line: none has a line break.
account::address_list read_addresses(std::string_view text) {
  std::set<std::string> addresses;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    addresses.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return addresses;
}

std::string text_of(const account::address_list& list) {
  std::string text;
  for (const auto& address : list.all()) {
    text += address;
    text += '\n';
  }
  return text;
}
std::string text_of(std::size_t number) {
  return std::to_string(number);
}
std::string text_of(std::int64_t number) {
  return std::to_string(number);
}
std::string text_of(account::registration_policy value) {
  return std::string(name_of(value));
}
std::string text_of(account::second_factor_for value) {
  return std::string(name_of(value));
}

template <class T>
std::optional<T> read_number(std::string_view text, T least, T most) {
  T number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_good = failed == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
  return is_good ? std::optional(number) : std::nullopt;
}

template <class T>
void put(sql::session& in, std::string_view name, const std::optional<T>& before, const std::optional<T>& after,
         base::timestamp now) {
  if (before == after) return;
  if (!after) {
    in.execute("DELETE FROM policies WHERE name = :name", {{"name", name}});
    return;
  }
  in.execute(
      "INSERT INTO policies (name, value, changed_at) VALUES (:name, :value, :now)"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
      {{"name", name}, {"value", text_of(*after)}, {"now", now}});
}

}  // namespace

void hold(sql::session& in, base::timestamp now) {
  in.execute("UPDATE policies SET changed_at = :now WHERE name = 'revision'", {{"now", now}});
}

overrides read(sql::session& in) {
  overrides decided;
  for (const auto& [name, value] : in.all(select_values)) {
    bool is_good = true;
    if (name == registration_name) {
      decided.registration = parse_registration(value);
      is_good = decided.registration.has_value();
    } else if (name == allowed_emails_name) {
      decided.allowed_emails = read_addresses(value);
    } else if (name == password_min_length_name) {
      decided.password_min_length =
          read_number(value, account::least_password_min_length, account::most_password_min_length);
      is_good = decided.password_min_length.has_value();
    } else if (name == second_factor_for_name) {
      decided.second_factor_for = parse_second_factor_for(value);
      is_good = decided.second_factor_for.has_value();
    } else if (name == runs_at_once_name) {
      decided.runs_at_once = read_number(value, least_runs_at_once, most_runs_at_once);
      is_good = decided.runs_at_once.has_value();
    } else if (name == tokens_per_day_name) {
      decided.tokens_per_day = read_number(value, no_limit, most_tokens_per_day);
      is_good = decided.tokens_per_day.has_value();
    } else {
      is_good = false;
    }
    if (!is_good) refuse(name);
  }
  return decided;
}

void write(sql::session& in, const overrides& before, const overrides& after, base::timestamp now) {
  put(in, registration_name, before.registration, after.registration, now);
  put(in, allowed_emails_name, before.allowed_emails, after.allowed_emails, now);
  put(in, password_min_length_name, before.password_min_length, after.password_min_length, now);
  put(in, second_factor_for_name, before.second_factor_for, after.second_factor_for, now);
  put(in, runs_at_once_name, before.runs_at_once, after.runs_at_once, now);
  put(in, tokens_per_day_name, before.tokens_per_day, after.tokens_per_day, now);
}

}  // namespace kontor::policy::statements
