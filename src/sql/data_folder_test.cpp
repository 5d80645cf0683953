#include "sql/data_folder.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace kontor::sql {
namespace {

std::string refusal(const std::filesystem::path& folder) {
  try {
    const data_folder_lock lock(folder);
  } catch (const std::runtime_error& refused) {
    return refused.what();
  }
  return "";
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat about{};
  EXPECT_EQ(::stat(path.c_str(), &about), 0);
  return about.st_mode & 07777;
}

}  // namespace

TEST(DataFolder, IsMadeForItsOwnerAlone) {
  const tests::temporary_folder folder;
  const auto path = folder.path() / "a" / "data";
  const data_folder_lock lock(path);
  EXPECT_EQ(mode_of(path), 0700u);
  EXPECT_EQ(mode_of(path / "kontor.lock"), 0600u);
}

TEST(DataFolder, ASlashAtTheEndOfItsNameChangesNothing) {
  const tests::temporary_folder folder;
  for (const std::string name : {"a/", "b//", "c/.", "d/./"}) {
    const auto path = folder.path() / name;
    const data_folder_lock lock(path);
    EXPECT_EQ(mode_of(path), 0700u) << name;
  }
}

TEST(DataFolder, OnlyALockThatIsHeldMeansThatItIsInUse) {
  const tests::temporary_folder folder;
  const data_folder_lock lock(folder.path());
  EXPECT_THROW(data_folder_lock{folder.path()}, data_folder_in_use);
  const auto broken = folder.path() / "broken";
  // Not a file to write in, whoever we are.
  std::filesystem::create_directories(broken / "kontor.lock");
  try {
    const data_folder_lock other(broken);
    ADD_FAILURE();
  } catch (const data_folder_in_use& wrong) {
    ADD_FAILURE() << wrong.what();
  } catch (const std::runtime_error& refused) {
    EXPECT_NE(std::string(refused.what()).find(broken.string() + " cannot be written"), std::string::npos);
  }
}

TEST(DataFolder, ASecondLockIsRefusedWithASentence) {
  const tests::temporary_folder folder;
  std::optional<data_folder_lock> lock(std::in_place, folder.path());
  const auto sentence = refusal(folder.path());
  EXPECT_NE(sentence.find(folder.path().string()), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("in use by process " + std::to_string(::getpid())), std::string::npos) << sentence;
  lock.reset();
  EXPECT_EQ(refusal(folder.path()), "");
}

TEST(DataFolder, TheLockOfAnotherProcessEndsWithIt) {
  const tests::temporary_folder folder;
  tests::child_process holder({KONTOR_SQL_TEST_CHILD, "hold-folder", folder.path().string()});
  ASSERT_EQ(holder.line(), "ready");
  const auto sentence = refusal(folder.path());
  EXPECT_NE(sentence.find("in use by process " + std::to_string(holder.id())), std::string::npos) << sentence;
  EXPECT_LT(holder.kill(), 0);
  EXPECT_EQ(refusal(folder.path()), "");
}

TEST(DataFolder, RightsOfOthersAreWorthASentence) {
  const tests::temporary_folder folder;
  const auto sentence_for = [&folder](mode_t mode) {
    EXPECT_EQ(::chmod(folder.path().c_str(), mode), 0);
    return warn_of_open_folder(folder.path());
  };
  for (const mode_t closed : {0700u, 0500u, 04700u})
    EXPECT_EQ(sentence_for(closed), std::nullopt) << closed;
  for (const mode_t bit : {0040u, 0020u, 0010u, 0004u, 0002u, 0001u})
    EXPECT_TRUE(sentence_for(0700 | bit)) << bit;
  const auto sentence = sentence_for(0755).value_or("");
  EXPECT_NE(sentence.find(folder.path().string()), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("mode 0755"), std::string::npos) << sentence;
  EXPECT_EQ(::chmod(folder.path().c_str(), 0700), 0);
  EXPECT_EQ(warn_of_open_folder(folder.path() / "missing"), std::nullopt);
}

TEST(DataFolder, AFolderThatCannotBeMadeIsRefusedWithASentence) {
  EXPECT_NE(refusal("/proc/kontor").find("/proc/kontor"), std::string::npos);
}

}  // namespace kontor::sql
