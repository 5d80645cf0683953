#include "crypto/bcrypt.hpp"

#include "base/text.hpp"
#include "crypto/failure.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::crypto {
namespace {

std::string password_of(const boost::json::value& vector) {
  const auto bytes = base::from_hex(test::text_at(vector, "password_hex")).value();
  return {bytes.begin(), bytes.end()};
}

TEST(Bcrypt, AnswersThePycaVectors) {
  int same = 0;
  int with_nul = 0;
  const auto vectors = test::vector_json("bcrypt/pyca.json");
  for (const auto& each : vectors.as_array()) {
    const auto password = password_of(each);
    const auto setting = test::text_at(each, "setting");
    const auto hash = test::text_at(each, "hash");
    EXPECT_TRUE(bcrypt_cost(hash)) << hash;
    if (password.find('\0') != std::string::npos) {
      EXPECT_THROW(bcrypt(password, setting), std::invalid_argument);
      ++with_nul;
      continue;
    }
    EXPECT_EQ(bcrypt(password, setting), hash);
    EXPECT_EQ(bcrypt(password, hash), hash) << "a stored string is its own setting";
    ++same;
  }
  EXPECT_EQ(same, 26);
  EXPECT_EQ(with_nul, 2);
}

TEST(Bcrypt, AnswersTheOpenwallVectors) {
  int same = 0;
  int old_bug = 0;
  int refused = 0;
  const auto vectors = test::vector_json("bcrypt/openwall.json");
  for (const auto& each : vectors.as_array()) {
    const auto password = password_of(each);
    if (test::text_at(each, "expect") == "reject") {
      const auto setting = test::text_at(each, "setting");
      EXPECT_FALSE(bcrypt_cost(setting));
      EXPECT_FALSE(bcrypt_cost(setting + std::string(31, '.'))) << "nor with a hash behind it";
      EXPECT_THROW(bcrypt(password, setting), crypto_failure);
      ++refused;
      continue;
    }
    const auto hash = test::text_at(each, "hash");
    if (hash.starts_with("$2x$")) {
      EXPECT_FALSE(bcrypt_cost(hash));
      EXPECT_THROW(bcrypt(password, hash), crypto_failure);
      ++old_bug;
      continue;
    }
    EXPECT_EQ(bcrypt(password, hash), hash);
    ++same;
  }
  EXPECT_EQ(same, 20);
  EXPECT_EQ(old_bug, 8);
  EXPECT_EQ(refused, 7);
}

TEST(Bcrypt, ReadsSeventyTwoBytes) {
  const auto setting = make_bcrypt_setting(4);
  const std::string long_password(72, 'x');
  EXPECT_EQ(bcrypt(long_password, setting), bcrypt(long_password + "y", setting));
  EXPECT_NE(bcrypt(long_password, setting), bcrypt(std::string(71, 'x') + "y", setting));
  EXPECT_EQ(bcrypt(std::string(100'000, 'x'), setting), bcrypt(long_password, setting))
      << "crypt_rn itself fails from 512 bytes on";
}

TEST(Bcrypt, RefusesNulInThePartThatIsRead) {
  const auto setting = make_bcrypt_setting(4);
  EXPECT_THROW(bcrypt(std::string("abc\0x", 5), setting), std::invalid_argument);
  EXPECT_THROW(bcrypt(std::string("\0", 1), setting), std::invalid_argument);
}

TEST(Bcrypt, SettingsAreRandomAndSayTheCost) {
  const auto first = make_bcrypt_setting(12);
  EXPECT_EQ(first.size(), 29u);
  EXPECT_TRUE(first.starts_with("$2b$12$"));
  EXPECT_NE(first, make_bcrypt_setting(12));
  EXPECT_THROW(make_bcrypt_setting(3), crypto_failure);
  EXPECT_THROW(make_bcrypt_setting(32), crypto_failure);
}

TEST(BcryptCost, ReadsStoredStringsOnly) {
  const std::string tail = "$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  EXPECT_EQ(bcrypt_cost("$2a$05" + tail), 5);
  EXPECT_EQ(bcrypt_cost("$2b$04" + tail), 4);
  EXPECT_EQ(bcrypt_cost("$2y$15" + tail), 15);

  const std::string good = "$2b$05" + tail;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(bcrypt_cost(good.substr(0, size))) << size;
  for (const std::string& bad : {"$2b$03" + tail, "$2b$16" + tail, "$2b$31" + tail, "$2b$99" + tail, "$2b$5$" + tail,
                                 "$2b$ 5" + tail, "$2b$-5" + tail, "$2x$05" + tail, "$2$05$" + tail, "$2c$05" + tail,
                                 "$1b$05" + tail, " 2b$05" + tail, good + ".", good + "\n", good + std::string(1, '\0'),
                                 std::string("*0"), std::string("$y$j9T$x$y"), std::string("$6$salt$hash")})
    EXPECT_FALSE(bcrypt_cost(bad)) << bad;

  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'\0', '!', '=', '+', '_', '\x80', '\n'}) {
      auto bad = good;
      bad[at] = c;
      EXPECT_FALSE(bcrypt_cost(bad)) << at;
    }
  }
}

}  // namespace
}  // namespace kontor::crypto
