#include "backup/new_name.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

namespace kontor::backup {

TEST(NewName, IsGivenOnceAndReplacesNothing) {
  const tests::temporary_folder folder;
  const auto one = folder.path() / "one";
  const auto other = folder.path() / "other";
  std::ofstream(one) << "one";
  EXPECT_EQ(rename_to_new(one, other), 0);
  EXPECT_FALSE(std::filesystem::exists(one));
  EXPECT_EQ(rename_to_new(one, other), ENOENT);
  std::ofstream(one) << "again";
  EXPECT_EQ(rename_to_new(one, other), EEXIST);
  std::filesystem::create_symlink(folder.path() / "nowhere", folder.path() / "link");
  EXPECT_EQ(rename_to_new(one, folder.path() / "link"), EEXIST);
  EXPECT_EQ(std::filesystem::file_size(one), 5U);
  EXPECT_EQ(std::filesystem::file_size(other), 3U);
}

}  // namespace kontor::backup
