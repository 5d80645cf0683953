#include "http/request_target.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

using base::errc;

std::string path_of(std::string_view target, std::string_view host = "x", method verb = method::get) {
  request_target out;
  const auto read = read_target(target, verb, host, out);
  if (!read) return std::string("! ") + std::string(base::name_of(read.error().code));
  return out.path;
}

}  // namespace

TEST(RequestTarget, DecodesAPathOnce) {
  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of("/a/b"), "/a/b");
  EXPECT_EQ(path_of("/a/"), "/a/");
  EXPECT_EQ(path_of("/%61%7e"), "/a~");
  EXPECT_EQ(path_of("/%2561"), "/%61");
  EXPECT_EQ(path_of("/%c3%a4%E2%82%AC"), "/\xc3\xa4\xe2\x82\xac");
  EXPECT_EQ(path_of("/a.b/..c/d../.../.e"), "/a.b/..c/d../.../.e");
  EXPECT_EQ(path_of("/a+b"), "/a+b");
}

TEST(RequestTarget, KeepsTheQueryAsItIs) {
  request_target out;
  ASSERT_TRUE(read_target("/a?b=%2F..%00&c=//?", method::get, "x", out));
  EXPECT_EQ(out.path, "/a");
  EXPECT_EQ(out.query, "b=%2F..%00&c=//?");
  ASSERT_TRUE(read_target("/a", method::get, "x", out));
  EXPECT_EQ(out.query, "");
}

TEST(RequestTarget, RefusesWhatCannotBeRead) {
  for (const std::string target :
       {"/%",   "/%4",  "/a%4",    "/%zz",    "/%4g",       "/%00",     "/a%00b", "/%0a",       "/%0d",
        "/%1f", "/%7f", "/%c0%ae", "/%c0%af", "/%e0%80%af", "/%ff",     "/%c3",   "/%ed%a0%80", "/%f4%90%80%80",
        "/a#b", "a",    "",        "*",       "?a",         "mailto:x", "x:80"})
    EXPECT_EQ(path_of(target), "! malformed") << target;
}

// security-checklist c.56
TEST(RequestTarget, HasNoPlaceForTricks) {
  for (const std::string target :
       {"/..", "/.", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/a", "/.%2e/a", "/a/%2e", "/..%2fetc", "/a%2Fb", "/a\\b",
        "/..\\", "/a%5cb", "//", "//etc/passwd", "/a//b", "///"})
    EXPECT_EQ(path_of(target), "! not-found") << target;
}

TEST(RequestTarget, TakesAbsoluteFormOfThisServerOnly) {
  EXPECT_EQ(path_of("http://x/a?b"), "/a");
  EXPECT_EQ(path_of("HTTP://X/a"), "/a");
  EXPECT_EQ(path_of("https://x:1/a", "x:1"), "/a");
  EXPECT_EQ(path_of("http://x"), "/");
  EXPECT_EQ(path_of("http://x?a"), "/");
  for (const std::string target :
       {"http://y/a", "http://x:80/a", "http://u@x/a", "http:///a", "ftp://x/a", "http:/x", "http://"})
    EXPECT_EQ(path_of(target), "! malformed") << target;
  EXPECT_EQ(path_of("http:///a", ""), "! malformed");
}

TEST(RequestTarget, TakesTheStarForOptionsOnly) {
  EXPECT_EQ(path_of("*", "x", method::options), "*");
  EXPECT_EQ(path_of("*", "x", method::post), "! malformed");
  EXPECT_EQ(path_of("/*", "x", method::options), "/*");
}

}  // namespace kontor::http
