#include "vault/master_key.hpp"

#include "base/text.hpp"
#include "tests/support/temporary_folder.hpp"
#include "vault/file_keys.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kontor::vault {
namespace {

using base::errc;
using keeper = file_keys::keeper;

// 32 equal bytes: nobody takes them for a key that is in use.
master_key key_of(char letter) {
  return master_key(base::secret_bytes(std::string(master_key::size, letter)));
}
std::string digits_of(const master_key& key) {
  return base::to_base64url(key.bytes());
}

TEST(MasterKey, ItsIdSaysWhichItIs) {
  EXPECT_EQ(key_of('a').id(), key_of('a').clone().id());
  EXPECT_NE(key_of('a').id(), key_of('b').id());
  EXPECT_NE(master_key::make().id(), master_key::make().id());
  EXPECT_EQ(key_of('a').id().size(), 16u);
  // It never changes: it stands in databases.
  EXPECT_EQ(key_of('a').id(), "80ba92d52724c1ac");
  EXPECT_THROW(master_key(base::secret_bytes(std::string(31, 'a'))), std::invalid_argument);
}

TEST(MasterKeys, AreReadInEachFormTheyAreGivenIn) {
  const auto a = key_of('\xfb');  // Its digits tell the alphabets apart.
  const auto b = key_of('b');
  const auto url = digits_of(a);
  auto standard = base::to_base64(a.bytes());
  ASSERT_NE(url, standard.substr(0, 43));
  for (const auto& text :
       {url, url + "=", url + "\n", standard, "# a comment\n\n  " + standard + "  \r\n", a.id() + " " + url + "\n"}) {
    const auto keys = parse_master_keys(text);
    ASSERT_TRUE(keys.has_value()) << keys.error().detail;
    ASSERT_EQ(keys->size(), 1u);
    EXPECT_EQ(keys->front().id(), a.id());
  }
  const auto several = parse_master_keys(url + "\n" + b.id() + " " + digits_of(b) + "\n").value();
  ASSERT_EQ(several.size(), 2u);
  EXPECT_EQ(several.front().id(), a.id());
  EXPECT_TRUE(parse_master_keys("# nothing\n").value().empty());
}

// Security checklist c.74.
TEST(MasterKeys, WhatWasCutOrChangedIsNoKey) {
  const auto key = key_of('a');
  const auto digits = digits_of(key);
  const auto line = key.id() + " " + digits;
  std::vector<std::string> all = {"word",
                                  digits + "A",
                                  digits + "==",
                                  digits.substr(0, 42) + "!",
                                  digits + "\n" + digits,
                                  key.id() + "  ",
                                  "0123456789abcdef " + digits,
                                  "0123 " + digits,
                                  line + " " + line,
                                  digits + "\nword"};
  for (std::size_t size = 1; size < line.size(); ++size)
    all.push_back(line.substr(0, size));
  for (std::size_t i = key.id().size() + 1; i < line.size(); ++i) {
    all.push_back(line);
    all.back()[i] = all.back()[i] == 'A' ? 'B' : 'A';
    if (all.back() == line) all.pop_back();
  }
  for (const auto& text : all) {
    const auto keys = parse_master_keys(text);
    ASSERT_TRUE(keys.has_error()) << text;
    EXPECT_TRUE(keys.error().detail.starts_with("line ")) << keys.error().detail;
    EXPECT_EQ(keys.error().detail.find(digits.substr(0, 20)), std::string::npos);
  }
  EXPECT_NE(parse_master_keys(line.substr(0, 30)).error().detail.find(key.id()), std::string::npos);
}

struct FileKeys : testing::Test {
  tests::temporary_folder folder;
  std::filesystem::path file = folder.path() / "vault.key";

  void write(const std::string& text, mode_t mode = 0600) const {
    std::filesystem::remove(file);
    std::ofstream(file) << text;
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
  }
  base::error refused(keeper whose = keeper::program) const {
    auto loaded = file_keys(file, whose).load();
    EXPECT_TRUE(loaded.has_error());
    if (!loaded) EXPECT_NE(loaded.error().detail.find(file.string()), std::string::npos) << loaded.error().detail;
    return loaded ? base::error() : loaded.error();
  }
};

TEST_F(FileKeys, AreChangedByOneAtATime) {
  file_keys first(file, keeper::program);
  file_keys second(file, keeper::program);
  {
    const auto held = first.hold();
    ASSERT_TRUE(held.has_value());
    const auto refused = second.hold();
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, errc::conflict);
    EXPECT_NE(refused.error().detail.find("another command"), std::string::npos);
  }
  EXPECT_TRUE(second.hold().has_value());
}

TEST_F(FileKeys, AreKeptWholeAndForTheOwnerAlone) {
  file_keys keys(file, keeper::program);
  EXPECT_EQ(refused().code, errc::not_found);
  std::vector<master_key> two;
  two.push_back(key_of('a'));
  two.push_back(key_of('b'));
  const auto old_mask = ::umask(0);
  ASSERT_TRUE(keys.store(two).has_value());
  ::umask(old_mask);
  struct stat facts{};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  const auto loaded = keys.load().value();
  ASSERT_EQ(loaded.size(), 2u);
  EXPECT_EQ(loaded.front().id(), two.front().id());
  two.pop_back();
  ASSERT_TRUE(keys.store(two).has_value());
  EXPECT_EQ(keys.load()->size(), 1u);
  // No draft is left.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

// Security checklist a.34.
TEST_F(FileKeys, AFileThatOthersMayReadIsRefused) {
  const auto line = digits_of(key_of('a'));
  for (const mode_t mode : {0640u, 0604u, 0644u, 0660u, 0620u, 0610u}) {
    write(line, mode);
    EXPECT_EQ(refused().code, errc::unavailable) << mode;
    EXPECT_NE(refused().detail.find("0600"), std::string::npos);
    EXPECT_EQ(refused(keeper::operators).code, errc::unavailable) << mode;
  }
  for (const mode_t mode : {0600u, 0400u}) {
    write(line, mode);
    EXPECT_TRUE(file_keys(file, keeper::program).load().has_value()) << mode;
  }
}

// Security checklist c.74.
TEST_F(FileKeys, WhatIsNoFileOfKeysIsRefused) {
  for (const auto* text : {"", "\n", "# only a comment\n", "word\n"}) {
    write(text);
    EXPECT_EQ(refused().code, errc::unavailable) << text;
  }
  write(std::string(70000, '\n'));
  EXPECT_EQ(refused().code, errc::unavailable);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_EQ(refused().code, errc::unavailable);
  std::filesystem::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(refused().code, errc::unavailable);
  std::filesystem::remove(file);
  // A link: an operator's are followed, ours are not.
  const auto elsewhere = folder.path() / "elsewhere";
  {
    std::ofstream(elsewhere) << digits_of(key_of('a'));
  }
  ASSERT_EQ(::chmod(elsewhere.c_str(), 0600), 0);
  std::filesystem::create_symlink(elsewhere, file);
  EXPECT_EQ(refused().code, errc::unavailable);
  EXPECT_TRUE(file_keys(file, keeper::operators).load().has_value());
}

TEST_F(FileKeys, ThoseOfTheOperatorAreNotChanged) {
  const auto line = digits_of(key_of('a'));
  write(line);
  std::vector<master_key> other;
  other.push_back(key_of('b'));
  file_keys of_operator(file, keeper::operators);
  EXPECT_FALSE(of_operator.can_store());
  EXPECT_TRUE(of_operator.store(other).has_error());
  EXPECT_EQ(of_operator.load()->front().id(), key_of('a').id());
  given_keys setting{base::secret_bytes(std::string_view(line))};
  EXPECT_TRUE(setting.store(other).has_error());
  EXPECT_EQ(setting.load()->front().id(), key_of('a').id());
  given_keys wrong{base::secret_bytes(std::string_view("word"))};
  EXPECT_EQ(wrong.load().error().detail, "VAULT_KEY cannot be used: line 1 is not a key, or not the whole of it.");
}

TEST_F(FileKeys, WhenTheFolderIsAwayNothingIsStored) {
  file_keys keys(folder.path() / "away" / "vault.key", keeper::program);
  std::vector<master_key> one;
  one.push_back(key_of('a'));
  EXPECT_EQ(keys.store(one).error().code, errc::unavailable);
}

}  // namespace
}  // namespace kontor::vault
