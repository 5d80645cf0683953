#include "throttle/request_limiter.hpp"

#include "throttle/counter_keys.hpp"

#include <algorithm>

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

std::string joined(std::span<const limit_outcome> asked, void (*append)(std::string&, const limit_outcome&)) {
  std::string field;
  for (const auto& one : asked) {
    if (!field.empty()) field += ", ";
    field += '"';
    field += one.policy;
    field += '"';
    append(field, one);
  }
  return field;
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
  return addresses_->check(key_of(from), now);
}

std::optional<limit_outcome> request_limiter::check_user(const base::user_id& who, time_point now) noexcept {
  if (!users_) return std::nullopt;
  return users_->check(key_of(who), now);
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

std::string rate_limit_policy_field(std::span<const limit_outcome> asked) {
  return joined(asked, [](std::string& field, const limit_outcome& one) {
    field += ";q=" + std::to_string(one.allowance.requests);
    field += ";w=" + std::to_string(one.allowance.window.count());
  });
}

std::string rate_limit_field(std::span<const limit_outcome> asked) {
  return joined(asked, [](std::string& field, const limit_outcome& one) {
    field += ";r=" + std::to_string(one.remaining);
    field += ";t=" + std::to_string(one.reset.count());
  });
}

}  // namespace kontor::throttle
