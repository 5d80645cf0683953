#include "api/request_key.hpp"

#include <algorithm>

namespace kontor::api {

bool is_idempotency_key(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_idempotency_key &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

base::result<std::string> read_idempotency_key(const http::request& in, base::result<void> so_far) {
  const auto key = in.header("Idempotency-Key");
  if (!key || (in.count_headers("Idempotency-Key") == 1 && is_idempotency_key(*key))) {
    if (!so_far) return so_far.error();
    return std::string(key.value_or(""));
  }
  base::error wrong = so_far ? base::error{base::errc::invalid_input} : so_far.error();
  wrong.fields.push_back({"/Idempotency-Key", "not_allowed", "One field of 1 to 255 printable ASCII characters."});
  return wrong;
}

}  // namespace kontor::api
