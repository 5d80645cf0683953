#include "app/remembered_head.hpp"

#include "app/health_checks.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

namespace kontor::app {

TEST(RememberedHead, ComesBackAsItWasWritten) {
  const tests::temporary_folder folder;
  const auto file = folder.path() / "head";
  EXPECT_FALSE(read_remembered_head(file).has_value());
  for (const std::int64_t number : {0, 7, 1'000'000}) {
    const audit::chain_head head{number, std::string(64, 'a')};
    write_remembered_head(file, head);
    EXPECT_EQ(read_remembered_head(file), head);
  }
  EXPECT_THROW(write_remembered_head(folder.path() / "none" / "head", {}), std::runtime_error);
}

TEST(RememberedHead, RefusesAnythingElse) {
  const tests::temporary_folder folder;
  const auto file = folder.path() / "head";
  const std::string hash(64, 'a');
  for (const std::string& text :
       {std::string(), std::string("7"), "7 " + hash, "7 " + hash + "\nmore\n", "-7 " + hash + "\n", "x " + hash + "\n",
        "7 " + hash.substr(1) + "\n", "7 " + std::string(64, 'A') + "\n", "7  " + hash + "\n",
        "99999999999999999999 " + hash + "\n"}) {
    std::ofstream(file, std::ios::binary) << text;
    EXPECT_THROW((void)read_remembered_head(file), std::runtime_error) << text;
  }
  EXPECT_THROW((void)read_remembered_head(folder.path()), std::runtime_error);
}

TEST(HealthChecks, TheRoomNeededGrowsWithTheDatabase) {
  constexpr std::uintmax_t mebibyte = 1024 * 1024;
  EXPECT_EQ(room_needed(0), 256 * mebibyte);
  EXPECT_EQ(room_needed(128 * mebibyte), 256 * mebibyte);
  EXPECT_EQ(room_needed(128 * mebibyte + 1), 256 * mebibyte + 2);
}

TEST(HealthChecks, AClockThatWasNeverSetIsBad) {
  const tests::temporary_folder folder;
  config settings;
  settings.data_dir = folder.path();
  EXPECT_EQ(check_clock(settings, base::from_microseconds(0)).is, check_result::state::bad);
  EXPECT_EQ(check_clock(settings, base::from_microseconds(1'800'000'000'000'000)).is, check_result::state::good);
}

}  // namespace kontor::app
