// The format of sealed secrets against an independent implementation: Python's cryptography, from the text of
// docs/vault.md.
#include "base/text.hpp"
#include "crypto/random.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "vault/seals.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>

namespace kontor::vault {
namespace {

constexpr int tokens = 10'000;

tests::child_process python(const std::string& what, const std::string& argument) {
  return tests::child_process({"/usr/bin/env", "python3", KONTOR_VAULT_TOKENS, what, argument});
}

base::secret_bytes random_bytes(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  crypto::fill_random(bytes);
  return base::secret_bytes(std::move(bytes));
}

std::string hex_of(const base::secret_bytes& bytes) {
  return base::to_hex(bytes.bytes());
}

base::secret_bytes from_hex(const std::string& digits) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return base::secret_bytes(std::move(bytes));
}

}  // namespace

TEST(SealsAndPython, PythonOpensWhatWeSeal) {
  const tests::temporary_folder folder;
  const auto file = folder.path() / "tokens";
  std::mt19937_64 random(std::random_device{}());
  {
    std::ofstream out(file);
    for (int i = 0; i < tokens; ++i) {
      const auto owner = crypto::random_id<base::user_id>();
      const auto data_key = random_bytes(32);
      const auto value = random_bytes(1 + random() % 200);
      const auto name = "key_" + std::to_string(random());
      const auto version = static_cast<std::int64_t>(random() >> 1);
      const auto series = static_cast<std::int64_t>(random());
      const auto at = base::from_microseconds(static_cast<std::int64_t>(random() % 4'000'000'000'000'000));
      const user_keys keys(owner, data_key.clone());
      out << owner.text() << ' ' << name << ' ' << version << ' ' << series << ' ' << hex_of(data_key) << ' '
          << hex_of(value) << ' ' << keys.seal({name, version, series}, value, at) << '\n';
    }
  }
  auto child = python("open", file.string());
  EXPECT_EQ(child.line(), std::to_string(tokens));
  EXPECT_EQ(child.finish(), 0);
}

TEST(SealsAndPython, WeOpenWhatPythonSeals) {
  auto child = python("make", std::to_string(tokens));
  int opened = 0;
  while (const auto line = child.line()) {
    std::istringstream words(*line);
    std::string owner_text, name, data_key, value, token;
    std::int64_t version = 0, series = 0;
    words >> owner_text >> name >> version >> series >> data_key >> value >> token;
    const auto owner = base::user_id::parse(owner_text);
    ASSERT_TRUE(owner && words) << *line;
    const auto found = user_keys(*owner, from_hex(data_key)).open({name, version, series}, token);
    ASSERT_TRUE(found) << *line;
    ASSERT_EQ(hex_of(*found), value);
    ++opened;
  }
  EXPECT_EQ(child.finish(), 0);
  EXPECT_EQ(opened, tokens);
}

}  // namespace kontor::vault
