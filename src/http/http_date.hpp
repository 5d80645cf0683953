// The date of an answer (RFC 9110 section 5.6.7, IMF-fixdate), written anew once a second.
#pragma once

#include <array>
#include <ctime>
#include <string_view>

namespace kontor::http {

using http_date_text = std::array<char, 29>;

/// `Mon, 23 Nov 2026 06:02:21 GMT`, for the years 1970 to 9999.
http_date_text to_http_date(std::time_t at) noexcept;

/// The current date; one per loop.
class http_date_cache {
 public:
  /// Valid until the next call.
  std::string_view now() noexcept {
    if (const auto second = std::time(nullptr); second != second_) {
      second_ = second;
      text_ = to_http_date(second);
    }
    return {text_.data(), text_.size()};
  }

 private:
  std::time_t second_ = -1;
  http_date_text text_{};
};

}  // namespace kontor::http
