#include "session/sign_in_counts.hpp"

#include <gtest/gtest.h>

namespace kontor::session {
namespace {

base::error why(base::errc code) {
  return {code, "", "", ""};
}

}  // namespace

TEST(SignInCounts, TheFirstStep) {
  sign_in_counts counts;
  counts.note(base::result<entry>(entry(challenge())));
  counts.note(base::result<entry>(why(base::errc::unauthenticated)));
  counts.note(base::result<entry>(why(base::errc::unauthenticated)));
  counts.note(base::result<entry>(why(base::errc::too_many_requests)));
  for (const auto code : {base::errc::overloaded, base::errc::unavailable, base::errc::storage_full})
    counts.note(base::result<entry>(why(code)));
  EXPECT_EQ(counts.value(sign_in_outcome::code_asked), 1u);
  EXPECT_EQ(counts.value(sign_in_outcome::wrong_credentials), 2u);
  EXPECT_EQ(counts.value(sign_in_outcome::throttled), 1u);
  EXPECT_EQ(counts.value(sign_in_outcome::unavailable), 3u);
  EXPECT_EQ(counts.value(sign_in_outcome::entered), 0u);
}

TEST(SignInCounts, TheSecondStep) {
  sign_in_counts counts;
  counts.note(base::result<signed_in>(why(base::errc::unauthenticated)));
  counts.note(base::result<signed_in>(why(base::errc::too_many_requests)));
  EXPECT_EQ(counts.value(sign_in_outcome::wrong_code), 1u);
  EXPECT_EQ(counts.value(sign_in_outcome::wrong_credentials), 0u);
  EXPECT_EQ(counts.value(sign_in_outcome::throttled), 1u);
}

}  // namespace kontor::session
