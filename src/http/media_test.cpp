#include "http/media.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor::http {

TEST(Media, KnowsJson) {
  for (const std::string type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                                 "application/json;charset=UTF-8", "application/json; charset=\"utf-8\""})
    EXPECT_TRUE(is_json(type)) << type;
  for (const std::string type :
       {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-8", "application/json; a=b", "text/plain; application/json",
        "application/json, text/plain", "multipart/form-data", "application/problem+json"})
    EXPECT_FALSE(is_json(type)) << type;
}

TEST(Media, WeighsCodings) {
  EXPECT_TRUE(accepts_coding("gzip, br", "br"));
  EXPECT_TRUE(accepts_coding("gzip;q=0.001", "gzip"));
  EXPECT_TRUE(accepts_coding("*", "br"));
  EXPECT_TRUE(accepts_coding("GZIP;Q=1.000", "gzip"));
  EXPECT_TRUE(accepts_coding("br;q=1, *;q=0", "br"));
  EXPECT_FALSE(accepts_coding("", "br"));
  EXPECT_FALSE(accepts_coding("gzip", "br"));
  EXPECT_FALSE(accepts_coding("br;q=0", "br"));
  EXPECT_FALSE(accepts_coding("br;q=0.000, *", "br"));
  EXPECT_FALSE(accepts_coding("*;q=0", "br"));
  EXPECT_FALSE(accepts_coding("brx", "br"));
  EXPECT_FALSE(accepts_coding("identity", "br"));
  for (const std::string weight : {"", "2", "-1", "0.0001", "1.1", "x", "0,5", "1.x"})
    EXPECT_FALSE(accepts_coding("br;q=" + weight, "br")) << weight;
}

TEST(Media, KnowsWhoTakesPages) {
  EXPECT_FALSE(asks_for_html(""));
  EXPECT_TRUE(asks_for_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  EXPECT_FALSE(asks_for_html("text/*"));
  EXPECT_FALSE(asks_for_html("*/*"));
  EXPECT_FALSE(asks_for_html("application/json"));
  EXPECT_FALSE(asks_for_html("text/html;q=0"));
  EXPECT_FALSE(asks_for_html("image/*"));
}

TEST(Media, ComparesEntityTagsWeakly) {
  EXPECT_TRUE(matches_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("*", "\"a\""));
  EXPECT_FALSE(matches_etag("", "\"a\""));
  EXPECT_FALSE(matches_etag("\"b\"", "\"a\""));
  EXPECT_FALSE(matches_etag("a", "\"a\""));
}

}  // namespace kontor::http
