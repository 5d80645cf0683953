#include "json/writer.hpp"

#include "json/parse.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace kontor::json {
namespace {

TEST(Writer, WritesInTheOrderOfTheCalls) {
  writer w;
  w.begin_object();
  w.member("id", "7").member("count", 3).member("big", std::numeric_limits<std::uint64_t>::max());
  w.member("small", std::numeric_limits<std::int64_t>::min())
      .member("yes", true)
      .member("no", false)
      .null_member("none");
  w.begin_array("list")
      .element("a")
      .element("b")
      .element(-3)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .end_array();
  w.begin_object("inner").member("x", std::string_view("y")).end_object();
  w.begin_array("empty").end_array().json_member("ready", R"({"a":[1]})").member("last", "z");
  w.end_object();
  EXPECT_EQ(
      std::move(w).str(),
      R"({"id":"7","count":3,"big":18446744073709551615,"small":-9223372036854775808,"yes":true,"no":false,"none":null,)"
      R"("list":["a","b",-3,{},[]],"inner":{"x":"y"},"empty":[],"ready":{"a":[1]},"last":"z"})");
}

TEST(Writer, EscapesWhatMustBeAndWhatCouldHarm) {
  writer w;
  w.begin_array().element(std::string("\0\x01\x1f\b\f\n\r\t\"\\/\x7f", 12)).end_array();
  EXPECT_EQ(std::move(w).str(), "[\"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7f\"]");

  writer html;
  html.begin_object().member("</script>", "<!--&\u2028\u2029\u202a").end_object();
  EXPECT_EQ(std::move(html).str(), "{\"\\u003c/script\\u003e\":\"\\u003c!--\\u0026\\u2028\\u2029\u202a\"}");
}

TEST(Writer, EveryCodePointOfTheFirstPlaneComesBack) {
  std::string all;
  for (char32_t c = 0; c < 0x10000; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else if (c < 0x800) {
      all += static_cast<char>(0xc0 | (c >> 6));
      all += static_cast<char>(0x80 | (c & 0x3f));
    } else {
      all += static_cast<char>(0xe0 | (c >> 12));
      all += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
      all += static_cast<char>(0x80 | (c & 0x3f));
    }
  }
  writer w;
  w.begin_array().element(all).end_array();
  const auto back = parse(std::move(w).str());
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_TRUE(std::string_view(back->at(0).as_string().data(), back->at(0).as_string().size()) == all);
}

TEST(Writer, BrokenUtf8IsADefectOfTheCaller) {
  writer w;
  w.begin_array();
  EXPECT_THROW(w.element("\xff"), std::invalid_argument);
  EXPECT_THROW(w.element("\xe2\x80"), std::invalid_argument);
  EXPECT_THROW(w.element("\xe2\x80\xa8\xc3"), std::invalid_argument);
}

}  // namespace

TEST(Writer, EscapesOfLongTextWhatItMust) {
  writer out;
  out.begin_object().long_member("code", "a < b && \"c\" > \\\n\x01\u2028 ü").end_object();
  EXPECT_EQ(std::move(out).str(), R"({"code":"a < b && \"c\" > \\\n\u0001\u2028 ü"})");
  writer broken;
  broken.begin_object();
  EXPECT_THROW(broken.long_member("text", "\xff"), std::invalid_argument);
}

}  // namespace kontor::json
