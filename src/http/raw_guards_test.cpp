#include "http/raw_guards.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor::http {
namespace {

using base::errc;

struct guarded {
  scan_result what;
  errc code = errc::internal;
};

// Whole and byte by byte must mean the same.
guarded scan(std::string_view bytes, const limits& l = {}) {
  head_scanner at_once(l);
  const auto whole = at_once.scan(bytes);
  head_scanner slowly(l);
  auto stepwise = scan_result::incomplete;
  for (std::size_t i = 1; i <= bytes.size() && stepwise == scan_result::incomplete; ++i)
    stepwise = slowly.scan(bytes.substr(0, i));
  EXPECT_EQ(whole, stepwise) << bytes;
  if (whole == scan_result::refused && stepwise == whole)
    EXPECT_EQ(at_once.refusal().code, slowly.refusal().code) << bytes;
  if (whole == scan_result::complete && stepwise == whole) EXPECT_EQ(at_once.size(), slowly.size());
  return {whole, whole == scan_result::refused ? at_once.refusal().code : errc::internal};
}

std::string head_of(std::string_view fields) {
  return "GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST(RawGuards, LetARegularHeadPass) {
  EXPECT_EQ(scan("GET / HTTP/1.1\r\n\r\n").what, scan_result::complete);
  EXPECT_EQ(scan(head_of("Host: x\r\nA: b\tc \xc3\xa4\r\nEmpty:\r\n")).what, scan_result::complete);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nHost: x\r\n").what, scan_result::incomplete);
}

TEST(RawGuards, TellWhereTheHeadEnds) {
  const limits l;
  head_scanner scanner(l);
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nHost: x\r\n\r\nbody\r\n\r\n"), scan_result::complete);
  EXPECT_EQ(scanner.size(), std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n").size());
  scanner.reset();
  EXPECT_EQ(scanner.scan("GET /"), scan_result::incomplete);
}

TEST(RawGuards, RefuseWhatTwoServersMayReadInTwoWays) {
  const std::string_view nul("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26);
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\nHost: x\n\n"),
                                   head_of("A: b\nC: d\r\n"),
                                   head_of("A: b\rC: d\r\n"),
                                   head_of("A: b\r\r\n"),
                                   head_of(" A: b\r\n"),
                                   head_of("\tA: b\r\n"),
                                   head_of("A: b\r\n c\r\n"),
                                   head_of("A: b\r\n\tc\r\n"),
                                   head_of("A: b\r\n \r\n"),
                                   head_of("A: \x01\r\n"),
                                   head_of("A: \x0b\r\n"),
                                   head_of("A: \x7f\r\n"),
                                   std::string(nul),
                                   std::string("GET /\t HTTP/1.1\r\n\r\n"),
                                   std::string("GET  / HTTP/1.1\r\n\r\n"),
                                   std::string("GET /  HTTP/1.1\r\n\r\n"),
                                   std::string("GET / a HTTP/1.1\r\n\r\n"),
                                   std::string(" GET / HTTP/1.1\r\n\r\n"),
                                   std::string("GET / HTTP/1.1 \r\n\r\n"),
                                   std::string("GET /\xc3\xa4 HTTP/1.1\r\n\r\n"),
                                   std::string("G\xc3\xa4T / HTTP/1.1\r\n\r\n"),
                                   std::string("GET /\r\n\r\n"),
                                   std::string("GET\r\n\r\n"),
                                   std::string("\n"),
                                   std::string("GET / http/1.1\r\n\r\n"),
                                   std::string("GET / HTTP/1.32\r\n\r\n"),
                                   std::string("GET / HTTP/11\r\n\r\n"),
                                   std::string("GET / ICE/1.0\r\n\r\n"),
                                   std::string("\x16\x03\x01\x02")}) {
    const auto seen = scan(bytes);
    EXPECT_EQ(seen.what, scan_result::refused) << bytes;
    EXPECT_EQ(seen.code, errc::malformed) << bytes;
  }
}

TEST(RawGuards, NameOtherVersionsOfHttp) {
  for (const std::string line :
       {"GET / HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.2\r\n", "GET / HTTP/0.9\r\n"})
    EXPECT_EQ(scan(line).code, errc::version_not_supported) << line;
}

TEST(RawGuards, HoldTheLimitsOfTheHead) {
  limits l;
  l.request_line = 100;
  l.header_section = 60;
  l.header_fields = 3;
  const auto line = [](std::size_t length) { return "GET /" + std::string(length - 14, 'a') + " HTTP/1.1\r\n\r\n"; };
  EXPECT_EQ(scan(line(100), l).what, scan_result::complete);
  EXPECT_EQ(scan(line(101), l).code, errc::target_too_long);
  EXPECT_EQ(scan("GET /" + std::string(96, 'a'), l).code, errc::target_too_long);
  const auto section = [](std::size_t length) { return head_of("A: " + std::string(length - 5, 'a') + "\r\n"); };
  EXPECT_EQ(scan(section(60), l).what, scan_result::complete);
  EXPECT_EQ(scan(section(61), l).code, errc::headers_too_large);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: " + std::string(58, 'a'), l).code, errc::headers_too_large);
  EXPECT_EQ(scan(head_of("A: b\r\nA: b\r\nA: b\r\n"), l).what, scan_result::complete);
  EXPECT_EQ(scan(head_of("A: b\r\nA: b\r\nA: b\r\nA: b\r\n"), l).code, errc::headers_too_large);
}

TEST(RawGuards, KnowTheFormOfAChunkHeader) {
  const limits l;
  for (const std::string good :
       {"5\r\n", "0005\r\n", "aF\r\n", "5;a=b\r\n", "ffffffffffffffff\r\n", "0\r\n\r\n", "0\r\nA: b\r\n\r\n"})
    EXPECT_EQ(scan_chunk_header(good, false, l).what, scan_result::complete) << good;
  for (const std::string part : {"", "5", "5\r", "5;a", "0\r\n", "0\r\n\r", "0\r\nA: b\r\n"})
    EXPECT_EQ(scan_chunk_header(part, false, l).what, scan_result::incomplete) << part;
  for (const std::string bad : {"0_2e\r\n", "+a\r\n", "0x2\r\n", "-1\r\n", " 5\r\n", "5 \r\n", "5\n", "\r\n", ";\r\n",
                                "10000000000000000\r\n", "5;a\rb\r\n", "5;a\nb\r\n", "5;\x01\r\n", "g\r\n",
                                "0\r\nA: b\n\r\n", "0\r\n A: b\r\n\r\n", "0\r\nA: \x01\r\n\r\n", "0\n\r\n"})
    EXPECT_EQ(scan_chunk_header(bad, false, l).what, scan_result::refused) << bad;
  EXPECT_EQ(scan_chunk_header("\r\n5\r\n", true, l).what, scan_result::complete);
  EXPECT_EQ(scan_chunk_header("\r", true, l).what, scan_result::incomplete);
  EXPECT_EQ(scan_chunk_header("\n5\r\n", true, l).what, scan_result::refused);
  EXPECT_EQ(scan_chunk_header("x", true, l).what, scan_result::refused);
  EXPECT_EQ(scan_chunk_header("5\r\n", true, l).what, scan_result::refused);
}

TEST(RawGuards, HoldTheLimitsOfAChunkHeader) {
  limits l;
  l.chunk_header = 10;
  l.header_section = 20;
  l.header_fields = 2;
  EXPECT_EQ(scan_chunk_header("5;" + std::string(8, 'a') + "\r\n", false, l).what, scan_result::complete);
  EXPECT_EQ(scan_chunk_header("5;" + std::string(9, 'a') + "\r\n", false, l).what, scan_result::refused);
  EXPECT_EQ(scan_chunk_header("5;" + std::string(9, 'a'), false, l).what, scan_result::refused);
  EXPECT_EQ(scan_chunk_header("0\r\nA: " + std::string(15, 'a') + "\r\n\r\n", false, l).what, scan_result::complete);
  EXPECT_EQ(scan_chunk_header("0\r\nA: " + std::string(16, 'a') + "\r\n\r\n", false, l).refusal.code,
            errc::headers_too_large);
  EXPECT_EQ(scan_chunk_header("0\r\nA: b\r\nA: b\r\n\r\n", false, l).what, scan_result::complete);
  EXPECT_EQ(scan_chunk_header("0\r\nA:b\r\nA:b\r\nA:\r\n\r\n", false, l).refusal.code, errc::headers_too_large);
}

}  // namespace kontor::http
