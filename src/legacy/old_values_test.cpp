#include "legacy/old_values.hpp"

#include <gtest/gtest.h>

namespace kontor::legacy {
namespace {

struct row {
  const char* text;
  const char* rfc3339;  // Empty: refused.
};
constexpr row rows[] = {
    {"2025-12-01 10:00:00.000000", "2025-12-01T10:00:00Z"},
    {"2025-12-01 10:05:00.000120", "2025-12-01T10:05:00.000120Z"},
    {"2025-12-01T10:05:00.999999", "2025-12-01T10:05:00.999999Z"},
    {"2025-12-01 10:05:00", "2025-12-01T10:05:00Z"},
    {"2025-12-01 10:05:00.5", "2025-12-01T10:05:00.500000Z"},
    {"2024-02-29 23:59:59.999999", "2024-02-29T23:59:59.999999Z"},
    {"", ""},
    {"2025-12-01", ""},
    {"2025-12-01 10:05", ""},
    {"2025-02-29 10:05:00", ""},
    {"2025-12-01 24:05:00", ""},
    {"2025-12-01 10:05:00.", ""},
    {"2025-12-01 10:05:00.1234567", ""},
    // Another zone would be another moment; they wrote none.
    {"2025-12-01 10:05:00Z", ""},
    {"2025-12-01 10:05:00+01:00", ""},
    {"2025-12-01 10:05:00-01:00", ""},
    {"2025-12-01 10:05:00 ", ""},
    {"1764583200", ""},
};

}  // namespace

TEST(OldValues, TimesAreUtcWithoutSayingSo) {
  for (const auto& [text, rfc3339] : rows) {
    const auto at = parse_old_time(text);
    EXPECT_EQ(at ? base::to_rfc3339(*at) : "", rfc3339) << text;
    if (at) EXPECT_EQ(parse_old_time(write_old_time(*at)), at);
  }
  EXPECT_EQ(write_old_time(base::parse_rfc3339("2025-12-01T10:00:00Z").value()), "2025-12-01 10:00:00.000000");
  EXPECT_EQ(write_old_time(base::parse_rfc3339("2025-12-01T10:00:00.000120Z").value()), "2025-12-01 10:00:00.000120");
}

TEST(OldValues, MarksAreZeroOrOne) {
  EXPECT_EQ(parse_old_flag("0"), false);
  EXPECT_EQ(parse_old_flag("1"), true);
  for (const auto* text : {"", "2", "true", "01", " 1", "1.0"})
    EXPECT_EQ(parse_old_flag(text), std::nullopt) << text;
}

}  // namespace kontor::legacy
