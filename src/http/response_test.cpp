#include "http/response.hpp"

#include "http/response_writer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::http {

// Security checklist c.54.
TEST(Response, RefusesWhatWouldBreakOutOfItsHeader) {
  response out(200);
  for (const std::string& value :
       {std::string("a\r\nSet-Cookie: b"), std::string("a\n"), std::string("\r"), std::string("a\0b", 3),
        std::string("\x01"), std::string("\x7f"), std::string("\x0b")})
    EXPECT_THROW(out.set("X-Name", value), std::invalid_argument);
  for (const std::string name : {"", "a b", "a:", "a\r\nb", "\xc3\xa4", "a\t", "(a)"})
    EXPECT_THROW(out.set(name, "x"), std::invalid_argument) << name;
  EXPECT_TRUE(out.headers().empty());
  EXPECT_NO_THROW(out.set("X-Name", "caf\xc3\xa9\tand more"));
}

TEST(Response, LeavesItsFramingToTheConnection) {
  response out(200);
  for (const std::string name : {"Content-Length", "transfer-encoding", "CONNECTION", "Date", "X-Request-ID"})
    EXPECT_THROW(out.set(name, "1"), std::invalid_argument) << name;
}

TEST(Response, SetsOneValuePerNameButCookies) {
  response out(200);
  out.set("Vary", "A").set("vary", "B").set("Set-Cookie", "a=b").set("Set-Cookie", "c=d");
  EXPECT_EQ(out.find("VARY"), "B");
  EXPECT_EQ(out.headers().size(), 3u);
  EXPECT_EQ(out.find("nothing"), "");
}

TEST(ResponseWriter, WritesAWholeHeaderSection) {
  auto from = response::with_body(201, "application/json", "{}");
  from.set("Location", "/x");
  response_context context;
  context.date = "now";
  context.request_id = "17";
  std::string out;
  append_head(out, from, context);
  EXPECT_TRUE(out.starts_with(
      "HTTP/1.1 201 Created\r\nDate: now\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Request-Id: 17\r\n"
      "Location: /x\r\nCache-Control: no-store\r\n"))
      << out;
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
  EXPECT_EQ(out.find("\r\n\r\n"), out.size() - 4);
  EXPECT_EQ(out.find("Strict-Transport-Security"), std::string::npos);
  EXPECT_EQ(out.find("Connection:"), std::string::npos);
}

TEST(ResponseWriter, CacheControlIsOursUnlessItIsSet) {
  const auto head_of = [](const response& from) {
    std::string out;
    append_head(out, from, {});
    return out;
  };
  EXPECT_NE(head_of(response(200)).find("\r\nCache-Control: no-store\r\n"), std::string::npos);
  const auto set = head_of(std::move(response(200).set("cache-control", "private")));
  EXPECT_NE(set.find("\r\ncache-control: private\r\n"), std::string::npos);
  EXPECT_EQ(set.find("no-store"), std::string::npos);
}

TEST(ResponseWriter, ASecretBodyStandsInOnePlaceHoweverOftenTheAnswerIsCopied) {
  auto answer = response::with_secret_body(200, "text/plain", base::secret_bytes(std::string_view("a secret")));
  const auto copy = answer;
  EXPECT_TRUE(copy.has_secret_body());
  EXPECT_EQ(copy.body(), "a secret");
  EXPECT_EQ(copy.body().data(), answer.body().data());
  EXPECT_FALSE(response::with_body(200, "text/plain", "b").has_secret_body());
}

TEST(ResponseWriter, SomeAnswersHaveNoLength) {
  for (const unsigned status : {204u, 304u}) {
    std::string out;
    append_head(out, response(status), {});
    EXPECT_EQ(out.find("Content-Length"), std::string::npos) << status;
  }
}

}  // namespace kontor::http
