#include "crypto/passphrase_key.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::crypto {
namespace {

std::string hex(std::string_view passphrase, std::string_view salt, const scrypt_cost& cost) {
  return base::to_hex(scrypt(base::as_bytes(passphrase), base::as_bytes(salt), cost, 64).bytes());
}

}  // namespace

// RFC 7914, section 12.
TEST(PassphraseKey, AgreesWithTheRfc) {
  EXPECT_EQ(hex("", "", {.log2_n = 4, .r = 1, .p = 1}),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  EXPECT_EQ(hex("password", "NaCl", {.log2_n = 10, .r = 8, .p = 16}),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  EXPECT_EQ(hex("pleaseletmein", "SodiumChloride", {.log2_n = 14, .r = 8, .p = 1}),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
            "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(PassphraseKey, RefusesACostThatWouldTakeAllMemory) {
  for (const auto& cost : {scrypt_cost{21, 8, 1}, scrypt_cost{0, 8, 1}, scrypt_cost{17, 17, 1}, scrypt_cost{17, 0, 1},
                           scrypt_cost{17, 8, 17}, scrypt_cost{17, 8, 0}, scrypt_cost{-1, 8, 1}}) {
    EXPECT_FALSE(is_bearable(cost));
    EXPECT_THROW((void)scrypt({}, {}, cost, 32), std::invalid_argument);
  }
  EXPECT_TRUE(is_bearable({}));
  EXPECT_TRUE(is_bearable({20, 16, 16}));
  EXPECT_THROW((void)scrypt({}, {}, {.log2_n = 4, .r = 1, .p = 1}, 0), std::invalid_argument);
  EXPECT_THROW((void)scrypt({}, {}, {.log2_n = 4, .r = 1, .p = 1}, 1025), std::invalid_argument);
}

TEST(PassphraseKey, TheCostOfOursFitsIntoTheMemoryThatIsAllowed) {
  EXPECT_EQ(scrypt(base::as_bytes("a passphrase"), base::as_bytes("salt"), {}, 32).size(), 32U);
}

}  // namespace kontor::crypto
