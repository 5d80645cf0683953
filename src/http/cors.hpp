// Which other origins may read our answers from a browser (Fetch section 3.2). Exact origins only; never `*`.
#pragma once

#include "http/request.hpp"
#include "http/response.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

class cors_policy {
 public:
  explicit cors_policy(const std::vector<std::string>& origins);

  /// The header lines for an answer to `in`, as text with CRLF: empty when no origin is configured, else at least
  /// `Vary: Origin`. Valid as long as the policy.
  std::string_view lines_for(const request& in) const noexcept;

  /// The answer to a preflight (OPTIONS with Origin and Access-Control-Request-Method) of a configured origin; nullopt
  /// for anything else. `allow`: the methods of the path.
  std::optional<response> preflight(const request& in, std::string_view allow) const;

 private:
  struct allowed_origin {
    std::string origin;
    std::string lines;
  };
  const allowed_origin* find(const request& in) const noexcept;

  std::vector<allowed_origin> origins_;
};

}  // namespace kontor::http
