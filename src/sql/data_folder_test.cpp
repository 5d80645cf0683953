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

TEST(DataFolder, AFolderThatCannotBeMadeIsRefusedWithASentence) {
  EXPECT_NE(refusal("/proc/kontor").find("/proc/kontor"), std::string::npos);
}

}  // namespace kontor::sql
