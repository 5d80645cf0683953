#include "throttle/request_limiter.hpp"

#include "throttle/counter_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kontor::throttle {
namespace {

namespace ip = boost::asio::ip;

// The kind of address in one half, what counts of it in the other.
bucket_key key_of(const ip::address& from) noexcept {
  const auto counted = counted_address(from);
  if (counted.is_v4()) return {4, counted.to_v4().to_uint()};
  std::uint64_t prefix = 0;
  const auto bytes = counted.to_v6().to_bytes();
  for (std::size_t i = 0; i < 8; ++i)
    prefix = prefix << 8 | bytes[i];
  return {6, prefix};
}

std::uint64_t digit(char hex) noexcept {
  return static_cast<std::uint64_t>(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

// A UUID's 32 digits: 16 stand before the third hyphen, 16 after.
bucket_key key_of(const base::user_id& who) noexcept {
  const auto text = who.text();
  bucket_key key;
  for (std::size_t i = 0; i < 18; ++i)
    if (text[i] != '-') key.high = key.high << 4 | digit(text[i]);
  for (std::size_t i = 18; i < text.size(); ++i)
    if (text[i] != '-') key.low = key.low << 4 | digit(text[i]);
  return key;
}

void append_name(std::string& to, std::size_t place, std::string_view name) {
  to += place == 0 ? "\"" : ", \"";
  to += name;
  to += '"';
}

void append_number(std::string& to, std::string_view parameter, std::int64_t number) {
  std::array<char, 20> digits;
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to += parameter;
  to.append(digits.data(), end);
}

}  // namespace

request_limiter::request_limiter(const request_limiter_settings& settings) {
  if (settings.per_address) addresses_.emplace("address", *settings.per_address, settings.addresses);
  if (settings.per_user) users_.emplace("user", *settings.per_user, settings.users);
}

limit_outcome request_limiter::limit::check(const bucket_key& client, time_point now) noexcept {
  const auto answer = buckets.take(client, now);
  return {.allowed = answer.taken,
          .policy = policy,
          .allowance = allowance,
          .remaining = answer.remaining,
          .reset = std::chrono::ceil<std::chrono::seconds>(answer.until_full),
          .retry_after = std::chrono::ceil<std::chrono::seconds>(answer.until_next)};
}

std::optional<limit_outcome> request_limiter::check_address(const ip::address& from, time_point now) noexcept {
  if (!addresses_) return std::nullopt;
  const auto outcome = addresses_->check(key_of(from), now);
  if (!outcome.allowed) refused_addresses_.add();
  return outcome;
}

std::optional<limit_outcome> request_limiter::check_user(const base::user_id& who, time_point now) noexcept {
  if (!users_) return std::nullopt;
  const auto outcome = users_->check(key_of(who), now);
  if (!outcome.allowed) refused_users_.add();
  return outcome;
}

std::uint64_t request_limiter::crowded_out() const {
  std::uint64_t all = 0;
  if (addresses_) all += addresses_->buckets.crowded_out();
  if (users_) all += users_->buckets.crowded_out();
  return all;
}

base::error too_many_requests(const limit_outcome& refused) {
  base::error why{base::errc::too_many_requests, "", "", ""};
  why.internal_detail = "over the limit per ";
  why.internal_detail += refused.policy;
  why.retry_after = std::max(std::chrono::seconds(1), refused.retry_after);
  return why;
}

void append_policy_field(std::string& to, std::span<const limit_outcome> asked) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    append_name(to, i, asked[i].policy);
    append_number(to, ";q=", asked[i].allowance.requests);
    append_number(to, ";w=", asked[i].allowance.window.count());
  }
}

void append_rate_limit_field(std::string& to, std::span<const limit_outcome> asked) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    append_name(to, i, asked[i].policy);
    append_number(to, ";r=", asked[i].remaining);
    append_number(to, ";t=", asked[i].reset.count());
  }
}

}  // namespace kontor::throttle
