#include "legacy/old_vault.hpp"

#include "base/text.hpp"
#include "crypto/fernet.hpp"
#include "json/parse.hpp"
#include "legacy/unusable_folder.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace kontor::legacy {
namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct OldVault : testing::Test {
  OldVault() : all(json::parse(read(KONTOR_TEST_VECTORS "/legacy/fernet-vault.json")).value()) {}
  std::string text(const boost::json::value& in, std::string_view name) const {
    return std::string(in.as_object().at(name).as_string());
  }
  std::string key() const { return text(all, "key_file_text"); }
  std::string token() const { return text(all.as_object().at("vault"), "secrets_enc_text"); }
  void put(const char* name, std::string_view content) const { std::ofstream(folder.path() / name) << content; }

  boost::json::value all;
  tests::temporary_folder folder;
};

std::map<std::string, std::string> by_name(const old_vault& vault) {
  std::map<std::string, std::string> entries;
  for (const auto& [name, value] : vault.entries)
    entries.emplace(name, value.text());
  return entries;
}

}  // namespace

TEST_F(OldVault, OpensWhatItsKeyWasMadeFor) {
  const auto opened = open_vault(key(), token());
  std::map<std::string, std::string> wanted;
  for (const auto& [name, value] : all.at("vault").at("decoded").as_object())
    wanted.emplace(std::string(name.data(), name.size()), std::string(value.as_string()));
  EXPECT_EQ(by_name(opened), wanted);
  EXPECT_FALSE(wanted.empty());
  EXPECT_TRUE(open_vault(key(), text(all.as_object().at("empty_vault"), "secrets_enc_text")).entries.empty());
  // The old reader tolerates blanks around both.
  EXPECT_EQ(by_name(open_vault(" " + key() + "\r\n", token() + "\n")), wanted);
}

// The predecessor took a vault it could not open for an empty one, and the next save replaced it.
TEST_F(OldVault, WhatDoesNotOpenIsNeverEmpty) {
  for (const auto& bad : all.at("must_fail").as_array())
    EXPECT_THROW((void)open_vault(key(), text(bad, "token")), unusable_folder) << text(bad, "why");
  EXPECT_THROW((void)open_vault(key(), ""), unusable_folder);
  const auto whole = key();
  for (const auto& bad : {std::string(), whole.substr(0, 43), whole.substr(1), whole + "=", whole + whole,
                          std::string(44, '='), std::string(43, 'A') + "=" + "x", "!" + whole.substr(1)})
    EXPECT_THROW((void)open_vault(bad, token()), unusable_folder) << bad;
  EXPECT_THROW((void)open_vault(std::string(43, 'A') + "=", token()), unusable_folder) << "another key";
}

TEST_F(OldVault, TheSentenceNamesNoSecret) {
  try {
    (void)open_vault(key().substr(0, 43), token());
    FAIL();
  } catch (const unusable_folder& refused) {
    EXPECT_EQ(std::string(refused.what()).find(key().substr(0, 20)), std::string::npos);
    EXPECT_NE(std::string(refused.what()).find("nothing was taken"), std::string::npos);
  }
}

// Python keeps half of a character in a text, and writes it; one value of one user must not stop everybody.
TEST_F(OldVault, HalvesOfCharactersCostTheValueThatHoldsThemOnly) {
  const std::string raw = R"({"lone":"a\ud83dz","low":"\udcc8","twice":"\ud83d\ud83d\udcc8","end":"\ud83d",)"
                          R"("na\ud83dme":"x","pair":"\ud83d\udcc8","written":"\\ud83d","other":"\u00fc\n"})";
  const auto text = key();
  const crypto::fernet cipher(base::secret_bytes(base::from_base64url(text.substr(0, 43)).value()));
  const auto opened =
      open_vault(text, cipher.seal(base::as_bytes(raw), base::from_microseconds(1'800'000'000'000'000)));
  EXPECT_EQ(by_name(opened),
            (std::map<std::string, std::string>{{"pair", "📈"}, {"written", "\\ud83d"}, {"other", "ü\n"}}));
  EXPECT_EQ(opened.unreadable.size(), 5U);
  EXPECT_EQ(std::ranges::count(opened.unreadable, "lone"), 1);
}

TEST_F(OldVault, NoVaultIsAnEmptyOneButAVaultNeedsItsKey) {
  EXPECT_FALSE(read_vault(folder.path()).notes.empty());
  put(".key", key());
  EXPECT_TRUE(read_vault(folder.path()).entries.empty());
  put(".secrets.enc", token());
  EXPECT_EQ(by_name(read_vault(folder.path())), by_name(open_vault(key(), token())));
  std::filesystem::remove(folder.path() / ".key");
  EXPECT_THROW((void)read_vault(folder.path()), unusable_folder);
  std::filesystem::create_directory(folder.path() / ".key");
  EXPECT_THROW((void)read_vault(folder.path()), unusable_folder);
}

TEST_F(OldVault, WhatIsSealedOpensAgain) {
  std::vector<vault_entry> entries;
  entries.push_back({"user_x_name", base::secret_bytes(std::string_view("pass phrase ü 📈 \"<&>\" \n"))});
  entries.push_back({"empty", base::secret_bytes()});
  const auto sealed = seal_vault(entries, base::from_microseconds(1'800'000'000'000'000));
  EXPECT_EQ(sealed.key_text.size(), 44U);
  const auto opened = open_vault(sealed.key_text.text(), sealed.token);
  EXPECT_EQ(by_name(opened),
            (std::map<std::string, std::string>{{"user_x_name", "pass phrase ü 📈 \"<&>\" \n"}, {"empty", ""}}));
}

}  // namespace kontor::legacy
