#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::http {
namespace {

using base::errc;

// Splits a raw section as the parser does, so that the views point into it.
std::vector<header_view> split(std::string_view section) {
  std::vector<header_view> fields;
  while (!section.empty()) {
    const auto end = section.find("\r\n");
    const auto line = section.substr(0, end);
    const auto colon = line.find(':');
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t'))
      value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t'))
      value.remove_suffix(1);
    fields.push_back({line.substr(0, colon), value});
    section.remove_prefix(end + 2);
  }
  return fields;
}

base::result<framing> check(std::string_view section, http_version version = http_version::v1_1) {
  const auto fields = split(section);
  return check_framing(fields, version);
}

}  // namespace

TEST(Framing, KnowsWhereTheBodyEnds) {
  EXPECT_FALSE(check("Host: x\r\n")->has_body);
  EXPECT_FALSE(check("Host: x\r\nContent-Length: 0\r\n")->has_body);
  EXPECT_EQ(check("Host: x\r\ncontent-length: 0042\r\n")->content_length, 42u);
  EXPECT_EQ(check("Host: x\r\nContent-Length: 18446744073709551615\r\n")->content_length, 18446744073709551615ull);
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding: chunked\r\n")->chunked);
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding:chunked\r\n")->has_body);
  EXPECT_TRUE(check("Host: x\r\nExpect: 100-Continue\r\n")->expects_continue);
  EXPECT_FALSE(check("Expect: 100-continue\r\n", http_version::v1_0)->expects_continue);
}

TEST(Framing, RefusesEveryOtherLength) {
  for (const std::string value : {"", "+5", "-1", "0x5", "5_0", "5, 5", "5,5", "5 5", "five", "5.0",
                                  "18446744073709551616", "\"5\"", "99999999999999999999999"})
    EXPECT_TRUE(check("Host: x\r\nContent-Length: " + value + "\r\n").has_error()) << value;
  EXPECT_TRUE(check("Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nContent-Length: 5\r\nCONTENT-LENGTH: 6\r\n").has_error());
}

TEST(Framing, RefusesEveryOtherTransferEncoding) {
  for (const std::string value :
       {"", "gzip", "identity", "xchunked", "chunked, identity", "gzip, chunked", "chunked, chunked", "Chunked",
        "chunked,", "\"chunked\"", "chunked;a=b", "\tchunked", " chunked", "chunked\t", "chunked "})
    EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding: " + value + "\r\n").has_error()) << value;
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding:\tchunked\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nTransfer-Encoding: chunked\r\n", http_version::v1_0).has_error());
}

TEST(Framing, AsksForOneHost) {
  EXPECT_TRUE(check("").has_error());
  EXPECT_TRUE(check("", http_version::v1_0).has_value());
  EXPECT_TRUE(check("Host: x\r\nHost: x\r\n").has_error());
  EXPECT_TRUE(check("Host: x\r\nHost: x\r\n", http_version::v1_0).has_error());
  for (const std::string host :
       {"x", "localhost:8500", "127.0.0.1", "[::1]", "[::1]:8500", "a_b.example", "xn--bcher-kva.example"})
    EXPECT_TRUE(is_host(host)) << host;
  for (const std::string host : {"", ":80", "x:", "x:y", "x:123456", "x/path", "user@x", "x?a", "x#a", "x y", "x,y",
                                 "[::1", "[]", "::1", "[::1]x", "x\\y", "%78",
                                 "b\xc3\xbc"
                                 "cher.example"})
    EXPECT_FALSE(is_host(host)) << host;
}

TEST(Framing, KnowsOneExpectation) {
  EXPECT_EQ(check("Host: x\r\nExpect: 200-ok\r\n").error().code, errc::expectation_failed);
  EXPECT_EQ(check("Host: x\r\nExpect:\r\n").error().code, errc::expectation_failed);
}

}  // namespace kontor::http
