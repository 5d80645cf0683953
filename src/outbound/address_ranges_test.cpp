#include "outbound/address_ranges.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

}  // namespace

// a.38, Open WebUI CVE-2026-45401 CVE-2026-70485, LibreChat CVE-2026-31943: the first and the last of each range, and
// its neighbours.
TEST(AddressRanges, TheOpenInternetHasThese) {
  for (const char* text : {"1.0.0.0",        "8.8.8.8",        "9.255.255.255",        "11.0.0.0",
                           "100.63.255.255", "100.128.0.0",    "126.255.255.255",      "128.0.0.0",
                           "168.63.129.15",  "168.63.129.17",  "169.253.255.255",      "169.255.0.0",
                           "172.15.255.255", "172.32.0.0",     "191.255.255.255",      "192.0.1.0",
                           "192.0.3.0",      "192.88.98.255",  "192.88.100.0",         "192.167.255.255",
                           "192.169.0.0",    "198.17.255.255", "198.20.0.0",           "198.51.99.255",
                           "198.51.101.0",   "203.0.112.255",  "203.0.114.0",          "223.255.255.255",
                           "2000::",         "2001:200::",     "2001:4860:4860::8888", "2001:db7:ffff::",
                           "2001:db9::",     "2003::",         "2606:4700::1111",      "3fff:1000::",
                           "3fff:ffff::",    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"})
    EXPECT_EQ(closed_range_of(address(text)), "") << text;
}

TEST(AddressRanges, AndTheseAreClosed) {
  struct {
    const char* text;
    const char* range;
  } const cases[] = {
      {"0.0.0.0", "this network"},
      {"0.255.255.255", "this network"},
      {"10.0.0.0", "private"},
      {"10.255.255.255", "private"},
      {"100.64.0.0", "shared by a carrier"},
      {"100.100.100.200", "shared by a carrier"},
      {"100.127.255.255", "shared by a carrier"},
      {"127.0.0.0", "loopback"},
      {"127.0.0.1", "loopback"},
      {"127.255.255.255", "loopback"},
      {"168.63.129.16", "host of a cloud"},
      {"169.254.0.0", "link-local"},
      {"169.254.169.254", "link-local"},
      {"169.254.255.255", "link-local"},
      {"172.16.0.0", "private"},
      {"172.31.255.255", "private"},
      {"192.0.0.0", "reserved"},
      {"192.0.0.255", "reserved"},
      {"192.0.2.1", "documentation"},
      {"192.88.99.1", "6to4 relay"},
      {"192.168.0.0", "private"},
      {"192.168.255.255", "private"},
      {"198.18.0.0", "benchmarking"},
      {"198.19.255.255", "benchmarking"},
      {"198.51.100.7", "documentation"},
      {"203.0.113.7", "documentation"},
      {"224.0.0.0", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.0", "reserved"},
      {"255.255.255.255", "reserved"},
      {"::", "reserved"},
      {"::1", "loopback"},
      {"::127.0.0.1", "reserved"},
      {"::8.8.8.8", "reserved"},
      {"::ffff:127.0.0.1", "loopback"},
      {"::ffff:7f00:1", "loopback"},
      {"::ffff:a9fe:a9fe", "link-local"},
      {"::ffff:10.1.2.3", "private"},
      {"::ffff:0:10.1.2.3", "reserved"},
      {"64:ff9b::7f00:1", "loopback"},
      {"64:ff9b::10.0.0.1", "private"},
      {"64:ff9b::169.254.169.254", "link-local"},
      {"64:ff9b:1::8.8.8.8", "local NAT64"},
      {"100::1", "reserved"},
      {"1fff:ffff::", "reserved"},
      {"2001::1", "reserved"},
      {"2001:0:7f00:1::", "reserved"},
      {"2001:10::1", "reserved"},
      {"2001:1ff:ffff::", "reserved"},
      {"2001:db8::1", "documentation"},
      {"2002:7f00:1::", "6to4"},
      {"2002:808:808::1", "6to4"},
      {"2606:4700::5efe:10.0.0.1", "ISATAP"},
      {"2606:4700::200:5efe:10.0.0.1", "ISATAP"},
      {"3fff::1", "documentation"},
      {"4000::", "reserved"},
      {"5f00::1", "reserved"},
      {"fc00::1", "private"},
      {"fd00:ec2::254", "private"},
      {"fdff:ffff::1", "private"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "site-local"},
      {"feff::1", "site-local"},
      {"ff02::1", "multicast"},
      {"ffff::1", "multicast"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(closed_range_of(address(each.text)), each.range) << each.text;
}

TEST(AddressRanges, ABlockIsWrittenExactly) {
  for (const char* text :
       {"10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "0.0.0.0/0", "fd00::/8", "::1", "::1/128", "10.128.0.0/9"})
    EXPECT_TRUE(parse_network(text).has_value()) << text;
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8 ",
                           "10.0.0.1/8", "10.128.0.0/8", "10.0.0/8", "010.0.0.0/8", "fd00::/129", "fd00::1/8",
                           "fe80::1%eth0", "::ffff:10.0.0.0/104", "ollama.lan", "ollama.lan/8"})
    EXPECT_FALSE(parse_network(text).has_value()) << text;
}

TEST(AddressRanges, ABlockContains) {
  const auto ten = *parse_network("10.128.0.0/9");
  EXPECT_TRUE(ten.contains(address("10.128.0.0")));
  EXPECT_TRUE(ten.contains(address("10.255.255.255")));
  EXPECT_TRUE(ten.contains(address("::ffff:10.200.0.1")));
  EXPECT_FALSE(ten.contains(address("10.127.255.255")));
  EXPECT_FALSE(ten.contains(address("11.0.0.0")));
  EXPECT_FALSE(ten.contains(address("::a80:0")));
  const auto unique = *parse_network("fd00:7::/32");
  EXPECT_TRUE(unique.contains(address("fd00:7:ffff::1")));
  EXPECT_FALSE(unique.contains(address("fd00:8::1")));
  EXPECT_FALSE(unique.contains(address("10.0.0.1")));
  EXPECT_TRUE(parse_network("0.0.0.0/0")->contains(address("1.2.3.4")));
  EXPECT_FALSE(parse_network("0.0.0.0/0")->contains(address("fe80::1")));
}

}  // namespace kontor::outbound
