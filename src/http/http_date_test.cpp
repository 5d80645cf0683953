#include "http/http_date.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace kontor::http {
namespace {

std::string text(std::int64_t at) {
  const auto date = to_http_date(static_cast<std::time_t>(at));
  return std::string(date.data(), date.size());
}

}  // namespace

// The second is the example of RFC 9110 section 5.6.7.
TEST(HttpDate, IsImfFixdate) {
  EXPECT_EQ(text(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(text(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(text(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(text(4102444799), "Thu, 31 Dec 2099 23:59:59 GMT");
}

TEST(HttpDate, TheCacheFollowsTheClock) {
  http_date_cache cache;
  const auto before = std::time(nullptr);
  const std::string shown(cache.now());
  const auto after = std::time(nullptr);
  bool found = false;
  for (auto at = before; at <= after; ++at)
    found |= shown == text(at);
  EXPECT_TRUE(found) << shown;
}

}  // namespace kontor::http
