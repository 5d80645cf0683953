#include "account/password_policy.hpp"

#include "account/common_passwords.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace kontor::account {
namespace {

std::vector<std::string> common_lines() {
  std::ifstream file(std::string(KONTOR_TEST_VECTORS) + "/passwords/common-8plus.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0)
    out += text;
  return out;
}

// The code of what is wrong, or "good".
std::string verdict(std::string_view password, std::string_view local = "paul.smith",
                    std::string_view email = "paul.smith@example.com") {
  const auto fault = find_fault({}, password, local, email);
  if (!fault) return "good";
  EXPECT_EQ(fault->path, "");
  EXPECT_FALSE(fault->message.empty());
  return fault->code;
}

}  // namespace

TEST(PasswordPolicy, RefusesTheFirst3000CommonPasswordsWhateverTheCase) {
  const auto lines = common_lines();
  ASSERT_EQ(lines.size(), 15'769u);
  for (std::size_t i = 0; i < 3000; ++i) {
    std::string upper = lines[i];
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(verdict(lines[i]), "common_password") << i + 1;
    EXPECT_EQ(verdict(upper), "common_password") << i + 1;
    EXPECT_EQ(verdict(lines[i] + "qT7#mZ2w"), "good") << i + 1;
  }
  for (std::size_t i = 3000; i < lines.size(); ++i)
    EXPECT_FALSE(is_common_password(lines[i])) << i + 1;
}

TEST(PasswordPolicy, SearchesTheListFromEndToEnd) {
  for (const auto* absent : {"", "\n", "!", "0", "zzzzzzzzzzzz", "password\n", "passwor", "passwordd", "\x7f"}) {
    EXPECT_FALSE(is_common_password(absent)) << absent;
  }
}

TEST(PasswordPolicy, TakesWhatTheFirstScreenOfTheReadmeUses) {
  EXPECT_EQ(common_lines()[5978], "secret123");
  EXPECT_EQ(verdict("secret123", "test", "test@example.com"), "good");
}

TEST(PasswordPolicy, CountsCodePoints) {
  EXPECT_EQ(verdict("xq7#mZ2"), "too_short");
  EXPECT_EQ(verdict("xq7#mZ2w"), "good");
  EXPECT_EQ(verdict(repeat("密", 7)), "too_short");
  EXPECT_EQ(verdict(repeat("密", 8)), "good");
  EXPECT_EQ(verdict(repeat("😀", 7)), "too_short");
  EXPECT_EQ(verdict(repeat("😀", 8)), "good");
  EXPECT_EQ(verdict(repeat("😀", 64)), "good");
  EXPECT_EQ(verdict(repeat("q", 128)), "good");
  EXPECT_EQ(verdict(repeat("q", 129)), "too_long");
  EXPECT_EQ(verdict(repeat("😀", 128)), "good");
  EXPECT_EQ(verdict(repeat("😀", 129)), "too_long");
  EXPECT_EQ(verdict(repeat("q", 1'000'000)), "too_long");
  EXPECT_EQ(verdict(""), "too_short");

  const password_policy strict{.min_length = 15, .max_length = 64};
  EXPECT_EQ(find_fault(strict, repeat("密", 14), "", "")->code, "too_short");
  EXPECT_FALSE(find_fault(strict, repeat("密", 15), "", ""));
  EXPECT_FALSE(find_fault(strict, repeat("密", 64), "", ""));
  EXPECT_EQ(find_fault(strict, repeat("密", 65), "", "")->code, "too_long");
}

TEST(PasswordPolicy, AsksForNoComposition) {
  for (const auto* good :
       {"qwzlkjhgnbvcmprt", "blue horses dance", " Pass phrase Xy 15 ", "        x       ", "ÄÖÜäöüßÄ"})
    EXPECT_EQ(verdict(good), "good") << good;
}

TEST(PasswordPolicy, RefusesWhatCannotBeHashedOrStored) {
  EXPECT_EQ(verdict(std::string("good\0password", 13)), "contains_nul");
  EXPECT_EQ(verdict(std::string("\0", 1)), "contains_nul");
  EXPECT_EQ(verdict("broken \xff password"), "wrong_type");
  EXPECT_EQ(verdict("overlong \xc0\xaf password"), "wrong_type");
  EXPECT_EQ(verdict("surrogate \xed\xa0\x80 password"), "wrong_type");
}

TEST(PasswordPolicy, RefusesTheProductAndTheAddress) {
  for (const auto* bad : {"kontor12", "Kontor-2026", "2026 KONTOR!", "kontorkontor", "kontor kontor 1"})
    EXPECT_EQ(verdict(bad), "contains_product_name") << bad;
  for (const auto* bad : {"paul.smith", "Paul.Smith2026", "123paul.smith!", "paul.smith@example.com",
                          "PAUL.SMITH@EXAMPLE.COM1", "paul.smith paul.smith"})
    EXPECT_EQ(verdict(bad), "contains_email") << bad;
  for (const auto* good : {"kontorist", "im kontor sitzt", "paulsmithson", "paul.smith.is.here", "example.com"})
    EXPECT_EQ(verdict(good), "good") << good;
  // Two letters stand in many a password by chance; three are a name.
  EXPECT_EQ(verdict("12ab3456", "ab", "ab@x.org"), "good");
  EXPECT_EQ(verdict("12abc456", "abc", "abc@x.org"), "contains_email");
  EXPECT_EQ(verdict("12345670", "12345670", "12345670@x.org"), "contains_email");
  // Without an address there is nothing to compare with.
  EXPECT_EQ(verdict("84715239", "", ""), "good");
  EXPECT_EQ(verdict("größer99", "größer", "größer@x.org"), "contains_email");
}

TEST(PasswordPolicy, KnowsWhatCannotBeAPassword) {
  const password_policy policy;
  EXPECT_TRUE(cannot_be_a_password(policy, repeat("q", 129)));
  EXPECT_FALSE(cannot_be_a_password(policy, repeat("q", 128)));
  EXPECT_FALSE(cannot_be_a_password(policy, repeat("😀", 128)));
  EXPECT_TRUE(cannot_be_a_password(policy, repeat("😀", 129)));
  EXPECT_TRUE(cannot_be_a_password(policy, std::string("a\0b", 3)));
  EXPECT_TRUE(cannot_be_a_password(policy, "\xff"));
  // Short ones may be older than the rule.
  EXPECT_FALSE(cannot_be_a_password(policy, ""));
  EXPECT_FALSE(cannot_be_a_password(policy, "short"));
}

}  // namespace kontor::account
