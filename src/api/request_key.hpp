// The header field Idempotency-Key: what a client calls a request that it may send again.
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace kontor::api {

inline constexpr std::size_t longest_idempotency_key = 255;

/// 1 to longest_idempotency_key printable ASCII characters.
bool is_idempotency_key(std::string_view text) noexcept;

/// Empty when there is none. Adds a field error at `/Idempotency-Key` to what was found wrong so far (`so_far`), when
/// it stands there twice or is none.
base::result<std::string> read_idempotency_key(const http::request& in, base::result<void> so_far = {});

}  // namespace kontor::api
