#include "run/answer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace kontor::run {
namespace {

using chat::model_event;
using enum chat::finish_reason;

model_event text(std::string what) {
  return chat::text_delta{std::move(what)};
}
model_event thought(std::string what) {
  return chat::reasoning_delta{std::move(what)};
}
model_event done(chat::finish_reason how, std::optional<chat::model_usage> used = std::nullopt) {
  return chat::model_done{.finish = how, .usage = used, .model = "m-1", .filtered = {}};
}
model_event failed(chat::model_failure kind) {
  return chat::model_failed{
      .kind = kind, .status = 500, .words = "the provider's words", .retry_after = {}, .filtered = {}};
}

answer after(std::initializer_list<model_event> events) {
  answer made(400);
  for (const auto& one : events)
    made.take(one);
  return made;
}

}  // namespace

TEST(Answer, PiecesOfOneKindThatComeTogetherAreOne) {
  auto made = after({text("Hel"), text("lo"), thought("hm"), thought("!"), text(" you")});
  const std::vector<piece> expected = {
      {event_kind::text, "Hello", 0}, {event_kind::reasoning, "hm!", 0}, {event_kind::text, " you", 5}};
  EXPECT_EQ(made.take_pieces(), expected);
  EXPECT_FALSE(made.has_pieces());
  made.take(text("."));
  const std::vector<piece> next = {{event_kind::text, ".", 9}};
  EXPECT_EQ(made.take_pieces(), next);
  EXPECT_EQ(made.text(), "Hello you.");
  EXPECT_EQ(made.where(), phase::streams);
}

TEST(Answer, EachStateMeetsEachEvent) {
  struct row {
    const char* what;
    std::vector<model_event> before;
    model_event next;
    phase where;
    std::optional<finish> how;
    std::string kind;
    std::string text;
  };
  using enum chat::model_failure;
  const std::vector<model_event> nothing;
  const std::vector<model_event> some = {text("abc")};
  const std::vector<row> rows = {
      {"asked, first piece", nothing, text("a"), phase::streams, std::nullopt, "", "a"},
      {"asked, first thought", nothing, thought("a"), phase::streams, std::nullopt, "", ""},
      {"asked, a pause", nothing, chat::waiting{std::chrono::seconds(3)}, phase::asks, std::nullopt, "", ""},
      {"asked, an empty answer", nothing, done(stop), phase::ended, finish::failed, "broken-answer", ""},
      {"asked, thoughts only", {thought("x")}, done(length), phase::ended, finish::failed, "truncated", ""},
      {"asked, filtered", nothing, done(content_filter), phase::ended, finish::failed, "content-filtered", ""},
      {"asked, tools", nothing, done(tool_calls), phase::ended, finish::failed, "broken-answer", ""},
      {"asked, refused", nothing, failed(key_rejected), phase::ended, finish::failed, "key-rejected", ""},
      {"asked, no address", nothing, failed(refused_address), phase::ended, finish::failed, "address-refused", ""},
      {"asked, too many", nothing, failed(too_many_at_once), phase::ended, finish::failed, "rate-limited", ""},
      {"streams, a pause", some, chat::waiting{std::chrono::seconds(1)}, phase::asks, std::nullopt, "", "abc"},
      {"streams, complete", some, done(stop), phase::ended, finish::complete, "", "abc"},
      {"streams, length", some, done(length), phase::ended, finish::length, "", "abc"},
      {"streams, filtered: withdrawn", some, done(content_filter), phase::ended, finish::filtered, "content-filtered",
       ""},
      {"streams, broken off", some, failed(truncated), phase::ended, finish::failed, "truncated", "abc"},
      {"streams, over the provider's cap", some, failed(answer_too_long), phase::ended, finish::length, "", "abc"},
  };
  for (const auto& one : rows) {
    SCOPED_TRACE(one.what);
    answer made(400);
    for (const auto& event : one.before)
      made.take(event);
    made.take(one.next);
    EXPECT_EQ(made.where(), one.where);
    EXPECT_EQ(made.text(), one.text);
    ASSERT_EQ(made.end().has_value(), one.how.has_value());
    if (!one.how) continue;
    EXPECT_EQ(made.end()->how, *one.how);
    EXPECT_EQ(made.end()->why.has_value(), !one.kind.empty());
    if (made.end()->why) {
      EXPECT_EQ(made.end()->why->kind, one.kind);
      EXPECT_FALSE(made.end()->why->words.empty());
    }
    // After the end nothing has an effect.
    (void)made.take_pieces();
    made.take(text("late"));
    made.stop(finish::cancelled);
    EXPECT_EQ(made.end()->how, *one.how);
    EXPECT_FALSE(made.has_pieces());
  }
}

TEST(Answer, WhatIsStoppedKeepsWhatCame) {
  for (const auto how : {finish::cancelled, finish::interrupted}) {
    auto made = after({text("abc"), thought("12345")});
    made.stop(how);
    ASSERT_TRUE(made.end());
    EXPECT_EQ(made.end()->how, how);
    EXPECT_EQ(made.text(), "abc");
    EXPECT_EQ(made.take_pieces().size(), 2U);
    // 400 bytes of question, 8 of answer and thoughts.
    EXPECT_EQ(made.end()->used, (usage{100, 2, true}));
  }
}

TEST(Answer, CountsAsTheProviderDoesOrByLength) {
  EXPECT_EQ(after({text("abc"), done(stop, chat::model_usage{7, 9})}).end()->used, (usage{7, 9, false}));
  EXPECT_EQ(after({text("abcde"), done(stop)}).end()->used, (usage{100, 2, true}));
  // Who was refused pays nothing.
  EXPECT_EQ(after({failed(chat::model_failure::key_rejected)}).end()->used, (usage{0, 0, false}));
  EXPECT_EQ(after({text("abc"), done(stop)}).end()->model, "m-1");
}

// What is counted outside is added up here.
TEST(Answer, ABelievableNumberOfTokensIsCounted) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(after({text("abc"), done(stop, chat::model_usage{most, most})}).end()->used,
            (usage{1'000'000'000, 1'000'000'000, false}));
  EXPECT_EQ(after({text("abc"), done(stop, chat::model_usage{-5, -most})}).end()->used, (usage{0, 0, false}));
}

TEST(Answer, TellsWhichCategoriesOfAFilterFired) {
  const chat::model_done filtered{
      .finish = content_filter, .usage = {}, .model = "m-1", .filtered = {"hate", "violence"}};
  for (const auto& before : {std::vector<model_event>{}, std::vector<model_event>{text("abc")}}) {
    answer made(400);
    for (const auto& event : before)
      made.take(event);
    made.take(filtered);
    ASSERT_TRUE(made.end()->why);
    EXPECT_TRUE(made.end()->why->words.ends_with(" (hate, violence)")) << made.end()->why->words;
    EXPECT_EQ(made.text(), "");
  }
}

TEST(Answer, IsCutAt256KiB) {
  answer made(0);
  const std::string block(64 * 1024, 'x');
  for (int i = 0; i < 4; ++i)
    made.take(text(block));
  EXPECT_FALSE(made.end()) << "exactly as long as it may be";
  EXPECT_EQ(made.text().size(), max_answer);
  made.take(text("y"));
  ASSERT_TRUE(made.end());
  EXPECT_EQ(made.end()->how, finish::length);
  EXPECT_EQ(made.text().size(), max_answer);
  for (const auto& one : made.take_pieces())
    EXPECT_LE(one.text.size(), largest_piece);
}

TEST(Answer, IsCutBetweenCharacters) {
  answer made(0);
  made.take(text(std::string(max_answer - 1, 'x')));
  made.take(text("€"));
  ASSERT_TRUE(made.end());
  EXPECT_EQ(made.text().size(), max_answer - 1);
  std::string joined;
  for (const auto& one : made.take_pieces()) {
    EXPECT_EQ(one.number, static_cast<std::int64_t>(joined.size()));
    joined += one.text;
  }
  EXPECT_EQ(joined, made.text());
}

TEST(Answer, PiecesAreCutBetweenCharactersAndJoinToTheText) {
  answer made(0);
  std::string all;
  for (int i = 0; i < 9000; ++i)
    all += i % 3 == 0 ? "€" : "ab";
  made.take(text(all));
  std::string joined;
  for (const auto& one : made.take_pieces()) {
    EXPECT_EQ(one.number, static_cast<std::int64_t>(joined.size()));
    EXPECT_LE(one.text.size(), largest_piece);
    EXPECT_EQ(beginning_of(one.text, one.text.size()), one.text);
    EXPECT_NE(static_cast<unsigned char>(one.text.front()) & 0xc0, 0x80) << "begins within a character";
    joined += one.text;
  }
  EXPECT_EQ(joined, all);
}

TEST(Answer, HasNoControlCharacters) {
  EXPECT_EQ(without_controls("a\nb\tc\r\nd"), "a\nb\tc\nd");
  EXPECT_EQ(without_controls("\x1b[31mred\x1b[0m\x07\x7f"), "[31mred[0m");
  EXPECT_EQ(without_controls(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(without_controls("x\xc2\x9by\xc2\xa0z"), "xy\xc2\xa0z");
  EXPECT_EQ(without_controls("Grüße 😀"), "Grüße 😀");
  EXPECT_FALSE(after({text("\x1b")}).has_pieces());
}

}  // namespace kontor::run
