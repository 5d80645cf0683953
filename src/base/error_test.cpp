#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace kontor::base {

TEST(Error, EveryOutcomeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(errc::internal); ++i)
    names.insert(name_of(static_cast<errc>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(errc::internal) + 1);
}

TEST(Error, AskingAFailedResultForItsValueThrows) {
  const result<int> failed = error{errc::conflict, "", "", "private"};
  EXPECT_THROW((void)failed.value(), std::runtime_error);
}

}  // namespace kontor::base
