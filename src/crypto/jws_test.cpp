#include "crypto/jws.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace kontor::crypto {
namespace {

const std::string key_text = "0123456789abcdef0123456789abcdef";
const std::string our_header = R"({"alg":"HS256","typ":"at+jwt"})";
const std::string claims = R"({"sub":"1","exp":2000000000})";

base::secret_bytes key() {
  return base::secret_bytes(key_text);
}
jws_signer signer() {
  return jws_signer(key(), {"at+jwt"});
}
std::string encoded_part(std::string_view text) {
  return base::to_base64url(base::as_bytes(text));
}

// A token made without the class under test, with any header, payload and key.
std::string token_with(std::string_view header, std::string_view payload, std::string_view with_key = key_text) {
  const auto input = encoded_part(header) + "." + encoded_part(payload);
  return input + "." + base::to_base64url(hmac_sha256(base::as_bytes(with_key), base::as_bytes(input)));
}

// The payload, or the reason in brackets.
std::string open(std::string_view token) {
  const auto opened = signer().verify(token);
  if (opened) return *opened;
  EXPECT_EQ(opened.error().code, base::errc::unauthenticated);
  EXPECT_TRUE(opened.error().detail.empty());
  return "[" + opened.error().internal_detail + "]";
}

bool refused(std::string_view token) {
  return open(token).starts_with("[token");
}

TEST(Jws, SignsWhatItVerifies) {
  const auto token = signer().sign(claims);
  EXPECT_TRUE(token.starts_with(encoded_part(our_header) + "." + encoded_part(claims) + "."));
  EXPECT_EQ(token, token_with(our_header, claims)) << "an independent MAC says the same";
  EXPECT_EQ(open(token), claims);
}

TEST(Jws, AnotherSpellingOfTheSameHeaderHolds) {
  EXPECT_EQ(open(token_with(R"({ "typ": "at+jwt", "kid": "../../dev/null", "alg": "HS256" })", claims)), claims);
}

TEST(Jws, C1AlgorithmNoneInAnyCase) {
  for (const char* name : {"none", "None", "NONE", "nOnE"}) {
    const auto header = R"({"alg":")" + std::string(name) + R"(","typ":"at+jwt"})";
    EXPECT_TRUE(refused(encoded_part(header) + "." + encoded_part(claims) + "."));
    EXPECT_TRUE(refused(encoded_part(header) + "." + encoded_part(claims)));
    EXPECT_TRUE(refused(token_with(header, claims)));
  }
}

TEST(Jws, C2SignedWithAPublicKeyAsSecret) {
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE04N0xi21hshyvBp7I167sbE/bXqy\n"
      "qkAPfefdklMO7wZQjx7LL4LpqZQ0nVvhhDkRbj3n6dZ5jUgv9LPv+0AbqQ==\n-----END PUBLIC KEY-----";
  EXPECT_EQ(open(token_with(our_header, claims, pem)), "[token: the signature does not hold]");
  EXPECT_EQ(open(token_with(our_header, claims, pem + "\n")), "[token: the signature does not hold]");
}

TEST(Jws, C3LongerHashesWithOurKey) {
  for (const char* name : {"HS384", "HS512"}) {
    const auto header = R"({"alg":")" + std::string(name) + R"(","typ":"at+jwt"})";
    EXPECT_TRUE(refused(token_with(header, claims)));
    const auto input = encoded_part(header) + "." + encoded_part(claims);
    const auto longer = hmac_sha384(base::as_bytes(key_text), base::as_bytes(input));
    EXPECT_TRUE(refused(input + "." + base::to_base64url(longer)));
    EXPECT_TRUE(refused(input + "." + base::to_base64url(bytes(longer).first(32))));
  }
  // The right header over a MAC of the wrong hash.
  const auto input = encoded_part(our_header) + "." + encoded_part(claims);
  const auto longer = hmac_sha384(base::as_bytes(key_text), base::as_bytes(input));
  EXPECT_TRUE(refused(input + "." + base::to_base64url(bytes(longer).first(32))));
}

TEST(Jws, C4KidOfTenKilobytesIsRefusedUnread) {
  const auto header = R"({"alg":"HS256","typ":"at+jwt","kid":")" + std::string(10'000, 'k') + "\"}";
  EXPECT_EQ(open(token_with(header, claims)), "[token: too long]");
  EXPECT_TRUE(refused(token_with(R"({"alg":"HS256","typ":"at+jwt","kid":"a","kid":"b"})", claims)));
  // A NUL in it: our rule lets every string pass, cjose's reader does not.
  EXPECT_TRUE(refused(token_with(R"({"alg":"HS256","typ":"at+jwt","kid":"a\u0000b"})", claims)));
}

TEST(Jws, C5CriticalAndUnencodedPayload) {
  for (const char* more :
       {R"("crit":["exp"])", R"("crit":[])", R"("crit":["b64"],"b64":false)", R"("b64":false)", R"("crit":["alg"])"})
    EXPECT_TRUE(refused(token_with(R"({"alg":"HS256","typ":"at+jwt",)" + std::string(more) + "}", claims))) << more;
}

TEST(Jws, C6DuplicateAlgorithm) {
  EXPECT_TRUE(refused(token_with(R"({"alg":"none","alg":"HS256","typ":"at+jwt"})", claims)));
  EXPECT_TRUE(refused(token_with(R"({"alg":"HS256","alg":"HS256","typ":"at+jwt"})", claims)));
}

TEST(Jws, C10TokensOverTheLimit) {
  EXPECT_TRUE(refused(token_with(our_header, std::string(8'000, 'x'))));
  EXPECT_TRUE(refused(token_with(our_header, std::string(100'000, 'x'))));
}

TEST(Jws, C11OtherSpellingsOfTheSameBytes) {
  const auto token = signer().sign(claims);
  ASSERT_EQ(open(token), claims);
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  for (const std::string& bad :
       {token + "=", token + " ", token + "\n", " " + token, token + ".", token + "." + encoded_part("x"), token + "AA",
        "." + token, token.substr(0, second), token.substr(0, second + 1), token.substr(first + 1),
        token.substr(0, first) + "..", token.substr(0, first) + "=" + token.substr(first),
        token.substr(0, second) + "=" + token.substr(second), token.substr(0, first) + "\n" + token.substr(first),
        token.substr(0, second) + "." + token.substr(second),
        R"({"payload":")" + encoded_part(claims) + R"(","protected":")" + encoded_part(our_header) +
            R"(","signature":")" + token.substr(second + 1) + "\"}"})
    EXPECT_TRUE(refused(bad)) << bad;

  // 32 bytes end in a digit with two spare bits: its three neighbours stand for the same bytes.
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto value = digits.find(token.back());
  ASSERT_EQ(value % 4, 0u);
  for (std::size_t spare = 1; spare < 4; ++spare) {
    auto bad = token;
    bad.back() = digits[value + spare];
    EXPECT_EQ(open(bad), "[token: not canonical base64url]");
  }
}

TEST(Jws, C12EmbeddedKey) {
  const std::string own(32, 'e');
  const auto header = R"({"alg":"HS256","typ":"at+jwt","jwk":{"kty":"oct","k":")" + encoded_part(own) + "\"}}";
  EXPECT_TRUE(refused(token_with(header, claims, own)));
  EXPECT_TRUE(refused(token_with(header, claims)));
}

TEST(Jws, C14AnotherKey) {
  EXPECT_TRUE(refused(token_with(our_header, claims, "0123456789abcdef0123456789abcdeg")));
}

TEST(Jws, OneChangedBitAnywhereIsRefused) {
  const auto token = signer().sign(claims);
  const auto own = signer();
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = token;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_FALSE(own.verify(bad)) << at << " " << bit;
    }
  }
}

TEST(Jws, CutAndExtendedTokensAreRefused) {
  const auto token = signer().sign(claims);
  const auto own = signer();
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_FALSE(own.verify(token.substr(0, size))) << size;
  for (const char c : {'A', '.', '=', '\0', ' '})
    EXPECT_FALSE(own.verify(token + c));
}

TEST(Jws, KindsAreNotExchanged) {
  const jws_signer refresh(key(), {"rt+jwt"});
  EXPECT_TRUE(refused(refresh.sign(claims)));
  EXPECT_FALSE(refresh.verify(signer().sign(claims)));
  EXPECT_TRUE(refused(token_with(R"({"alg":"HS256","typ":"JWT"})", claims)));
  EXPECT_TRUE(refused(token_with(R"({"alg":"HS256"})", claims)));
}

TEST(Jws, RfcTokenIsOfAnotherKind) {
  const auto a1 = test::vector_json("rfc/jws_rfc7515.json").at("a1");
  const base::secret_bytes rfc_key(base::from_base64url(test::text_at(a1, "key_base64url")).value());
  const auto opened = jws_signer(rfc_key, {"JWT"}).verify(test::text_at(a1, "compact"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, test::text_at(a1, "payload"));
  EXPECT_FALSE(jws_signer(rfc_key, {"at+jwt"}).verify(test::text_at(a1, "compact")));
}

TEST(Jws, PayloadsAreUtf8) {
  EXPECT_EQ(open(token_with(our_header, "\xff\xfe{")), "[token: the payload is not UTF-8]");
  EXPECT_EQ(open(token_with(our_header, std::string("{\"a\":\"\xc0\xaf\"}"))), "[token: the payload is not UTF-8]");
  EXPECT_THROW(signer().sign("\xff"), std::invalid_argument);
}

TEST(Jws, SignsOnlyWhatItWouldVerify) {
  EXPECT_THROW(signer().sign(""), std::invalid_argument);
  // 40 characters of header, 43 of signature and two dots leave 4,011 for the payload.
  const std::string longest(3'008, 'x');
  EXPECT_EQ(open(signer().sign(longest)), longest);
  EXPECT_THROW(signer().sign(longest + "x"), std::invalid_argument);
}

TEST(Jws, KeysAndTypesHaveRules) {
  EXPECT_THROW(jws_signer(base::secret_bytes(std::string(31, 'k')), {"at+jwt"}), std::invalid_argument);
  for (const char* type : {"", "a b", "a\"b", "a\\b", "\xc3\xa4", "a\nb"})
    EXPECT_THROW(jws_signer(key(), {type}), std::invalid_argument) << type;
  EXPECT_THROW(jws_signer(key(), {std::string("a\0b", 3)}), std::invalid_argument);
}

TEST(Jws, OneSignerServesManyThreads) {
  const auto shared = signer();
  std::vector<int> good(4, 0);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([&shared, &good, t] {
      for (int i = 0; i < 500; ++i) {
        const auto payload = R"({"sub":")" + std::to_string(t * 1000 + static_cast<std::size_t>(i)) + "\"}";
        const auto opened = shared.verify(shared.sign(payload));
        good[t] += opened && *opened == payload ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, (std::vector<int>(4, 500)));
}

}  // namespace
}  // namespace kontor::crypto
