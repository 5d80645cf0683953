#include "crypto/compact_jws.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace kontor::crypto {
namespace {

std::string encode(std::string_view text) {
  return base::to_base64url(base::as_bytes(text));
}

const std::string signature(43, 'A');  // 32 zero bytes

bool reads(const std::string& token) {
  const auto read = read_compact(token);
  if (!read) {
    EXPECT_EQ(read.error().code, base::errc::unauthenticated);
    EXPECT_TRUE(read.error().detail.empty()) << "the client is not told";
    EXPECT_FALSE(read.error().internal_detail.empty());
  }
  return read.has_value();
}

// The reason, or "" when the header is good.
std::string header_reason(std::string_view header, std::optional<std::string_view> type = "at+jwt") {
  const auto checked = check_jws_header(encode(header), type);
  if (checked) return "";
  EXPECT_EQ(checked.error().code, base::errc::unauthenticated);
  EXPECT_TRUE(checked.error().detail.empty());
  return checked.error().internal_detail;
}

TEST(ReadCompact, TakesATokenApart) {
  const std::string token = "aGVhZA.cGF5bG9hZA." + signature;
  const auto read = read_compact(token);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->encoded_header, "aGVhZA");
  EXPECT_EQ(read->payload, "payload");
}

TEST(ReadCompact, ExactlyThreePartsAndNoneEmpty) {
  EXPECT_TRUE(reads("aaaa.aaaa." + signature));
  for (const std::string& bad : std::vector<std::string>{
           "", ".", "..", "...", signature, "aaaa." + signature, ".aaaa." + signature, "aaaa.." + signature,
           "aaaa.aaaa.", "aaaa.aaaa", "aaaa.aaaa." + signature + ".", ".aaaa.aaaa." + signature,
           "aaaa.aaaa." + signature + ".aaaa", "aaaa.aaaa.aaaa.aaaa." + signature, "aaaa.aaaa.." + signature})
    EXPECT_FALSE(reads(bad)) << bad;
}

TEST(ReadCompact, CanonicalBase64urlOnly) {
  const std::string nul(1, '\0');
  for (const std::string& bad :
       {"aaaa.YQ==." + signature, "aaaa.aaaa." + signature + "=", "aaaa.a+aa." + signature, "aaaa.a/aa." + signature,
        "aaaa.aa aa." + signature, "aaaa.aaaa\n." + signature, "aaaa.aaaa." + signature + "\n", "aaaa.a." + signature,
        "aaaa.YR." + signature, "aaaa.YWF." + signature, "aaaa.aa\xc3\xa4." + signature,
        "aaaa.aa" + nul + "a." + signature})
    EXPECT_FALSE(reads(bad)) << bad;
  const auto header = encode(R"({"alg":"HS256"})");
  EXPECT_TRUE(check_jws_header(header, std::nullopt));
  for (const std::string& bad :
       {header + "=", header + "==", " " + header, header + "\n", header + nul, std::string("a")})
    EXPECT_FALSE(check_jws_header(bad, std::nullopt)) << bad;
  EXPECT_TRUE(reads("aaaa.YQ." + signature)) << "the same with spare bits zero";
}

TEST(ReadCompact, TheSignatureHasThirtyTwoBytes) {
  EXPECT_FALSE(reads("aaaa.aaaa.AA"));
  EXPECT_FALSE(reads("aaaa.aaaa." + std::string(42, 'A')));  // 31 bytes
  EXPECT_FALSE(reads("aaaa.aaaa." + std::string(44, 'A')));  // 33
  EXPECT_FALSE(reads("aaaa.aaaa." + std::string(64, 'A')));  // HS384
  EXPECT_FALSE(reads("aaaa.aaaa." + std::string(86, 'A')));  // HS512
  EXPECT_FALSE(reads("aaaa.aaaa." + std::string(42, 'A') + "B")) << "a spare bit of the last digit is set";
}

TEST(ReadCompact, SizeIsLimited) {
  const auto token_of = [](std::size_t size) {
    const std::string frame = "aaaa.." + signature;
    return "aaaa." + std::string(size - frame.size(), 'A') + "." + signature;
  };
  static_assert((max_token_size - 49) % 4 != 1);
  EXPECT_EQ(token_of(max_token_size).size(), max_token_size);
  EXPECT_TRUE(reads(token_of(max_token_size)));
  EXPECT_FALSE(reads(token_of(max_token_size + 2)));
  EXPECT_FALSE(reads(token_of(8'000)));
  EXPECT_FALSE(reads(std::string(1'000'000, '.')));
}

TEST(ReadCompact, JsonSerialisationIsNoToken) {
  EXPECT_FALSE(reads(R"({"payload":"Zm9v","signatures":[{"protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"}]})"));
  EXPECT_FALSE(reads(R"({"payload":"Zm9v","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"AA"})"));
}

TEST(JwsHeader, OneAlgorithmAndOneType) {
  EXPECT_EQ(header_reason(R"({"alg":"HS256","typ":"at+jwt"})"), "");
  EXPECT_EQ(header_reason(R"( {"typ" : "at+jwt", "alg" : "HS256"} )"), "") << "any spelling of the same";
  EXPECT_EQ(header_reason(R"({"alg":"\u0048S256","typ":"at+jwt"})"), "");

  for (const char* algorithm : {"none", "None", "NONE", "nOnE", "hs256", "Hs256", "HS256 ", " HS256", "HS384", "HS512",
                                "RS256", "ES256", "PS256", "EdDSA", "dir", "", "HS256\\u0000", "HS2560"})
    EXPECT_NE(header_reason(R"({"alg":")" + std::string(algorithm) + R"(","typ":"at+jwt"})"), "") << algorithm;
  for (const char* algorithm : {"null", "0", "true", "[]", "[\"HS256\"]", "{}", "{\"alg\":\"HS256\"}"})
    EXPECT_NE(header_reason(R"({"alg":)" + std::string(algorithm) + R"(,"typ":"at+jwt"})"), "") << algorithm;
  for (const char* type :
       {"\"JWT\"", "\"AT+JWT\"", "\"rt+jwt\"", "\"application/at+jwt\"", "\"\"", "null", "1", "[\"at+jwt\"]"})
    EXPECT_NE(header_reason(R"({"alg":"HS256","typ":)" + std::string(type) + "}"), "") << type;

  EXPECT_NE(header_reason(R"({"typ":"at+jwt"})"), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256"})"), "");
  EXPECT_NE(header_reason(R"({"ALG":"HS256","typ":"at+jwt"})"), "");
}

TEST(JwsHeader, NoMemberTwice) {
  EXPECT_NE(header_reason(R"({"alg":"none","alg":"HS256","typ":"at+jwt"})"), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256","alg":"none","typ":"at+jwt"})"), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256","\u0061lg":"none","typ":"at+jwt"})"), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256","typ":"JWT","typ":"at+jwt"})"), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256","typ":"at+jwt","kid":"a","kid":"b"})"), "");
}

TEST(JwsHeader, KidIsIgnoredWhateverItSays) {
  for (const char* kid : {"1", "../../dev/null", "' OR 1=1--", "/etc/passwd\\u0000", "http://127.0.0.1:1/", ""})
    EXPECT_EQ(header_reason(R"({"alg":"HS256","typ":"at+jwt","kid":")" + std::string(kid) + "\"}"), "") << kid;
  for (const char* kid : {"1", "null", "[]", "{}"})
    EXPECT_NE(header_reason(R"({"alg":"HS256","typ":"at+jwt","kid":)" + std::string(kid) + "}"), "") << kid;
}

TEST(JwsHeader, EveryOtherMemberIsRefused) {
  for (const char* member :
       {R"("crit":["exp"])", R"("crit":[])", R"("crit":["b64"],"b64":false)", R"("b64":false)", R"("b64":true)",
        R"("jku":"https://evil.example/keys")", R"("jwk":{"kty":"oct","k":"AAAA"})", R"("x5u":"https://evil.example/")",
        R"("x5c":["MIIB"])", R"("x5t":"AA")", R"("x5t#S256":"AA")", R"("zip":"DEF")", R"("cty":"JWT")",
        R"("enc":"A256GCM")", R"("iss":"me")", R"("":1)", R"("alg ":"none")", R"("anything":null)"})
    EXPECT_EQ(header_reason(R"({"alg":"HS256","typ":"at+jwt",)" + std::string(member) + "}"),
              "token header: a member that is not allowed")
        << member;
}

TEST(JwsHeader, StrictJsonInUtf8) {
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[]"), std::string("\"HS256\""), std::string("null"),
        std::string("HS256"), std::string(R"({"alg":"HS256","typ":"at+jwt"}x)"),
        std::string(R"({"alg":"HS256","typ":"at+jwt",})"),
        std::string(R"({"alg":"HS256","typ":"at+jwt"} {"alg":"none"})"), std::string("{'alg':'HS256','typ':'at+jwt'}"),
        std::string("\xef\xbb\xbf{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}"),
        std::string("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"\xff\"}"),
        std::string(R"({"alg":"HS256","typ":"at+jwt","kid":"\ud800"})"), std::string("{\0\"\0a\0l\0g\0", 9)})
    EXPECT_NE(header_reason(bad), "") << bad;
}

TEST(JwsHeader, WithoutATypeTheMemberIsFree) {
  EXPECT_EQ(header_reason(R"({"alg":"HS256"})", std::nullopt), "");
  EXPECT_EQ(header_reason(R"({"alg":"HS256","typ":"JWT"})", std::nullopt), "");
  EXPECT_NE(header_reason(R"({"alg":"HS256","typ":1})", std::nullopt), "");
  EXPECT_NE(header_reason(R"({"alg":"none"})", std::nullopt), "");
}

}  // namespace
}  // namespace kontor::crypto
