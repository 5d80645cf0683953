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

TEST(Error, InvalidFieldNamesPathAndCode) {
  const auto e = invalid_field("/email", "required", "Enter an address.");
  EXPECT_EQ(e.code, errc::invalid_input);
  ASSERT_EQ(e.fields.size(), 1u);
  EXPECT_EQ(e.fields[0], (field_error{"/email", "required", "Enter an address."}));
}

}  // namespace kontor::base
