#include "factor/recovery_code.hpp"

#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace kontor::factor {
namespace {

std::string normal(std::string_view typed) {
  const auto digits = normalise_recovery_code(typed);
  return digits ? std::string(digits->text()) : "none";
}

TEST(RecoveryCode, ASetHasTenCodesInReadableGroups) {
  const auto set = make_recovery_codes();
  ASSERT_EQ(set.codes.size(), 10u);
  ASSERT_EQ(set.stored.hashes.size(), 10u);
  for (std::size_t i = 0; i < set.codes.size(); ++i) {
    const std::string code(set.codes[i].text());
    EXPECT_THAT(code, testing::MatchesRegex("[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}"));
    EXPECT_EQ(hash_of_recovery_code(*normalise_recovery_code(code), set.stored.salt), set.stored.hashes[i]);
  }
}

// 16 digits of 32 kinds are 80 bits, when every digit takes every value at every place.
TEST(RecoveryCode, C18ThousandCodesUseEveryDigitAtEveryPlaceAndNeverRepeat) {
  std::set<std::string> codes;
  std::set<std::string> salts;
  std::vector<std::set<char>> digits_at(recovery_code_digits);
  for (int i = 0; i < 100; ++i) {
    const auto set = make_recovery_codes();
    salts.insert(set.stored.salt);
    for (const auto& code : set.codes) {
      const auto digits = normal(code.text());
      codes.insert(digits);
      for (std::size_t place = 0; place < digits.size(); ++place)
        digits_at[place].insert(digits[place]);
    }
  }
  EXPECT_EQ(codes.size(), 1'000u);
  EXPECT_EQ(salts.size(), 100u);
  for (const auto& seen : digits_at)
    EXPECT_EQ(seen.size(), 32u);
}

TEST(RecoveryCode, ReadsWhatPeopleMakeOfIt) {
  const std::string digits = "ab01cdefghjkmnpq";
  for (const char* typed : {"ab01-cdef-ghjk-mnpq", "AB01-CDEF-GHJK-MNPQ", "ab01cdefghjkmnpq", "  aB01 cDeF  ghjk mnpq ",
                            "abo1-cdef-ghjk-mnpq", "abO1-cdef-ghjk-mnpq", "ab0l-cdef-ghjk-mnpq", "ab0L-cdef-ghjk-mnpq",
                            "ab0i-cdef-ghjk-mnpq", "ab0I-cdef-ghjk-mnpq", "a-b-0-1-c-d-e-f-g-h-j-k-m-n-p-q-"})
    EXPECT_EQ(normal(typed), digits) << typed;
}

TEST(RecoveryCode, RefusesWhatCannotBeOne) {
  for (const char* typed :
       {"", "-", "ab01-cdef-ghjk-mnp", "ab01-cdef-ghjk-mnpqr", "ab01-cdef-ghjk-mnpu", "ab01_cdef_ghjk_mnpq",
        "ab01-cdef-ghjk-mnp\n", "ab01-cdef-ghjk-mnpä", "ab01—cdef—ghjk—mnpq", "123456"})
    EXPECT_EQ(normal(typed), "none") << typed;
  EXPECT_EQ(normal(std::string_view("ab01-cdef-ghjk-mnp\0", 19)), "none");
}

TEST(RecoveryCode, A14AHashDependsOnTheSalt) {
  const auto code = *normalise_recovery_code("ab01-cdef-ghjk-mnpq");
  const auto hash = hash_of_recovery_code(code, "salt");
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_NE(hash, hash_of_recovery_code(code, "Salt"));
  EXPECT_NE(hash, hash_of_recovery_code(*normalise_recovery_code("ab01-cdef-ghjk-mnpr"), "salt"));
}

}  // namespace
}  // namespace kontor::factor
