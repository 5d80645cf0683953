#include "base/time.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdio>

namespace kontor::base {
namespace {

// Takes `count` digits from the front; nullopt when they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char expected) noexcept {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// Two numbers with a character between: month and day, hour and minute.
struct pair_of_numbers {
  int first;
  int second;
};
std::optional<pair_of_numbers> take_pair(std::string_view& text, char between) noexcept {
  const auto first = take_digits(text, 2);
  if (!first || !take(text, between)) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  return pair_of_numbers{*first, *second};
}

// `.` and up to six digits, or nothing.
std::optional<std::chrono::microseconds> take_fraction(std::string_view& text) noexcept {
  if (!take(text, '.')) return std::chrono::microseconds(0);
  std::int64_t fraction = 0;
  std::int64_t unit = 1'000'000;
  while (!text.empty() && is_digit(text.front()) && unit > 1) {
    unit /= 10;
    fraction += unit * (text.front() - '0');
    text.remove_prefix(1);
  }
  if (unit == 1'000'000) return std::nullopt;
  return std::chrono::microseconds(fraction);
}

// `Z`, or how far the text is ahead of UTC.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) noexcept {
  if (take(text, 'Z')) return std::chrono::minutes(0);
  const bool is_ahead = take(text, '+');
  if (!is_ahead && !take(text, '-')) return std::nullopt;
  const auto offset = take_pair(text, ':');
  if (!offset || offset->first > 23 || offset->second > 59) return std::nullopt;
  const auto length = std::chrono::hours(offset->first) + std::chrono::minutes(offset->second);
  return is_ahead ? length : -length;
}

}  // namespace

timestamp system_clock::now() const noexcept {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  std::array<char, 64> text{};
  const auto fraction = static_cast<long long>(time.subseconds().count());
  const int size =
      fraction == 0
          ? std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                          static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                          static_cast<int>(time.seconds().count()))
          : std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06lldZ",
                          static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                          static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                          static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()), fraction);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto day = take_pair(text, '-');
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto time = take_pair(text, ':');
  if (!time || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || time->first > 23 || time->second > 59 || *second > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto offset = fraction ? take_offset(text) : std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(day->first)),
                                         std::chrono::day(static_cast<unsigned>(day->second))};
  if (!offset || !text.empty() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(time->first) + std::chrono::minutes(time->second) +
         std::chrono::seconds(*second) + *fraction - *offset;
}

}  // namespace kontor::base
