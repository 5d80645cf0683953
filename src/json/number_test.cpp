#include "json/number.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace {

std::string text_of(double number) {
  std::string out;
  kontor::json::append_number(out, number);
  return out;
}

TEST(Number, IsWrittenAsABrowserWritesIt) {
  // What String(number) of ECMAScript says.
  EXPECT_EQ(text_of(0), "0");
  EXPECT_EQ(text_of(-0.0), "0");
  EXPECT_EQ(text_of(1), "1");
  EXPECT_EQ(text_of(-1.5), "-1.5");
  EXPECT_EQ(text_of(100000), "100000");
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(67253.37), "67253.37");
  EXPECT_EQ(text_of(0.000001), "0.000001");
  EXPECT_EQ(text_of(0.00000123), "0.00000123");
  EXPECT_EQ(text_of(0.0000001), "1e-7");
  EXPECT_EQ(text_of(-1.25e-9), "-1.25e-9");
  EXPECT_EQ(text_of(9007199254740992), "9007199254740992");
  EXPECT_EQ(text_of(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(text_of(1e20), "100000000000000000000");
  EXPECT_EQ(text_of(1e21), "1e+21");
  EXPECT_EQ(text_of(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(text_of(5e-324), "5e-324");
}

TEST(Number, WhatIsNoNumberIsNull) {
  EXPECT_EQ(text_of(std::nan("")), "null");
  EXPECT_EQ(text_of(std::numeric_limits<double>::infinity()), "null");
}

// Without sign, point, exponent, and the noughts at both ends.
std::string digits_of(std::string_view text) {
  std::string out;
  for (const auto each : text.substr(0, text.find('e')))
    if (each != '-' && each != '.' && !(out.empty() && each == '0')) out += each;
  return out.substr(0, out.find_last_not_of('0') + 1);
}

TEST(Number, HasTheShortestDigitsAsTheStandardLibraryFindsThem) {
  std::mt19937_64 any(7);
  std::array<char, 64> text{};
  for (int i = 0; i < 200'000; ++i) {
    // Of all sizes, and such as prices are.
    const auto bits = any();
    const auto number = i % 2 == 0 ? std::bit_cast<double>(bits) : static_cast<double>(bits % 100'000'000) / 1000;
    if (!std::isfinite(number)) continue;
    const auto* const end = std::to_chars(text.begin(), text.end(), number, std::chars_format::scientific).ptr;
    EXPECT_EQ(digits_of(text_of(number)), digits_of({text.data(), end})) << text_of(number);
  }
}

TEST(Number, OfFewDecimalsIsWrittenAsItWasRead) {
  std::mt19937_64 any(8);
  for (int i = 0; i < 200'000; ++i) {
    // Up to fifteen digits, of which up to nine are behind the point.
    const auto places = static_cast<int>(any() % 10);
    auto digits = std::to_string(any() % 1'000'000'000'000'000 /
                                 static_cast<std::uint64_t>(std::pow(10, static_cast<double>(any() % 15))));
    if (digits.size() <= static_cast<std::size_t>(places))
      digits.insert(0, static_cast<std::size_t>(places) + 1 - digits.size(), '0');
    auto text = digits.substr(0, digits.size() - static_cast<std::size_t>(places));
    auto behind = digits.substr(digits.size() - static_cast<std::size_t>(places));
    behind.resize(behind.find_last_not_of('0') + 1);
    if (!behind.empty()) text += '.' + behind;
    const auto number = std::strtod(text.c_str(), nullptr);
    if (number != 0 && number < 1e-6) continue;
    EXPECT_EQ(text_of(number), text);
    if (number != 0) EXPECT_EQ(text_of(-number), '-' + text);
  }
}

TEST(Number, ReadsBackTheSame) {
  std::mt19937_64 any(6);
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = any();
    double number = 0;
    static_assert(sizeof number == sizeof bits);
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    const auto text = text_of(number);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), number) << text;
  }
}

std::string rounded(double number) {
  std::string out;
  kontor::json::append_rounded(out, number);
  return out;
}

TEST(Number, WhatWasComputedIsRounded) {
  EXPECT_EQ(rounded(0), "0");
  EXPECT_EQ(rounded(-0.0), "0");
  EXPECT_EQ(rounded(std::nan("")), "null");
  EXPECT_EQ(rounded(-std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(rounded(100.0 / 3), "33.3333333333");
  EXPECT_EQ(rounded(-200.0 / 3), "-66.6666666667");
  EXPECT_EQ(rounded(36590.12), "36590.12");
  EXPECT_EQ(rounded(0.1 + 0.2), "0.3");
  EXPECT_EQ(rounded(99.9999999999996), "100");
  EXPECT_EQ(rounded(0.00999999999999996), "0.01");
  EXPECT_EQ(rounded(999999999999.9), "1000000000000");
  EXPECT_EQ(rounded(1234567890123456), "1234567890120000");
  EXPECT_EQ(rounded(0.0001234567890123456), "0.000123456789012");
  EXPECT_EQ(rounded(-1.234567890123456e-9), "-1.23456789012e-9");
  EXPECT_EQ(rounded(9.87654321098765e99), "9.87654321099e+99");
  EXPECT_EQ(rounded(5e-324), "4.94065645841e-324");
}

TEST(Number, RoundedIsNearestOfItsDigits) {
  std::mt19937_64 any(9);
  std::array<char, 64> text{};
  for (int i = 0; i < 200'000; ++i) {
    const auto bits = any();
    // Of all sizes, and such as values of indicators are.
    const auto number = i % 4 == 0 ? std::bit_cast<double>(bits)
                                   : static_cast<double>(bits) / std::pow(10, static_cast<double>(any() % 24));
    if (!std::isfinite(number) || std::abs(number) < std::numeric_limits<double>::min()) continue;
    const auto written = rounded(number);
    EXPECT_LE(digits_of(written).size(), 12U) << written;
    const auto read = std::strtod(written.c_str(), nullptr);
    EXPECT_EQ(text_of(read), written);
    const auto* const end = std::to_chars(text.begin(), text.end(), number, std::chars_format::scientific, 11).ptr;
    // The same, or beside a tie.
    const auto exact = std::strtod(std::string(text.cbegin(), end).c_str(), nullptr);
    if (read != exact) EXPECT_LE(std::abs(std::abs(read - number) / std::abs(exact - number) - 1), 2e-3) << written;
  }
}

}  // namespace
