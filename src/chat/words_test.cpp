#include "chat/words.hpp"

#include "chat/conversation.hpp"

#include <gtest/gtest.h>

namespace kontor::chat {
namespace {

using list = std::vector<std::string>;

struct {
  const char* text;
  list words;
} const cases[] = {
    {"", {}},
    {" \t\n.,;!? -- ", {}},
    {"What moves BTC?", {"what", "moves", "btc"}},
    {"1.5e3 don't foo_bar x-y", {"1", "5e3", "don", "t", "foo", "bar", "x", "y"}},
    {"Übergröße", {"ubergrosse"}},
    {"STRASSE straße", {"strasse"}},
    {"U\xcc\x88"
     "ber",
     {"uber"}},                                    // the same in two code points
    {"\xcc\x88 lonely mark", {"lonely", "mark"}},  // a mark on nothing
    {"Éclair cafe\xcc\x81", {"eclair", "cafe"}},
    {"ﬁnance Ｂｔｃ", {"finance", "btc"}},  // compatibility: a ligature, full-width letters
    {"ΣΑΣ σας", {"σασ"}},                   // final sigma
    {"Ёлка İstanbul", {"елка", "istanbul"}},
    {"比特币", {"比", "特", "币"}},
    {"BTC比特币2024", {"btc", "比", "特", "币", "2024"}},
    {"ビットコイン", {"ヒ", "ッ", "ト", "コ", "イ", "ン"}},
    {"📈📉", {}},
    {"½ ①", {}},
    {"a\xff"
     "b",
     {"a", "b"}},
    {"tail\xe2\x82", {"tail"}},
};

}  // namespace

TEST(Words, AreFoundInOneFormWhateverTheirCaseAndMarks) {
  for (const auto& [text, words] : cases)
    EXPECT_EQ(words_to_find(text), words) << text;
}

TEST(Words, StandWhereTheyStood) {
  const std::string text = "Die Größe, ﬁx";
  list found;
  for_each_word(text, [&](const word& next) {
    found.push_back(text.substr(next.begin, next.end - next.begin));
    return true;
  });
  EXPECT_EQ(found, (list{"Die", "Größe", "ﬁx"}));
}

TEST(Words, EndWhenTheCallerSaysSo) {
  int calls = 0;
  for_each_word("one two three", [&](const word&) { return ++calls < 2; });
  EXPECT_EQ(calls, 2);
}

TEST(Words, OfATextAreStoredOnceEachInAFixedOrder) {
  EXPECT_EQ(words_of("the cat and The Dog"), " and cat dog the");
  EXPECT_EQ(words_of("…"), "");
}

TEST(Words, ALongOneIsKnownByItsBeginning) {
  const std::string just(longest_word, 'x');
  EXPECT_EQ(words_to_find(just), list{just});
  EXPECT_EQ(words_to_find(just + "y"), list{just});
  std::string umlauts;
  for (std::size_t i = 0; i <= longest_word; ++i)
    umlauts += "ü";
  EXPECT_EQ(words_to_find(umlauts), list{std::string(longest_word, 'u')});
}

TEST(Words, TooManyDifferentOnesAreLeftOut) {
  std::string text;
  const auto length = std::string("100000").size() + owner_mark_length;
  const auto fit = most_of_words / length;
  for (std::size_t i = 0; i < fit; ++i)
    text += std::to_string(100'000 + i) + " ";
  const auto all = words_of(text);
  EXPECT_EQ(all.size(), fit * 7);
  EXPECT_EQ(words_of(text + "999999"), all);
}

TEST(Title, IsTheFirstLineCutBetweenWords) {
  EXPECT_EQ(title_from("What moves gold?"), "What moves gold?");
  EXPECT_EQ(title_from("\n\n  What moves gold?  \r\nAnd silver?"), "What moves gold?");
  EXPECT_EQ(title_from(""), "");
  const std::string just(80, 'x');
  EXPECT_EQ(title_from(just), just);
  EXPECT_EQ(title_from(just + "y"), just + "…");
  EXPECT_EQ(title_from("one two " + just), "one two…");
  std::string umlauts;
  for (int i = 0; i < 81; ++i)
    umlauts += "ü";
  EXPECT_EQ(title_from(umlauts).size(), 160U + std::string("…").size());
}

}  // namespace kontor::chat
