#include "app/signing_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace kontor::app {
namespace {

struct key_folder : testing::Test {
  key_folder()
      : folder(testing::TempDir() + "kontor-key-" + testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~key_folder() override { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
};

using SigningKey = key_folder;

}  // namespace

TEST_F(SigningKey, IsMadeOnceForUsAloneAndFoundAgain) {
  const auto first = load_or_make_signing_key(folder);
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(load_or_make_signing_key(folder).text(), first.text());
  struct stat facts{};
  ASSERT_EQ(::stat((folder / "jwt.key").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1) << "no draft is left behind";
}

TEST_F(SigningKey, IsReadWhereverItStandsAndNotMade) {
  EXPECT_THROW((void)load_signing_key(folder / "elsewhere"), std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
  const auto made = load_or_make_signing_key(folder);
  std::filesystem::rename(folder / "jwt.key", folder / "elsewhere");
  EXPECT_EQ(load_signing_key(folder / "elsewhere").text(), made.text());
}

TEST_F(SigningKey, OneThatOthersMayReadIsRefused) {
  (void)load_or_make_signing_key(folder);
  ASSERT_EQ(::chmod((folder / "jwt.key").c_str(), 0640), 0);
  EXPECT_THROW((void)load_or_make_signing_key(folder), std::runtime_error);
}

TEST_F(SigningKey, ADamagedOneIsRefusedAndNeverReplaced) {
  for (const std::string held : {"", "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!",
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    std::ofstream(folder / "jwt.key") << held;
    ASSERT_EQ(::chmod((folder / "jwt.key").c_str(), 0600), 0);
    EXPECT_THROW((void)load_or_make_signing_key(folder), std::runtime_error) << held;
    std::ifstream in(folder / "jwt.key");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), held);
  }
}

TEST_F(SigningKey, ManyAtOnceAgreeOnOne) {
  std::vector<std::string> keys(8);
  {
    std::vector<std::jthread> threads;
    for (auto& key : keys)
      threads.emplace_back([&] { key = load_or_make_signing_key(folder).text(); });
  }
  for (const auto& key : keys)
    EXPECT_EQ(key, keys[0]);
}

TEST(SecretStrength, TakesWhatIsRandom) {
  for (const std::string_view good :
       {"q7Jr0x1vXo9fKc2mZb8yTn5wLd3hPs6u", "3f9a0c4be71d52868b0e4c9d6f2a1357e8c0b4d2f6a97531",
        "K7uH/2m+Xw0sQeR9tYb1nVc5zLp8aJd3fGh6kMi4oB4="})
    EXPECT_NO_THROW(check_secret_strength(good)) << good;
}

TEST(SecretStrength, RefusesShortOnesPlaceholdersAndWords) {
  for (const std::string_view bad :
       {"", "q7Jr0x1vXo9fKc2mZb8yTn5wLd3hPs6", "your-secret-key-change-in-production-1A",
        "CHANGEME-q7Jr0x1vXo9fKc2mZb8yTn5wLd3h", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "12121212121212121212121212121212", "correct horse battery staple correct horse",
        "superdupergeheimerschluesselfuerproduktion", "super-secret-jwt-key-for-this-server-only"})
    EXPECT_THROW(check_secret_strength(bad), std::invalid_argument) << bad;
}

}  // namespace kontor::app
