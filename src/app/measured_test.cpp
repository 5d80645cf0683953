#include "app/measured.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace kontor::app {

TEST(Measured, EveryNameStandsOnceAndFitsThePage) {
  std::set<std::string_view> names;
  metrics::text_page page;
  for (const auto* each : measured::all()) {
    EXPECT_TRUE(names.insert(each->name).second) << each->name;
    EXPECT_NO_THROW(page.begin(*each)) << each->name;
    EXPECT_TRUE(each->name.starts_with("kontor_") || each->name.starts_with("process_")) << each->name;
    EXPECT_TRUE(each->help.ends_with('.')) << each->name;
    EXPECT_EQ(each->help.find('|'), std::string_view::npos) << each->name;
  }
}

TEST(Measured, TheDocumentHasThisTable) {
  std::ifstream in(std::string(KONTOR_TEST_VECTORS) + "/../../docs/metrics.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto table = measured::make_table();
  EXPECT_NE(page.find("\n\n" + table + "\n"), std::string::npos) << "docs/metrics.md must have exactly this table:\n"
                                                                 << table;
}

}  // namespace kontor::app
