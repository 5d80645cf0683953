#include "base/text.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace kontor::base {
namespace {

boost::json::value read_vector(const std::string& name) {
  std::ifstream file(std::string(KONTOR_TEST_VECTORS) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace

TEST(Text, KnowsWellFormedUtf8) {
  for (const std::string good : {"", "a", "ä", "€", "😀", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << to_hex(as_bytes(good));
  for (const std::string bad :
       {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82", "a\xc3"})
    EXPECT_FALSE(is_utf8(bad)) << to_hex(as_bytes(bad));
}

TEST(Text, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0u);
  EXPECT_EQ(count_code_points("Käse 😀"), 6u);
}

TEST(Text, Base64OfRfc4648) {
  const auto vectors = read_vector("rfc/base_encodings_rfc4648.json");
  for (const auto& vector : vectors.at("values").as_array()) {
    const std::string text(vector.at("text").as_string());
    EXPECT_EQ(to_base64(bytes_of(text)), vector.at("base64").as_string());
    EXPECT_EQ(to_hex(*from_hex(std::string(vector.at("base16").as_string()))), to_hex(bytes_of(text)));
  }
  EXPECT_EQ(to_base64url(bytes_of("foob")), "Zm9vYg");
  EXPECT_EQ(to_base64url(std::vector<std::uint8_t>{0xfb, 0xff, 0xfe}), "-__-");
}

TEST(Text, Base64urlReadsWhatItWrote) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 37));
  }
}

TEST(Text, Base64urlRefusesEveryOtherSpelling) {
  for (const auto* bad : {"Zg==", "Zh", "Z", "Zm9v+", "Zm/v", "Zm9 v", "Zm9v\n", "Zm9vY"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
}

// Any byte that is no digit, wherever it stands: in a group of four, and in what is left after the last one.
TEST(Text, Base64urlKnowsItsDigitsWhereverTheyStand) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::string_view whole : {"AAAA", "AAAAAA", "AAAAAAA"})
    for (std::size_t at = 0; at < whole.size(); ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(whole);
        text[at] = static_cast<char>(byte);
        const auto digit = digits.find(text[at]);
        // The last digit of a rest has two or four spare bits.
        const std::size_t step = at + 1 < whole.size() || whole.size() == 4 ? 1 : whole.size() == 6 ? 16 : 4;
        EXPECT_EQ(from_base64url(text).has_value(), digit != std::string::npos && digit % step == 0)
            << whole << ' ' << at << ' ' << byte;
      }
}

TEST(Text, HexReadsWhatItWrote) {
  const std::vector<std::uint8_t> bytes = {0x00, 0x7f, 0xff};
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007FfF"), bytes);
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

// Every byte, so that no signed char and no locale slips in.
TEST(Text, KnowsAsciiLettersAndDigitsOnly) {
  const std::string digits = "0123456789";
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    const bool digit = digits.find(c) != std::string::npos;
    const bool letter = letters.find(c) != std::string::npos;
    EXPECT_EQ(is_digit(c), digit) << i;
    EXPECT_EQ(is_letter(c), letter) << i;
    EXPECT_EQ(is_letter_or_digit(c), digit || letter) << i;
  }
}

TEST(Text, ReadsHexDigitsOfEitherCase) {
  const std::string lower = "0123456789abcdef";
  const std::string upper = "0123456789ABCDEF";
  for (int i = 0; i < 256; ++i) {
    const auto c = static_cast<char>(i);
    const auto at = lower.find(c) != std::string::npos ? lower.find(c) : upper.find(c);
    EXPECT_EQ(hex_value(c), at == std::string::npos ? -1 : static_cast<int>(at)) << i;
  }
}

TEST(Text, TrimsBlanksAtBothEndsOnly) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(" a\r\n"), "a\r\n");
  EXPECT_EQ(trim(" a \r", " \t\r"), "a");
}

TEST(Text, ComparesIgnoringCaseOfAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_ascii_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_ignoring_ascii_case("Ä", "ä"));
  EXPECT_FALSE(equal_ignoring_ascii_case("a", "ab"));
}

TEST(Text, PrintableStaysOnOneLineAndShowsWhatWasHidden) {
  EXPECT_EQ(printable("Grüße, 世界"), "Grüße, 世界");
  EXPECT_EQ(printable("a\r\nb\x1b[31m\x7f"), "a\\u{d}\\u{a}b\\u{1b}[31m\\u{7f}");
  EXPECT_EQ(printable("x\u202egnp.exe"), "x\\u{202e}gnp.exe");
  EXPECT_EQ(printable(std::string_view("nul\0!", 5)), "nul\\u{0}!");
  EXPECT_EQ(printable("\xc3("), "\\xc3(");
  EXPECT_EQ(printable(std::string(1000, 'a'), 10), std::string(10, 'a') + "…");
}

TEST(Text, JoinPutsSomethingBetween) {
  EXPECT_EQ(join({}, ", "), "");
  const std::vector<std::string> one{"a"};
  EXPECT_EQ(join(one, ", "), "a");
  const std::vector<std::string> some{"", "a", "", "b"};
  EXPECT_EQ(join(some, ", "), ", a, , b");
}

}  // namespace kontor::base
