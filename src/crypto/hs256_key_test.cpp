// The signature core (form, algorithm, MAC) against the vectors of others, whose tokens carry no type of ours.
#include "crypto/hs256_key.hpp"

#include "base/text.hpp"
#include "crypto/compact_jws.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace kontor::crypto {
namespace {

base::secret_bytes key_from(const std::string& base64url) {
  return base::secret_bytes(base::from_base64url(base64url).value());
}

// The payload when form, header and MAC hold, without a rule for `typ`.
std::optional<std::string> open(const hs256_key& key, std::string_view token) {
  const auto read = read_compact(token);
  if (!read || !check_jws_header(read->encoded_header, std::nullopt) || !key.verify(token)) return std::nullopt;
  return read->payload;
}

// A vector of the JSON serialisation is an object; as a bearer token its text would arrive.
std::string token_of(const boost::json::value& test) {
  const auto& jws = test.at("jws");
  if (const auto* text = jws.if_string()) return {text->data(), text->size()};
  return boost::json::serialize(jws);
}

TEST(Hs256Key, AnswersRfc7515A1) {
  const auto a1 = test::vector_json("rfc/jws_rfc7515.json").at("a1");
  const hs256_key key(key_from(test::text_at(a1, "key_base64url")));
  EXPECT_EQ(open(key, test::text_at(a1, "compact")), test::text_at(a1, "payload"));
}

TEST(Hs256Key, RefusesRfc7515A5) {
  const auto file = test::vector_json("rfc/jws_rfc7515.json");
  const hs256_key key(key_from(test::text_at(file.at("a1"), "key_base64url")));
  const auto token = test::text_at(file.at("a5_unsecured"), "compact");
  EXPECT_EQ(open(key, token), std::nullopt);
  EXPECT_FALSE(key.verify(token)) << "the MAC alone refuses it too";
}

TEST(Hs256Key, AnswersTheWycheproofSignatures) {
  int accepted = 0;
  int refused = 0;
  int foreign = 0;
  const hs256_key other_key(base::secret_bytes(std::string_view("0123456789abcdef0123456789abcdef")));
  const auto file = test::vector_json("wycheproof/json_web_signature_subset.json");
  for (const auto& group : file.at("testGroups").as_array()) {
    const auto& jwk = group.at("private");
    const bool ours = test::text_at(jwk, "kty") == "oct" && test::text_at(jwk, "alg") == "HS256";
    for (const auto& each : group.at("tests").as_array()) {
      if (!ours) {
        EXPECT_EQ(open(other_key, token_of(each)), std::nullopt) << each.at("tcId");
        ++foreign;
        continue;
      }
      const hs256_key key(key_from(test::text_at(jwk, "k")));
      const bool valid = test::text_at(each, "result") == "valid";
      EXPECT_EQ(open(key, token_of(each)).has_value(), valid) << each.at("tcId");
      ++(valid ? accepted : refused);
    }
  }
  EXPECT_EQ(accepted, 3);
  EXPECT_EQ(refused, 16);
  EXPECT_EQ(accepted + refused + foreign, 50);
}

TEST(Hs256Key, AnswersTheWycheproofKeysThatApply) {
  int short_keys = 0;
  int long_keys = 0;
  int foreign = 0;
  const hs256_key other_key(base::secret_bytes(std::string_view("0123456789abcdef0123456789abcdef")));
  const auto file = test::vector_json("wycheproof/json_web_key_test.json");
  for (const auto& group : file.at("testGroups").as_array()) {
    const auto& keys = group.at("private").at("keys").as_array();
    const auto& jwk = keys.at(0);
    const auto* algorithm = jwk.as_object().if_contains("alg");
    const bool one_symmetric = keys.size() == 1 && test::text_at(jwk, "kty") == "oct" && algorithm != nullptr;
    const std::string name = one_symmetric ? test::text_at(jwk, "alg") : "";
    for (const auto& each : group.at("tests").as_array()) {
      if (!name.starts_with("HS")) {
        // Asymmetric keys, sets of keys, keys for encryption: we read no JWK at all, and such tokens open with no key
        // of ours.
        EXPECT_EQ(open(other_key, token_of(each)), std::nullopt) << each.at("tcId");
        ++foreign;
        continue;
      }
      const auto bytes = key_from(test::text_at(jwk, "k"));
      if (bytes.size() < min_signing_key_size) {
        EXPECT_THROW(hs256_key{bytes}, std::invalid_argument);
        EXPECT_EQ(test::text_at(each, "result"), "invalid");
        ++short_keys;
        continue;
      }
      const bool ours = name == "HS256" && test::text_at(each, "result") == "valid";
      EXPECT_EQ(open(hs256_key(bytes), token_of(each)).has_value(), ours) << each.at("tcId");
      ++long_keys;
    }
  }
  EXPECT_EQ(short_keys, 4);
  EXPECT_EQ(long_keys, 5);
  EXPECT_EQ(short_keys + long_keys + foreign, 26);
}

TEST(Hs256Key, KeysHaveThirtyTwoBytes) {
  EXPECT_THROW(hs256_key(base::secret_bytes(std::string_view(""))), std::invalid_argument);
  EXPECT_THROW(hs256_key(base::secret_bytes(std::string(31, 'k'))), std::invalid_argument);
  EXPECT_NO_THROW(hs256_key(base::secret_bytes(std::string(32, 'k'))));
  EXPECT_NO_THROW(hs256_key(base::secret_bytes(std::string(1'000, 'k'))));
}

}  // namespace
}  // namespace kontor::crypto
