#include "http/http_date.hpp"

#include <chrono>

namespace kontor::http {
namespace {

constexpr std::string_view days = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put_digits(char* at, unsigned value, std::size_t count) noexcept {
  for (; count > 0; --count, value /= 10)
    at[count - 1] = static_cast<char>('0' + value % 10);
}

}  // namespace

http_date_text to_http_date(std::time_t at) noexcept {
  const std::chrono::sys_seconds when{std::chrono::seconds(at)};
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when - day);

  http_date_text text;
  constexpr std::string_view form = "ddd, 00 mmm 0000 00:00:00 GMT";
  form.copy(text.data(), text.size());
  days.substr(std::chrono::weekday(day).c_encoding() * std::size_t{3}, 3).copy(&text[0], 3);
  put_digits(&text[5], static_cast<unsigned>(date.day()), 2);
  months.substr((static_cast<unsigned>(date.month()) - 1) * std::size_t{3}, 3).copy(&text[8], 3);
  put_digits(&text[12], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[17], static_cast<unsigned>(time.hours().count()), 2);
  put_digits(&text[20], static_cast<unsigned>(time.minutes().count()), 2);
  put_digits(&text[23], static_cast<unsigned>(time.seconds().count()), 2);
  return text;
}

}  // namespace kontor::http
