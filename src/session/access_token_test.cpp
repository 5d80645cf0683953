#include "session/access_token.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/jws.hpp"
#include "crypto/random.hpp"
#include "session/token_cache.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <set>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;

const base::timestamp issued_at = base::from_microseconds(1'800'000'000'900'000);
const std::string key_text = "a signing key of thirty-two bytes or more";

struct AccessToken : testing::Test {
  AccessToken() {
    owner.id = crypto::random_id<base::user_id>();
    owner.email = "käse+\"<x>@x.org";
    owner.is_admin = true;
    owner.security_epoch = 7;
  }

  static std::string encode(std::string_view text) { return base::to_base64url(base::as_bytes(text)); }
  static std::string payload_of(const std::string& token) {
    const auto first = token.find('.');
    const auto bytes = base::from_base64url(token.substr(first + 1, token.rfind('.') - first - 1)).value();
    return std::string(base::as_text(bytes));
  }
  boost::json::object good_claims() const {
    return boost::json::parse(payload_of(tokens.issue(owner, session))).as_object();
  }
  // Signed by us, whatever it says.
  std::string signed_by_us(const std::string& payload) const { return signer.sign(payload); }
  std::string signed_by_us(const boost::json::object& claims) const {
    return signer.sign(boost::json::serialize(claims));
  }

  // "good", or why not.
  std::string verdict(std::string_view token) const {
    const auto read = tokens.read(token);
    if (read) return "good";
    EXPECT_EQ(read.error().code, base::errc::unauthenticated);
    EXPECT_EQ(read.error().type, "invalid-token");
    EXPECT_TRUE(read.error().detail.empty());
    return read.error().internal_detail;
  }

  base::manual_clock clock{issued_at};
  base::secret_bytes key{std::string_view(key_text)};
  access_tokens tokens{key, {}, clock};
  crypto::jws_signer signer{key, {.type = "at+jwt"}};
  account::user owner;
  base::session_id session = crypto::random_id<base::session_id>();
};

}  // namespace

TEST_F(AccessToken, SaysWhatItMust) {
  const auto token = tokens.issue(owner, session);
  EXPECT_EQ(boost::json::parse(std::string(base::as_text(*base::from_base64url(token.substr(0, token.find('.')))))),
            boost::json::parse(R"({"alg":"HS256","typ":"at+jwt"})"));
  auto claims = good_claims();
  std::set<std::string> names;
  for (const auto& member : claims)
    names.insert(std::string(member.key()));
  EXPECT_EQ(names,
            (std::set<std::string>{"sub", "email", "is_admin", "iss", "aud", "exp", "iat", "jti", "sid", "epoch"}));
  EXPECT_EQ(claims["sub"].as_string(), owner.id.str());
  EXPECT_EQ(claims["email"].as_string(), owner.email);
  EXPECT_EQ(claims["is_admin"].as_bool(), true);
  EXPECT_EQ(claims["epoch"].as_int64(), 7);
  EXPECT_EQ(claims["sid"].as_string(), session.str());
  EXPECT_EQ(claims["iat"].as_int64(), 1'800'000'000);
  EXPECT_EQ(claims["exp"].as_int64(), 1'800'003'600);

  const auto read = tokens.read(token).value();
  EXPECT_EQ(read.subject, owner.id);
  EXPECT_EQ(read.session, session);
  EXPECT_EQ(read.epoch, 7);
  EXPECT_EQ(read.expires_at, base::timestamp(1'800'003'600s));
}

TEST_F(AccessToken, NoTwoAreAlike) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(seen.insert(std::string(good_claims().at("jti").as_string())).second);
}

// Zitadel GHSA-wxg7-w2v3-w38g: a token without a claim was taken.
TEST_F(AccessToken, EveryClaimIsNeeded) {
  ASSERT_EQ(verdict(signed_by_us(good_claims())), "good");
  const auto good = good_claims();
  for (const auto& member : good) {
    auto claims = good;
    claims.erase(member.key());
    EXPECT_NE(verdict(signed_by_us(claims)), "good") << member.key();
    for (const auto* other : {"null", "[]", "{}", "\"\"", "\"x\"", "-1", "1.5", "[\"kontor\"]", "1e400"}) {
      auto text = boost::json::serialize(good);
      const auto value = boost::json::serialize(member.value());
      const auto name = boost::json::serialize(boost::json::string(member.key())) + ":";
      text.replace(text.find(name), name.size() + value.size(), name + other);
      const bool is_any_text = member.key() == "email" && other[0] == '"';
      EXPECT_EQ(verdict(signed_by_us(text)) == "good", is_any_text) << text;
    }
  }
}

TEST_F(AccessToken, IsForUsAndFromUs) {
  for (const auto* name : {"iss", "aud"}) {
    for (const boost::json::value& other :
         {boost::json::value("other"), boost::json::value("kontor "), boost::json::value("KONTOR"),
          boost::json::parse(R"(["kontor"])"), boost::json::parse(R"(["other", "kontor"])")}) {
      auto claims = good_claims();
      claims[name] = other;
      EXPECT_EQ(verdict(signed_by_us(claims)), name) << other;
    }
  }
  // Another installation's settings with the same key.
  const access_tokens elsewhere(key, {.issuer = "kontor", .audience = "kontor-b"}, clock);
  EXPECT_EQ(verdict(elsewhere.issue(owner, session)), "aud");
}

TEST_F(AccessToken, ExpiresOnTheSecond) {
  const std::int64_t now = 1'800'000'000;
  const std::vector<std::pair<std::string, bool>> rows = {
      {std::to_string(now + 1), true},
      {std::to_string(now), true},
      {std::to_string(now - 4), true},   // within the leeway of 5 s
      {std::to_string(now - 5), false},  // "on or after" it, RFC 7519 section 4.1.4
      {std::to_string(now - 6), false},
      {"0", false},
      {"-1", false},
      {"-9223372036854775808", false},
      {"253402300799", true},
      {"253402300800", false},
      {"9223372036854775807", false},
      {"9223372036854775808", false},
      {"18446744073709551616", false},
      {"1e300", false},
      {"1.8e9", false},
      {"1900000000.0", false},
      {"\"1900000000\"", false},
      {"true", false},
  };
  for (const auto& [exp, good] : rows) {
    auto text = boost::json::serialize(good_claims());
    const auto at = text.find("\"exp\":") + 6;
    text.replace(at, text.find_first_of(",}", at) - at, exp);
    EXPECT_EQ(verdict(signed_by_us(text)) == "good", good) << exp;
  }
  const auto token = tokens.issue(owner, session);
  clock.advance(3604s);
  EXPECT_EQ(verdict(token), "good");
  clock.advance(1s);
  EXPECT_EQ(verdict(token), "expired");
}

TEST_F(AccessToken, IsNotFromTheFuture) {
  for (const auto& [name, shift, good] :
       std::vector<std::tuple<std::string, std::int64_t, bool>>{{"iat", 5, true},
                                                                {"iat", 6, false},
                                                                {"iat", 3600, false},
                                                                {"nbf", -10, true},
                                                                {"nbf", 5, true},
                                                                {"nbf", 6, false},
                                                                {"nbf", 3600, false}}) {
    auto claims = good_claims();
    claims[name] = 1'800'000'000 + shift;
    EXPECT_EQ(verdict(signed_by_us(claims)) == "good", good) << name << shift;
  }
  auto claims = good_claims();
  claims["nbf"] = "1";
  EXPECT_EQ(verdict(signed_by_us(claims)), "nbf");
}

TEST_F(AccessToken, OneObjectAndNoMemberTwice) {
  const auto good = boost::json::serialize(good_claims());
  const auto body = good.substr(1, good.size() - 2);
  EXPECT_EQ(verdict(signed_by_us("{" + body + "}")), "good");
  EXPECT_NE(verdict(signed_by_us("{" + body + ",\"sub\":\"" + owner.id.str() + "\"}")), "good");
  EXPECT_NE(verdict(signed_by_us("{" + body + ",\"exp\":1900000000}")), "good");
  for (const std::string& payload : std::vector<std::string>{"[]", "null", "1", "\"x\"", "{}", "{" + body,
                                                             "[" + good + "]", good + good, good + " x"})
    EXPECT_NE(verdict(signed_by_us(payload)), "good") << payload;
  // What we do not know we pass over (RFC 7519 section 4): a later version may write more.
  EXPECT_EQ(verdict(signed_by_us("{" + body + ",\"scope\":\"all\"}")), "good");
}

// Security checklist c.1 to c.11: what another kind of token, another key or another algorithm gets.
TEST_F(AccessToken, NothingElseIsAToken) {
  const auto payload = boost::json::serialize(good_claims());
  const base::secret_bytes other_key(std::string_view("another signing key of thirty-two bytes"));
  EXPECT_NE(verdict(crypto::jws_signer(other_key, {.type = "at+jwt"}).sign(payload)), "good");
  for (const auto* type : {"JWT", "rt+jwt", "AT+JWT", "application/at+jwt", "at+jwt2"})
    EXPECT_NE(verdict(crypto::jws_signer(key, {.type = type}).sign(payload)), "good") << type;

  const auto good = tokens.issue(owner, session);
  const auto signature = good.substr(good.rfind('.'));
  for (const auto* header : {R"({"alg":"none","typ":"at+jwt"})", R"({"alg":"None","typ":"at+jwt"})",
                             R"({"alg":"HS384","typ":"at+jwt"})", R"({"alg":"RS256","typ":"at+jwt"})",
                             R"({"typ":"at+jwt"})", R"({"alg":"HS256","typ":"at+jwt","crit":["exp"]})"}) {
    EXPECT_NE(verdict(encode(header) + "." + encode(payload) + "."), "good") << header;
    EXPECT_NE(verdict(encode(header) + "." + encode(payload) + signature), "good") << header;
  }
  for (const std::string& bad : std::vector<std::string>{
           "", ".", "..", "a.b.c", good + ".", good + "." + good, good + "=", " " + good, good + "\n", "Bearer " + good,
           good.substr(0, good.rfind('.')), std::string(8192, 'a'), std::string(100'000, '.')})
    EXPECT_NE(verdict(bad), "good") << bad.substr(0, 80);
}

// Zitadel CVE-2026-27840: a cut token was taken.
TEST_F(AccessToken, EveryByteCounts) {
  const auto good = tokens.issue(owner, session);
  ASSERT_EQ(verdict(good), "good");
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(verdict(good.substr(0, i)), "good") << i;
    EXPECT_NE(verdict(good.substr(i + 1)), "good") << i;
    for (const char c : {'A', 'z', '_', '.', '\0', ' '}) {
      auto changed = good;
      if (changed[i] == c) continue;
      changed[i] = c;
      EXPECT_NE(verdict(changed), "good") << i << c;
      EXPECT_NE(verdict(good.substr(0, i) + c + good.substr(i)), "good") << i << c;
    }
  }
  for (const char c : {'A', '.', '=', '\n'})
    EXPECT_NE(verdict(good + c), "good");
}

TEST_F(AccessToken, AKnownTokenIsStillCheckedForItsTime) {
  const auto token = tokens.issue(owner, session);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(tokens.read(token).value().subject, owner.id);
  clock.advance(-6s);
  EXPECT_NE(verdict(token), "good");
  clock.advance(6s + 3604s);
  EXPECT_EQ(verdict(token), "good");
  clock.advance(1s);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(verdict(token), "expired");
  // Its neighbours are not known by it.
  EXPECT_NE(verdict(token + "A"), "good");
  EXPECT_NE(verdict(token.substr(1)), "good");
}

TEST(TokenCache, KeepsWhatWasReadAndIsBounded) {
  constexpr std::size_t capacity = 64;
  token_cache cache(capacity);
  const auto digest_of = [](int i) { return crypto::sha256(base::as_bytes(std::to_string(i))); };
  EXPECT_FALSE(cache.find(digest_of(0)));
  for (int i = 0; i < 1000; ++i) {
    read_token read;
    read.claims.subject = crypto::random_id<base::user_id>();
    read.expires_at = i;
    cache.keep(digest_of(i), read);
    const auto found = cache.find(digest_of(i));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->claims.subject, read.claims.subject);
    EXPECT_EQ(found->expires_at, i);
    EXPECT_LE(cache.size(), capacity);
  }
  EXPECT_GT(cache.size(), 16u);
}

TEST_F(AccessToken, ManyThreadsReadTheSameTokens) {
  std::vector<std::string> some;
  for (int i = 0; i < 8; ++i)
    some.push_back(tokens.issue(owner, session));
  std::atomic<int> good = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 4; ++t)
    readers.emplace_back([&] {
      for (int i = 0; i < 400; ++i)
        good += tokens.read(some[static_cast<std::size_t>(i) % some.size()]).has_value() ? 1 : 0;
    });
  for (auto& reader : readers)
    reader.join();
  EXPECT_EQ(good, 1600);
}

TEST_F(AccessToken, AShortKeyIsRefused) {
  const base::secret_bytes under(std::string_view(key_text).substr(0, 31));
  const base::secret_bytes at(std::string_view(key_text).substr(0, 32));
  EXPECT_THROW(access_tokens(under, {}, clock), std::invalid_argument);
  EXPECT_NO_THROW(access_tokens(at, {}, clock));
}

}  // namespace kontor::session
