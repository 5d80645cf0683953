#include "crypto/digest.hpp"

#include "base/text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::crypto {
namespace {

std::vector<std::uint8_t> hex_at(const boost::json::value& object, std::string_view name) {
  return base::from_hex(test::text_at(object, name)).value();
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(base::to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::to_hex(sha256(base::as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, AnswersTheWycheproofVectors) {
  int right = 0;
  int wrong = 0;
  const auto file = test::vector_json("wycheproof/hmac_sha256_test.json");
  for (const auto& group : file.at("testGroups").as_array()) {
    const auto size = static_cast<std::size_t>(group.at("tagSize").as_int64() / 8);
    for (const auto& each : group.at("tests").as_array()) {
      const auto made = hmac_sha256(hex_at(each, "key"), hex_at(each, "msg"));
      const bool same = equal_in_constant_time(bytes(made).first(size), hex_at(each, "tag"));
      const bool valid = test::text_at(each, "result") == "valid";
      EXPECT_EQ(same, valid) << each.at("tcId");
      ++(valid ? right : wrong);
    }
  }
  EXPECT_EQ(right + wrong, 174);
  EXPECT_GT(wrong, 100);
}

TEST(Hmac, EmptyKeyAndDataAreAllowed) {
  EXPECT_EQ(base::to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(base::to_hex(hmac_sha384({}, {})),
            "6c1f2ee938fad2e24bd91298474382ca218c75db3d83e114b3d4367776d14d3551289e75e8209cd4b792302840234adc");
}

TEST(HmacSha384, AnswersRfc4231) {
  // Section 4.3, test case 2.
  EXPECT_EQ(base::to_hex(hmac_sha384(base::as_bytes("Jefe"), base::as_bytes("what do ya want for nothing?"))),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
}

TEST(HkdfSha256, AnswersRfc5869) {
  int count = 0;
  const auto file = test::vector_json("rfc/hkdf_sha256_rfc5869.json");
  for (const auto& each : file.at("cases").as_array()) {
    const auto made = hkdf_sha256(hex_at(each, "ikm_hex"), hex_at(each, "salt_hex"), hex_at(each, "info_hex"),
                                  static_cast<std::size_t>(each.at("len").as_int64()));
    EXPECT_EQ(base::to_hex(made.bytes()), test::text_at(each, "okm_hex"));
    ++count;
  }
  EXPECT_EQ(count, 3);
}

TEST(HkdfSha256, AnswersTheWycheproofVectors) {
  int right = 0;
  int refused = 0;
  const auto file = test::vector_json("wycheproof/hkdf_sha256_test.json");
  for (const auto& group : file.at("testGroups").as_array()) {
    for (const auto& each : group.at("tests").as_array()) {
      const auto key = hex_at(each, "ikm"), salt = hex_at(each, "salt"), info = hex_at(each, "info");
      const auto size = static_cast<std::size_t>(each.at("size").as_int64());
      if (test::text_at(each, "result") == "invalid") {
        EXPECT_THROW(hkdf_sha256(key, salt, info, size), std::invalid_argument);
        ++refused;
      } else {
        EXPECT_EQ(base::to_hex(hkdf_sha256(key, salt, info, size).bytes()), test::text_at(each, "okm"))
            << each.at("tcId");
        ++right;
      }
    }
  }
  EXPECT_EQ(right, 83);
  EXPECT_EQ(refused, 3);
}

TEST(HkdfSha256, LengthHasLimits) {
  EXPECT_EQ(hkdf_sha256({}, {}, {}, 1).size(), 1u);
  EXPECT_EQ(hkdf_sha256({}, {}, {}, 255 * 32).size(), 8160u);
  EXPECT_THROW(hkdf_sha256({}, {}, {}, 0), std::invalid_argument);
  EXPECT_THROW(hkdf_sha256({}, {}, {}, 255 * 32 + 1), std::invalid_argument);
}

// authentik CVE-2024-52307: the one way in which secrets are compared (script/check-secrets).
TEST(EqualInConstantTime, ComparesContentAndSize) {
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_TRUE(equal_in_constant_time(base::as_bytes("abc"), base::as_bytes("abc")));
  EXPECT_FALSE(equal_in_constant_time(base::as_bytes("abc"), base::as_bytes("abd")));
  EXPECT_FALSE(equal_in_constant_time(base::as_bytes("abc"), base::as_bytes("xbc")));
  EXPECT_FALSE(equal_in_constant_time(base::as_bytes("abc"), base::as_bytes("ab")));
  EXPECT_FALSE(equal_in_constant_time({}, base::as_bytes("a")));
}

}  // namespace
}  // namespace kontor::crypto
