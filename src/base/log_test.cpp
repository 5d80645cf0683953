#include "base/log.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::base {

TEST(Log, NoValueCanStartOrFakeALine) {
  const auto line = format_event(log_format::text, log_level::info, "login refused",
                                 {{"email", "a@b.c\r\n2026-01-01 info login accepted"}, {"agent", "\x1b[2Jx=\"y\""}});
  EXPECT_EQ(line.find_first_of("\r\n\x1b"), std::string::npos) << line;
  EXPECT_NE(line.find("email=\"a@b.c\\\\u{d}\\\\u{a}2026"), std::string::npos) << line;
}

TEST(Log, JsonLinesAreJson) {
  const auto line = "{" + format_event(log_format::json, log_level::warning, "x", {{"path", "/\"\n\xff\u202e"}}) + "}";
  const auto value = boost::json::parse(line);
  EXPECT_EQ(value.at("level").as_string(), "warning");
  EXPECT_EQ(value.at("path").as_string(), "/\"\\u{a}\\xff\\u{202e}");
}

TEST(Log, RedactsWhatLooksLikeASecret) {
  for (const auto& [text, expected] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"GET /ws/stream?token=abc&x=1", "GET /ws/stream?token=[redacted]&x=1"},
           {"Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"},
           {"bearer abc", "bearer [redacted]"},
           {R"({"password":"hunter2","email":"a@b.c"})", R"({"password":"[redacted]","email":"a@b.c"})"},
           {"postgresql://kontor:s3cret@db/kontor", "postgresql://[redacted]@db/kontor"},
           {"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", "jwt [redacted] end"},
           {"GET /x/kontor_pat_AbC-_9/y and kontor_pat_z", "GET /x/[redacted]/y and [redacted]"},
           {"JWT_SECRET_KEY=abc", "JWT_SECRET_KEY=[redacted]"},
           {"key=abc", "key=[redacted]"},
           {"x-api-key: abc", "x-api-key: [redacted]"},
           {"password rules", "password rules"},
           {"no secrets here", "no secrets here"}})
    EXPECT_EQ(redact(text), expected);
}

TEST(Log, AFieldWhoseNameSaysSoIsReplacedWhole) {
  const auto line =
      format_event(log_format::text, log_level::info, "x", {{"new_password", "hunter2"}, {"email", "a@b.c"}});
  EXPECT_EQ(line, "info x new_password=[redacted] email=a@b.c");
}

}  // namespace kontor::base
