#include "json/parse.hpp"

#include "json/wiping_resource.hpp"
#include "json/writer.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>

namespace kontor::json {
namespace {

std::string reason_of(std::string_view text) {
  const auto read = parse(text);
  if (read) return "accepted";
  EXPECT_EQ(read.error().code, base::errc::malformed);
  EXPECT_FALSE(read.error().detail.empty());
  return read.error().detail;
}

bool parses(std::string_view text) {
  return parse(text).has_value();
}

// The choice for each file of JSONTestSuite that may go either way. The reasons stand in docs/vectors.md.
const std::map<std::string, bool> free_choices = {
    {"i_number_double_huge_neg_exp.json", true},
    {"i_number_neg_int_huge_exp.json", false},
    {"i_number_real_neg_overflow.json", false},
    {"i_number_real_underflow.json", true},
    {"i_number_too_big_pos_int.json", true},
    {"i_object_key_lone_2nd_surrogate.json", false},
    {"i_string_1st_valid_surrogate_2nd_invalid.json", false},
    {"i_string_UTF-8_invalid_sequence.json", false},
    {"i_string_incomplete_surrogate_and_escape_valid.json", false},
    {"i_string_incomplete_surrogates_escape_valid.json", false},
    {"i_string_invalid_surrogate.json", false},
    {"i_string_inverted_surrogates_U+1D11E.json", false},
    {"i_string_lone_second_surrogate.json", false},
    {"i_string_not_in_unicode_range.json", false},
    {"i_string_overlong_sequence_6_bytes.json", false},
    {"i_string_truncated-utf-8.json", false},
    {"i_string_utf16LE_no_BOM.json", false},
    {"i_structure_UTF-8_BOM_empty_object.json", false},
};

// Files that the suite wants accepted and we refuse.
const std::map<std::string, bool> stricter = {{"y_object_duplicated_key.json", false}};

TEST(Parse, AnswersTheWholeJsonTestSuite) {
  std::map<char, int> seen;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KONTOR_TEST_VECTORS) + "/jsontestsuite/test_parsing")) {
    const auto name = entry.path().filename().string();
    const auto text = test::vector_file("jsontestsuite/test_parsing/" + name);
    ++seen[name[0]];
    bool expected = name[0] == 'y';
    if (name[0] == 'i') {
      ASSERT_TRUE(free_choices.contains(name)) << name << " has no written choice";
      expected = free_choices.at(name);
    }
    if (stricter.contains(name)) expected = stricter.at(name);
    const auto reason = reason_of(text);
    EXPECT_EQ(reason == "accepted", expected) << name << ": " << reason;
  }
  EXPECT_EQ(seen['y'] + seen['n'] + seen['i'], 160);
  EXPECT_EQ(seen['i'], static_cast<int>(free_choices.size()));
}

TEST(Parse, EveryNaughtyStringComesBackAsItWas) {
  int count = 0;
  const auto list = test::vector_json("naughty-strings/blns.json");
  for (const auto& each : list.as_array()) {
    const std::string naughty(each.as_string().data(), each.as_string().size());
    writer w;
    w.begin_object().member("value", naughty).member(naughty, "key").end_object();
    const auto text = std::move(w).str();
    const auto read = parse(text);
    if (naughty == "value") continue;
    ASSERT_TRUE(read) << text << " " << read.error().detail;
    EXPECT_EQ(test::text_at(*read, "value"), naughty);
    EXPECT_EQ(test::text_at(*read, naughty), "key");
    ++count;
  }
  EXPECT_EQ(count, 515);
}

TEST(Parse, ReadsWhatTheWriterCannotWrite) {
  const auto read = parse(R"( {"a": [1, -2.5e3, true, null, {"b": "\u00e4\ud83d\ude00\u0000"}]} )");
  ASSERT_TRUE(read);
  EXPECT_EQ(boost::json::serialize(*read), "{\"a\":[1,-2.5E3,true,null,{\"b\":\"ä😀\\u0000\"}]}");
}

TEST(Parse, DepthIsLimited) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parses(nested(max_depth)));
  EXPECT_FALSE(parses(nested(max_depth + 1)));
  EXPECT_FALSE(parses(nested(100'000)));
  EXPECT_FALSE(parses(std::string(100'000, '[')));

  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  EXPECT_FALSE(parses(objects));

  // Width is not depth.
  std::string wide = "[[]";
  for (int i = 0; i < 10'000; ++i)
    wide += ",[{}]";
  EXPECT_TRUE(parses(wide + "]"));
}

TEST(Parse, NoMemberNameTwice) {
  EXPECT_TRUE(reason_of(R"({"a":1,"a":1})").starts_with("A member name appears twice."));
  EXPECT_FALSE(parses(R"({"a":1,"b":2,"\u0061":3})")) << "the escaped name is the same name";
  EXPECT_FALSE(parses(R"([{"x":{"a":1,"a":2}}])"));
  EXPECT_FALSE(parses(R"({"":1,"":2})"));
  EXPECT_FALSE(parses(R"({"a":1,"b":{"c":1},"a":2})"));
  EXPECT_TRUE(parses(R"({"a":{"a":{"a":1}},"b":{"a":1}})")) << "the same name in different objects";
  EXPECT_TRUE(parses(R"({"a":1,"A":2})"));
  EXPECT_TRUE(parses("{\"a\":1,\"a\\u0000\":2}"));

  std::string many = "{";
  for (int i = 0; i < 5'000; ++i)
    many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parses(many + "\"last\":0}"));
  EXPECT_FALSE(parses(many + "\"k2500\":0}"));
}

TEST(Parse, Utf8Only) {
  EXPECT_TRUE(reason_of("\xef\xbb\xbf{}").find("byte order mark") != std::string::npos);
  EXPECT_EQ(reason_of("\"\xff\""), "The text is not UTF-8.");
  EXPECT_EQ(reason_of("\"\xc0\xaf\""), "The text is not UTF-8.") << "overlong";
  EXPECT_EQ(reason_of("\"\xed\xa0\x80\""), "The text is not UTF-8.") << "a surrogate";
  EXPECT_FALSE(parses(R"("\ud800")"));
  EXPECT_FALSE(parses(R"("\udc00")"));
  EXPECT_FALSE(parses(R"("\ud800\u0041")"));
  EXPECT_FALSE(parses(R"({"\ud800":1})"));
  EXPECT_TRUE(parses(R"("\ud83d\ude00")"));
}

TEST(Parse, NumbersAreExactOrRefused) {
  const auto number = [](std::string_view text) { return parse(text).value(); };
  EXPECT_EQ(number("9007199254740993").as_int64(), 9007199254740993) << "2^53 + 1 keeps every digit";
  EXPECT_EQ(number("9223372036854775807").as_int64(), INT64_MAX);
  EXPECT_EQ(number("-9223372036854775808").as_int64(), INT64_MIN);
  EXPECT_EQ(number("9223372036854775808").as_uint64(), 9223372036854775808u);
  EXPECT_TRUE(number("18446744073709551616").is_double());
  EXPECT_EQ(number("-0").as_int64(), 0);
  EXPECT_TRUE(std::signbit(number("-0.0").as_double()));

  // The nearest double, to the last bit.
  for (const char* text : {"0.1", "1.7976931348623157e308", "2.2250738585072011e-308", "5e-324", "123456789.123456789",
                           "0.30000000000000004", "9007199254740993.0", "100000000000000016777215.5", "1E+2", "1e-7"})
    EXPECT_EQ(number(text).as_double(), std::strtod(text, nullptr)) << text;

  EXPECT_EQ(number("1e-400").as_double(), 0);
  for (const char* text : {"1e309", "1e400", "-1e999", "[1e400]", "1.7976931348623159e308", "1e99999999999"})
    EXPECT_FALSE(parses(text)) << text;
  EXPECT_FALSE(parses(std::string(400, '9')));
  EXPECT_FALSE(parses("NaN"));
  EXPECT_FALSE(parses("01"));
}

TEST(Parse, NothingAfterTheValue) {
  EXPECT_TRUE(parses("{} \r\n\t"));
  EXPECT_FALSE(parses("{}{}"));
  EXPECT_FALSE(parses("{},"));
  EXPECT_FALSE(parses(std::string_view("{}\0", 3)));
  EXPECT_FALSE(parses("{}//comment"));
  EXPECT_FALSE(parses(""));
  EXPECT_FALSE(parses(" "));
}

TEST(Parse, TheReasonDoesNotRepeatTheInput) {
  EXPECT_EQ(reason_of(R"({"password":"secret123",})").find("secret123"), std::string::npos);
}

TEST(Parse, TheValueLivesInMemoryThatIsWiped) {
  const auto read =
      parse(R"({"password":"a long password that does not fit into the value itself","list":[{}]})").value();
  const auto* resource = read.storage().get();
  EXPECT_NE(dynamic_cast<const wiping_resource*>(resource), nullptr);
  EXPECT_EQ(read.at("password").as_string().storage().get(), resource);
  EXPECT_EQ(read.at("list").at(0).as_object().storage().get(), resource);
}

// Knows whether every block that came back was overwritten.
class watching_resource final : public boost::json::memory_resource {
 public:
  int returned = 0;
  int dirty = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t) override { return ::operator new(size); }
  void do_deallocate(void* data, std::size_t size, std::size_t) override {
    const auto* bytes = static_cast<const char*>(data);
    ++returned;
    dirty += std::any_of(bytes, bytes + size, [](char c) { return c != 0; }) ? 1 : 0;
    ::operator delete(data);
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override { return this == &other; }
};

TEST(WipingResource, OverwritesEveryBlockBeforeItGoesBack) {
  watching_resource heap;
  wiping_resource wiping(heap);
  {
    const auto value = boost::json::parse(R"({"password":"a long password, certainly on the heap"})", &wiping);
  }
  EXPECT_GE(heap.returned, 2);
  EXPECT_EQ(heap.dirty, 0);
}

}  // namespace
}  // namespace kontor::json
