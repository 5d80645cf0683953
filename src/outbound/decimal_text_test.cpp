#include "outbound/decimal_text.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {

TEST(DecimalText, AddsExactly) {
  struct row {
    const char* a;
    const char* b;
    const char* sum;
  };
  for (const auto& [a, b, sum] :
       {row{"0.1", "0.2", "0.3"},
        {"17.85159289", "5.50000000", "23.35159289"},
        {"1", "0.00000001", "1.00000001"},
        {"999.99", "0.01", "1000.00"},
        {"9007199254740993", "0.1", "9007199254740993.1"},
        {"", "7", "7"},
        {"", "", "0"},
        {"007", "1", "8"},
        {"0", "0.00", "0.00"},
        {"-1.5", "0.5", "-1.0"},
        {"0.5", "-1.5", "-1.0"},
        {"-1", "-2", "-3"},
        {"-1", "1.0", "0.0"},
        {"1000", "-0.01", "999.99"},
        {"12345678901234567890123456789.000000001", "0.999999999", "12345678901234567890123456790.000000000"}}) {
    EXPECT_EQ(add_decimals(a, b), sum) << a << " + " << b;
    EXPECT_EQ(add_decimals(b, a), sum) << b << " + " << a;
  }
}

TEST(DecimalText, TakesNothingElse) {
  for (const char* text :
       {"1e5", "+1", "1.", ".5", "0x10", "1,5", " 1", "1 ", "NaN", "inf", "-", ".", "--1", "1.2.3"}) {
    EXPECT_FALSE(is_decimal(text)) << text;
    EXPECT_FALSE(add_decimals(text, "1").has_value()) << text;
  }
  EXPECT_TRUE(is_decimal(std::string(64, '9')));
  EXPECT_FALSE(is_decimal(std::string(65, '9')));
  EXPECT_FALSE(add_decimals(std::string(64, '9'), "1").has_value()) << "no place for the sum";
}

TEST(DecimalText, KnowsNothingFromSomething) {
  for (const char* text : {"0", "0.00000000", "-0", "000"})
    EXPECT_TRUE(is_zero(text)) << text;
  for (const char* text : {"0.00000001", "10", "-1"})
    EXPECT_FALSE(is_zero(text)) << text;
}

}  // namespace kontor::outbound
