// Cookies (RFC 6265): one value out of a request, one line for an answer.
#pragma once

#include "http/request.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::http {

/// A cookie as this server sets it: HttpOnly and SameSite=Strict always, because scripts and other sites have no
/// business with what we keep in one.
struct cookie {
  std::string name;
  std::string_view value;  ///< Without blanks, quotation marks, commas, semicolons and backslashes.
  std::string_view path = "/";
  std::chrono::seconds max_age{0};  ///< Zero: the browser drops it at once.
  bool secure = false;              ///< Over HTTPS only.
};

/// The value of a Set-Cookie field.
std::string set_cookie(const cookie& what);

/// The value of the cookie with this name. nullopt when there is none, and when there are two: somebody planted the
/// other one (from a neighbouring host, say), and which is ours cannot be told.
std::optional<std::string_view> find_cookie(const request& in, std::string_view name);

}  // namespace kontor::http
