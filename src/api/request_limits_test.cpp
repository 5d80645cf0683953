#include "api/request_limits.hpp"

#include <gtest/gtest.h>

namespace kontor::api {
namespace {

using namespace std::chrono_literals;

const auto home = boost::asio::ip::make_address("192.0.2.7");

std::string fields_of(const request_tally& tally) {
  return std::string(tally.told(http::response()).lines());
}

}  // namespace

TEST(RequestLimits, TheAnswerTellsAboutTheLimitsThatWereAsked) {
  throttle::request_limiter limiter({.per_address = throttle::quota{60, 60s}, .per_user = throttle::quota{2, 60s}});
  request_tally first(limiter);
  EXPECT_EQ(fields_of(first), "");
  EXPECT_EQ(first.count_address(home), std::nullopt);
  EXPECT_EQ(fields_of(first), "RateLimit-Policy: \"address\";q=60;w=60\r\nRateLimit: \"address\";r=59;t=1\r\n");
  EXPECT_EQ(first.count_user({}), std::nullopt);
  EXPECT_EQ(fields_of(first),
            "RateLimit-Policy: \"address\";q=60;w=60, \"user\";q=2;w=60\r\n"
            "RateLimit: \"address\";r=59;t=1, \"user\";r=1;t=30\r\n");
  EXPECT_EQ(request_tally(limiter).count_user({}), std::nullopt);

  request_tally third(limiter);
  const auto refused = third.count_user({});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, base::errc::too_many_requests);
  EXPECT_GE(refused->retry_after, 1s);
  EXPECT_LE(refused->retry_after, 30s);
  EXPECT_NE(fields_of(third).find("\"user\";r=0;t="), std::string::npos);
}

TEST(RequestLimits, WithoutLimitsNothingIsSaid) {
  throttle::request_limiter limiter({.per_address = std::nullopt, .per_user = std::nullopt});
  request_tally tally(limiter);
  EXPECT_EQ(tally.count_address(home), std::nullopt);
  EXPECT_EQ(tally.count_user({}), std::nullopt);
  EXPECT_EQ(fields_of(tally), "");
}

}  // namespace kontor::api
