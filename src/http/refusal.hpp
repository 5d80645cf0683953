// How this room makes its errors: a sentence for the client, nothing of the input in it.
#pragma once

#include "base/error.hpp"

#include <string>
#include <utility>

namespace kontor::http {

inline base::error refuse(base::errc code, std::string detail) {
  base::error why;
  why.code = code;
  why.detail = std::move(detail);
  return why;
}

inline base::error malformed(std::string detail) {
  return refuse(base::errc::malformed, std::move(detail));
}

}  // namespace kontor::http
