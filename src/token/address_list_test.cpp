#include "token/address_list.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::token {
namespace {

bool allows(std::string_view list, const char* from) {
  return address_list::parse(list).allows(boost::asio::ip::make_address(from));
}

std::string normal(std::string_view typed) {
  address_list list;
  return list.add(typed) ? list.text() : "refused";
}

}  // namespace

TEST(AddressList, ReadsAddressesAndRanges) {
  for (const auto& [typed, stored] : std::vector<std::pair<const char*, const char*>>{
           {"192.0.2.7", "192.0.2.7"},
           {"192.0.2.7/32", "192.0.2.7"},
           {"192.0.2.0/24", "192.0.2.0/24"},
           {"0.0.0.0/0", "0.0.0.0/0"},
           {"2001:DB8::7", "2001:db8::7"},
           {"2001:db8:0:0::/64", "2001:db8::/64"},
           {"2001:db8::7/128", "2001:db8::7"},
           {"::ffff:192.0.2.7", "192.0.2.7"},
           {"::1", "::1"},
       })
    EXPECT_EQ(normal(typed), stored) << typed;
}

TEST(AddressList, RefusesEverythingElse) {
  for (const auto* wrong : {"",
                            " ",
                            "x",
                            "192.0.2",
                            "192.0.2.7.1",
                            "192.0.2.256",
                            "192.0.2.7/8",
                            "192.0.2.1/24",
                            "192.0.2.0/33",
                            "192.0.2.0/",
                            "192.0.2.0/-1",
                            "192.0.2.0/024",
                            "192.0.2.0/2 4",
                            "192.0.2.0/24/24",
                            "192.0.2.7:80",
                            "[2001:db8::7]",
                            "2001:db8::7/64",
                            "2001:db8::/129",
                            "fe80::1%eth0",
                            "fe80::%1/64",
                            "::ffff:192.0.2.0/120",
                            "localhost",
                            "*",
                            "192.0.2.7,192.0.2.8",
                            "0192.0.2.7",
                            "/24"})
    EXPECT_EQ(normal(wrong), "refused") << wrong;
}

TEST(AddressList, AllowsWhatIsInsideAndNothingBesideIt) {
  EXPECT_TRUE(allows("", "192.0.2.7"));
  EXPECT_TRUE(allows("192.0.2.7", "192.0.2.7"));
  EXPECT_TRUE(allows("192.0.2.7", "::ffff:192.0.2.7"));
  EXPECT_FALSE(allows("192.0.2.7", "192.0.2.6"));
  EXPECT_FALSE(allows("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(allows("192.0.2.64/26", "192.0.2.64"));
  EXPECT_TRUE(allows("192.0.2.64/26", "192.0.2.127"));
  EXPECT_FALSE(allows("192.0.2.64/26", "192.0.2.63"));
  EXPECT_FALSE(allows("192.0.2.64/26", "192.0.2.128"));
  EXPECT_TRUE(allows("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(allows("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(allows("2001:db8:0:10::/60", "2001:db8:0:1f:ffff::1"));
  EXPECT_FALSE(allows("2001:db8:0:10::/60", "2001:db8:0:20::"));
  EXPECT_FALSE(allows("2001:db8:0:10::/60", "192.0.2.7"));
  EXPECT_FALSE(allows("::/0", "192.0.2.7"));
  EXPECT_TRUE(allows("192.0.2.7,2001:db8::7", "2001:db8::7"));
}

TEST(AddressList, WhatCannotBeReadDoesNotBecomeAnOpenList) {
  for (const auto* broken : {",", "192.0.2.7,,192.0.2.8", "x", " 192.0.2.7", "192.0.2.7;192.0.2.8"})
    EXPECT_THROW(address_list::parse(broken), std::runtime_error) << broken;
  EXPECT_TRUE(address_list::parse("").empty());
}

}  // namespace kontor::token
