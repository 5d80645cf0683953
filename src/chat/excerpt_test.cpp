#include "chat/excerpt.hpp"

#include "base/text.hpp"
#include "chat/words.hpp"

#include <gtest/gtest.h>

namespace kontor::chat {
namespace {

// With brackets around what was found.
std::string shown(const std::string& text, const std::string& wanted) {
  std::string out;
  const auto words = words_to_find(wanted);
  for (const auto& piece : excerpt_of(text, words))
    out += piece.is_found ? "[" + piece.text + "]" : piece.text;
  return out;
}

std::size_t length(const std::string& text, const std::string& wanted) {
  std::size_t points = 0;
  const auto words = words_to_find(wanted);
  for (const auto& piece : excerpt_of(text, words))
    points += base::count_code_points(piece.text);
  return points;
}

}  // namespace

TEST(Excerpt, MarksWhatWasFoundInTheTextAsItStands) {
  EXPECT_EQ(shown("Die Größe von Gold.", "grosse"), "Die [Größe] von Gold.");
  EXPECT_EQ(shown("Die Größe von Gold.", "GRÖ"), "Die [Größe] von Gold.");
  EXPECT_EQ(shown("gold and silver and gold", "silver gold"), "[gold] and [silver] and [gold]");
  EXPECT_EQ(shown("golden gold", "gold x"), "golden [gold]");
  EXPECT_EQ(shown("BTC", "btc"), "[BTC]");
  EXPECT_EQ(shown("今天比特币上涨", "特"), "今天比[特]币上涨");
}

TEST(Excerpt, IsTheBeginningWhenNothingIsThere) {
  EXPECT_EQ(shown("Some text.", "other"), "Some text.");
  EXPECT_EQ(shown("", "other"), "");
}

TEST(Excerpt, HasAtMostTwoHundredCodePoints) {
  const std::string just(longest_excerpt - 5, 'x');
  EXPECT_EQ(length("gold " + just, "gold"), longest_excerpt);
  EXPECT_EQ(shown("gold " + just, "gold"), "[gold] " + just);
  EXPECT_LE(length("gold " + just + "y", "gold"), longest_excerpt);
  std::string umlauts;
  for (int i = 0; i < 5'000; ++i)
    umlauts += i % 7 == 0 ? "ü " : "ö";
  EXPECT_LE(length(umlauts + "gold " + umlauts, "gold"), longest_excerpt);
  // One word over all of it.
  EXPECT_EQ(length(std::string(1'000, 'g'), std::string(40, 'g')), longest_excerpt);
}

TEST(Excerpt, IsCutBetweenWordsAroundThePlace) {
  std::string filler;
  for (int i = 0; i < 200; ++i)
    filler += "filler ";
  const auto text = shown(filler + "gold " + filler, "gold");
  EXPECT_NE(text.find("[gold]"), std::string::npos);
  EXPECT_TRUE(text.starts_with("filler "));
  EXPECT_TRUE(text.ends_with("filler"));
}

TEST(Excerpt, IsWhereMostOfTheWordsStandTogether) {
  std::string filler;
  for (int i = 0; i < 100; ++i)
    filler += "filler ";
  const auto text = shown("gold " + filler + "silver then gold " + filler, "gold silver");
  EXPECT_NE(text.find("[silver] then [gold]"), std::string::npos);
}

TEST(Excerpt, OfALongTextFullOfItIsQuick) {
  std::string text;
  while (text.size() < 256 * 1024)
    text += "gold silver ";
  EXPECT_LE(length(text, "silver gold"), longest_excerpt);
}

}  // namespace kontor::chat
