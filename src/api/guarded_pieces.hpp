// An answer that is made while it is sent goes on as long as who asked for it may have it.
#pragma once

#include "api/guard.hpp"
#include "http/response.hpp"

#include <chrono>

namespace kontor::api {

/// From when on, at the latest, nothing more is made for a session or a token that is over.
inline constexpr std::chrono::milliseconds longest_unasked{500};

/// The answer to a request that `by` has just been identified by. Before a piece is made, at most every
/// `longest_unasked`, it is asked whether their claim still holds; when it does not, the answer is cut, so nobody takes
/// it for a whole one. Other answers stay as they are. `who` outlives it.
http::response guarded(http::response answer, guard& who, const http::request& in, const caller& by);

}  // namespace kontor::api
