#include "outbound/web_url.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

std::string normal(std::string_view text) {
  const auto url = parse_web_url(text);
  if (url) return url->text();
  EXPECT_EQ(url.error().code, base::errc::invalid_input);
  EXPECT_TRUE(url.error().detail.starts_with("must")) << url.error().detail;
  return "refused";
}

}  // namespace

TEST(WebUrl, HasOneSpelling) {
  struct {
    const char* text;
    const char* normal;
  } const cases[] = {
      {"https://api.example.org", "https://api.example.org/"},
      {"HTTPS://API.Example.ORG/V1?a=B", "https://api.example.org/V1?a=B"},
      {"https://api.example.org:443/", "https://api.example.org/"},
      {"http://api.example.org:80", "http://api.example.org/"},
      {"http://api.example.org:443", "http://api.example.org:443/"},
      {"https://[2001:DB8:0:0::1]:8443/x", "https://[2001:db8::1]:8443/x"},
      {"https://[::FFFF:1.2.3.4]/", "https://[::ffff:1.2.3.4]/"},
      {"https://8.8.8.8/", "https://8.8.8.8/"},
      {"https://my_ollama/", "https://my_ollama/"},
      {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"},
      {"https://a.example/a%2Fb/../c", "https://a.example/a%2Fb/../c"},
      {"https://a.example?q=1", "https://a.example/?q=1"},
      {"https://a.example?q=@b.example/", "https://a.example/?q=@b.example/"},
      {"https://a.example/@b.example:80/", "https://a.example/@b.example:80/"},
      {"https://1.2.3.4.example/", "https://1.2.3.4.example/"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(normal(each.text), each.normal) << each.text;
}

// a.38, Open WebUI CVE-2026-45400, LibreChat CVE-2026-31943
TEST(WebUrl, WhatTwoReadersMayTakeForDifferentHostsIsRefused) {
  for (const char* text : {
           "",
           "example.org",
           "//example.org",
           "https:example.org",
           "https:///x",
           "https://",
           "https://:443/",
           "ftp://example.org",
           "file:///etc/passwd",
           "gopher://example.org",
           "javascript:alert(1)",
           "data:text/plain,x",
           "https://user@example.org",
           "https://user:word@example.org",
           "https://@example.org",
           "https://:@example.org",
           "https://a.example#@b.example",
           "https://a.example/#x",
           "https://a.example\\@b.example",
           "https://a.example\\.b.example",
           "https://a.example%2eb",
           "https://%31%32%37.0.0.1/",
           "https://a b.example/",
           "https://a.example/ b",
           " https://a.example",
           "https://a.example ",
           "https://a.example\n",
           "https://a.exa\tmple",
           "https://a.example:",
           "https://a.example:0",
           "https://a.example:00443",
           "https://a.example:65536",
           "https://a.example:99999999999",
           "https://a.example:-1",
           "https://a.example:4a",
           "https://a.example.",
           "https://.a.example",
           "https://a..example",
           "https://127.0.0.1.",
           "https://127.1",
           "https://127.0.1",
           "https://2130706433",
           "https://017700000001",
           "https://0x7f000001",
           "https://0x7f.0.0.1",
           "https://0x7f.1",
           "https://0177.0.0.1",
           "https://127.0.0.01",
           "https://127.0.0.0x1",
           "https://1.2.3.4.5",
           "https://256.0.0.1",
           "https://a.example.1",
           "https://a.0x",
           "https://0",
           "https://[::1",
           "https://::1",
           "https://[::1]x",
           "https://[fe80::1%25eth0]",
           "https://[fe80::1%eth0]",
           "https://[v1.x]",
           "https://[127.0.0.1]",
           "https://[]",
           "https://b\xc3\xbc"
           "cher.example",
           "https://\xe2\x91\xa0\xe2\x91\xa1.example",
           "https://\xef\xbc\x91.1.1.1",
           "https://1\xe3\x80\x82"
           "1.1.1",
           "https://a,b.example",
           "https://a.example;b",
           "https://a!b",
           "https://*.example",
       })
    EXPECT_EQ(normal(text), "refused") << text;
}

TEST(WebUrl, IsBoundedInLength) {
  const std::string front = "https://a.example/";
  EXPECT_NE(normal(front + std::string(2'048 - front.size(), 'a')), "refused");
  EXPECT_EQ(normal(front + std::string(2'049 - front.size(), 'a')), "refused");
  const std::string label(63, 'a');
  EXPECT_NE(normal("https://" + label + ".example"), "refused");
  EXPECT_EQ(normal("https://" + label + "a.example"), "refused");
  const auto long_name = label + "." + label + "." + label + "." + std::string(61, 'a');
  EXPECT_NE(normal("https://" + long_name), "refused");
  EXPECT_EQ(normal("https://" + long_name + "a"), "refused");
}

TEST(WebUrl, AKeyIsSavedForSchemeHostAndPort) {
  EXPECT_EQ(parse_web_url("https://A.example:443/v1?x=1")->origin(), "https://a.example");
  EXPECT_EQ(parse_web_url("http://a.example:443")->origin(), "http://a.example:443");
  EXPECT_EQ(parse_web_url("https://[::1]:8443")->origin(), "https://[::1]:8443");
  EXPECT_EQ(parse_web_url("https://a.example/v1/")->with("/models").text(), "https://a.example/v1/models");
  EXPECT_EQ(parse_web_url("https://a.example")->with("/models").text(), "https://a.example/models");
}

TEST(WebUrl, FollowsALocation) {
  const auto here = *parse_web_url("https://a.example/x/y?q=1");
  struct {
    const char* location;
    const char* there;
  } const cases[] = {
      {"/z", "https://a.example/z"},
      {"z?r=2", "https://a.example/x/z?r=2"},
      {"//b.example/z", "https://b.example/z"},
      {"http://b.example:8080/z#part", "http://b.example:8080/z"},
      {"../z", "https://a.example/z"},
  };
  for (const auto& each : cases) {
    const auto there = follow(here, each.location);
    ASSERT_TRUE(there.has_value()) << each.location;
    EXPECT_EQ(there->text(), each.there);
  }
  for (const char* location : {"file:///etc/passwd", "https://user@b.example", "https://0x7f.1/", "https:// b",
                               "\\\\b.example", "gopher://b.example", "https://b.example."})
    EXPECT_FALSE(follow(here, location).has_value()) << location;
}

}  // namespace kontor::outbound
