#include "crypto/fernet.hpp"

#include "base/text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <stdexcept>

namespace kontor::crypto {
namespace {

using namespace std::chrono_literals;

const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);

base::secret_bytes key_of(char letter) {
  return base::secret_bytes(std::string(fernet::key_size, letter));
}

std::vector<std::uint8_t> decoded(std::string text) {
  while (text.ends_with('='))
    text.pop_back();
  return base::from_base64url(text).value();
}
std::string encoded(bytes raw) {
  auto text = base::to_base64url(raw);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

// What a case of the specification's files says.
struct vector_case {
  explicit vector_case(const boost::json::value& of)
      : token(test::text_at(of, "token")), key(decoded(test::text_at(of, "secret"))), now(time_of(of)) {
    if (const auto* life = of.as_object().if_contains("ttl_sec")) ttl = std::chrono::seconds(life->as_int64());
  }

  // `1985-10-26T01:20:00-07:00`: all of them have this zone.
  static base::timestamp time_of(const boost::json::value& of) {
    const auto text = test::text_at(of, "now");
    if (!text.ends_with("-07:00")) throw std::runtime_error("another zone than expected: " + text);
    std::tm fields{};
    std::istringstream in(text);
    in >> std::get_time(&fields, "%Y-%m-%dT%H:%M:%S");
    if (!in) throw std::runtime_error("not a time: " + text);
    return base::timestamp(std::chrono::seconds(::timegm(&fields))) + 7h;
  }

  fernet box() const { return fernet(key); }
  std::optional<base::secret_bytes> open() const { return box().open(token, fernet_age{now, ttl}); }

  std::string token;
  base::secret_bytes key;
  base::timestamp now;
  std::chrono::seconds ttl{0};
};

TEST(Fernet, MakesTheTokenOfTheSpecification) {
  int count = 0;
  const auto file = test::vector_json("fernet/generate.json");
  for (const auto& each : file.as_array()) {
    const vector_case of(each);
    std::array<std::uint8_t, fernet::iv_size> iv{};
    for (std::size_t i = 0; i < iv.size(); ++i)
      iv[i] = static_cast<std::uint8_t>(each.at("iv").at(i).as_int64());
    const auto source = test::text_at(each, "src");
    EXPECT_EQ(of.box().seal_with_iv(base::as_bytes(source), of.now, iv), of.token);
    ++count;
  }
  EXPECT_EQ(count, 1);
}

TEST(Fernet, OpensTheTokenOfTheSpecification) {
  int count = 0;
  const auto file = test::vector_json("fernet/verify.json");
  for (const auto& each : file.as_array()) {
    const vector_case of(each);
    const auto opened = of.open();
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->text(), test::text_at(each, "src"));
    ++count;
  }
  EXPECT_EQ(count, 1);
}

// Most invalid tokens carry a right MAC: they are refused for what the description says, and not by luck.
TEST(Fernet, RefusesTheInvalidTokensOfTheSpecification) {
  int count = 0;
  int right_macs = 0;
  const auto file = test::vector_json("fernet/invalid.json");
  for (const auto& each : file.as_array()) {
    const vector_case of(each);
    const auto what = test::text_at(each, "desc");
    EXPECT_FALSE(of.open()) << what;
    // Without a limit of age, only those that are wrong by their age open.
    const bool by_age = what.starts_with("far-future") || what.starts_with("expired");
    EXPECT_EQ(of.box().open(of.token).has_value(), by_age) << what;
    ++count;
    if (of.token.starts_with('%')) continue;
    const auto raw = decoded(of.token);
    const auto rest = bytes(raw).first(raw.size() - 32);
    if (equal_in_constant_time(hmac_sha256(of.key.bytes().first(16), rest), bytes(raw).last(32))) ++right_macs;
  }
  EXPECT_EQ(count, 8);
  EXPECT_EQ(right_macs, 5);
}

TEST(Fernet, OpensWhatItSealedAtEverySize) {
  const fernet box(key_of('k'));
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 31u, 32u, 1'000u, 100'000u}) {
    const std::string plaintext(size, 'x');
    const auto token = box.seal(base::as_bytes(plaintext), noon);
    EXPECT_EQ(token.size(), (57 + (size / 16 + 1) * 16 + 2) / 3 * 4);
    const auto opened = box.open(token);
    ASSERT_TRUE(opened) << size;
    EXPECT_EQ(opened->text(), plaintext);
  }
}

TEST(Fernet, NeverMakesTheSameTokenTwice) {
  const fernet box(key_of('k'));
  std::set<std::string> tokens;
  for (int i = 0; i < 1'000; ++i)
    tokens.insert(box.seal(base::as_bytes("the same"), noon));
  EXPECT_EQ(tokens.size(), 1'000u);
}

TEST(Fernet, A31NoTokenWithAFlippedBitOpens) {
  const fernet box(key_of('k'));
  const auto raw = decoded(box.seal(base::as_bytes("a secret of more than one block"), noon));
  for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
    auto flipped = raw;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_FALSE(box.open(encoded(flipped))) << bit;
  }
}

TEST(Fernet, OtherKeysAndPartsOfATokenDoNotOpen) {
  const fernet box(key_of('k'));
  const auto token = box.seal(base::as_bytes("secret"), noon);
  EXPECT_FALSE(fernet(key_of('l')).open(token));
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_FALSE(box.open(token.substr(0, size))) << size;
  EXPECT_FALSE(box.open(token + token));
}

TEST(Fernet, ATokenHasOneSpelling) {
  const fernet box(key_of('k'));
  // 57 + 16 bytes: two signs of padding. 57 + 32: one.
  const auto two = box.seal(base::as_bytes("short"), noon);
  const auto one = box.seal(base::as_bytes("longer than a block"), noon);
  ASSERT_TRUE(two.ends_with("==") && one.ends_with("=") && !one.ends_with("=="));
  for (const auto& token : {one, two}) {
    ASSERT_TRUE(box.open(token));
    const auto bare = token.substr(0, token.find('='));
    std::set<std::string> others = {
        bare, token + "=", token + "====", " " + token, token + "\n", "=" + token, token + std::string(1, '\0')};
    if (token == two) others.insert(bare + "=");
    if (token == one) others.insert(bare + "==");
    // The last digit carries spare bits, which must be zero.
    for (const char last : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
      auto other = token;
      other[bare.size() - 1] = last;
      if (other != token) others.insert(other);
    }
    for (const auto& other : others)
      EXPECT_FALSE(box.open(other)) << other;
  }
  // The digits of plain base64 are no digits here.
  std::string token;
  while (token.find('-') == std::string::npos || token.find('_') == std::string::npos)
    token = box.seal(base::as_bytes("short"), noon);
  for (auto& c : token)
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  EXPECT_FALSE(box.open(token));
}

TEST(Fernet, AgesByTheSecond) {
  const fernet box(key_of('k'));
  const auto made = std::chrono::floor<std::chrono::seconds>(noon);
  const auto token = box.seal(base::as_bytes("secret"), noon);
  const auto opens = [&](base::timestamp now) { return box.open(token, fernet_age{now, 60s}).has_value(); };
  EXPECT_TRUE(opens(noon));
  EXPECT_TRUE(opens(made + 60s));
  EXPECT_FALSE(opens(made + 61s));
  EXPECT_TRUE(opens(made - 60s));
  EXPECT_FALSE(opens(made - 61s));
  EXPECT_TRUE(box.open(token)) << "without a limit it is never too old";
}

TEST(Fernet, AClaimOfAnyTimeDoesNotWrap) {
  const auto key = key_of('k');
  const fernet box(key);
  auto raw = decoded(box.seal(base::as_bytes("secret"), noon));
  std::fill_n(raw.begin() + 1, 8, std::uint8_t{0xff});
  const auto mac = hmac_sha256(key.bytes().first(16), bytes(raw).first(raw.size() - 32));
  std::copy(mac.begin(), mac.end(), raw.end() - 32);
  EXPECT_TRUE(box.open(encoded(raw)));
  EXPECT_FALSE(box.open(encoded(raw), fernet_age{noon, 60s}));
  // A clock before 1970 seals all the same.
  EXPECT_TRUE(box.open(box.seal({}, base::from_microseconds(-1)), fernet_age{base::from_microseconds(-1), 60s}));
}

TEST(Fernet, TakesKeysOf32BytesOnly) {
  for (const std::size_t size : {0u, 16u, 31u, 33u, 64u})
    EXPECT_THROW(fernet{base::secret_bytes(std::string(size, 'k'))}, std::invalid_argument) << size;
}

}  // namespace
}  // namespace kontor::crypto
