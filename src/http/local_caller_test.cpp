#include "http/local_caller.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

request from(const char* address, std::vector<header_view> fields) {
  request in;
  in.client = boost::asio::ip::make_address(address);
  in.headers = std::move(fields);
  return in;
}

}  // namespace

TEST(LocalCaller, OverLoopbackToAnAddressOfLoopback) {
  for (const auto* client : {"127.0.0.1", "127.8.9.10", "::1"})
    for (const auto* host : {"localhost", "LocalHost:8500", "127.0.0.1", "127.0.0.1:8500", "[::1]", "[::1]:8500"})
      EXPECT_TRUE(is_local_caller(from(client, {{"Host", host}, {"User-Agent", "x"}}))) << client << " " << host;
}

TEST(LocalCaller, NobodyElsewhere) {
  for (const auto* client : {"192.0.2.1", "10.0.0.1", "0.0.0.0", "128.0.0.1", "::2", "fe80::1", "::ffff:192.0.2.1"})
    EXPECT_FALSE(is_local_caller(from(client, {{"Host", "localhost"}}))) << client;
}

TEST(LocalCaller, NobodyForWhomAProxySpeaks) {
  for (const auto* field :
       {"Forwarded", "Via", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST", "X-Forwarded-Anything",
        "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fly-Client-IP",
        "X-Cluster-Client-IP", "X-Original-Forwarded-For", "X-Envoy-External-Address"})
    for (const auto* value : {"", "127.0.0.1", "192.0.2.1"})
      EXPECT_FALSE(is_local_caller(from("127.0.0.1", {{"Host", "localhost"}, {field, value}}))) << field;
}

TEST(LocalCaller, NobodyWhoMeansAnotherHost) {
  for (const auto* host : {"", "x", "kontor.example", "localhost.example", "127.0.0.1.nip.example", "192.0.2.1",
                           "[::2]", "[::1", "0.0.0.0", "localhost.", "2130706433"})
    EXPECT_FALSE(is_local_caller(from("127.0.0.1", {{"Host", host}}))) << host;
  EXPECT_FALSE(is_local_caller(from("127.0.0.1", {})));
  EXPECT_FALSE(is_local_caller(from("127.0.0.1", {{"Host", "localhost"}, {"Host", "localhost"}})));
}

}  // namespace kontor::http
