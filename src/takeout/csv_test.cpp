#include "takeout/csv.hpp"

#include <gtest/gtest.h>

#include <array>

namespace kontor::takeout {
namespace {

std::string csv(std::string_view text) {
  std::string out;
  append_csv_text(out, text);
  return out;
}

}  // namespace

TEST(Csv, QuotesEveryText) {
  EXPECT_EQ(csv(""), R"("")");
  EXPECT_EQ(csv("plain"), R"("plain")");
  EXPECT_EQ(csv(R"(a "word", and more)"), R"("a ""word"", and more")");
  EXPECT_EQ(csv("two\r\nlines"), "\"two\r\nlines\"");
  EXPECT_EQ(csv("Mozilla/5.0 (X11; Linux x86_64) a+b=c"), "\"Mozilla/5.0 (X11; Linux x86_64) a+b=c\"");
  EXPECT_EQ(csv("\xc3\xa4\xe2\x82\xac"), "\"\xc3\xa4\xe2\x82\xac\"");
}

TEST(Csv, NothingIsAFormula) {
  for (const std::string_view sign : {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
    const auto formula = std::string(sign) + "HYPERLINK(1)";
    EXPECT_EQ(csv(formula), "\"'" + formula + "\"");
    EXPECT_EQ(csv("  " + formula), "\"  '" + formula + "\"");
    EXPECT_EQ(csv("\"" + formula), "\"\"\"'" + formula + "\"");
    // Where another separator rules, a cell begins in the middle of our text.
    for (const std::string_view separator : {",", ";", "|", "\t", "\r", "\n", "; ", ";\t", "\r\n"})
      EXPECT_EQ(csv("x" + std::string(separator) + formula), "\"x" + std::string(separator) + "'" + formula + "\"");
    EXPECT_EQ(csv("x" + formula), "\"x" + formula + "\"");
  }
  EXPECT_EQ(csv("\t=1"), "\"\t'=1\"");
}

}  // namespace kontor::takeout
