#include "http/client_address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::http {
namespace {

namespace ip = boost::asio::ip;

const std::vector<network> proxies = {ip::make_network_v4("10.0.0.0/8"), ip::make_network_v4("192.0.2.7/32"),
                                      ip::make_network_v6("2001:db8:1::/48"), ip::make_network_v6("::1/128")};

struct seen {
  std::string client;
  bool secure = false;
};

base::result<seen> ask(std::vector<header_view> headers) {
  request in;
  in.client = ip::make_address("10.0.0.1");
  in.headers = std::move(headers);
  const auto read = believe_proxy(in, proxies);
  if (!read) return read.error();
  return seen{in.client.to_string(), in.secure};
}

base::result<seen> forwarded(std::string_view value) {
  return ask({{"X-Forwarded-For", value}});
}

}  // namespace

TEST(ClientAddress, KnowsTheProxies) {
  for (const std::string address :
       {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8:1::", "2001:db8:1:ffff::1", "::1"})
    EXPECT_TRUE(is_trusted(proxies, ip::make_address(address))) << address;
  for (const std::string address :
       {"9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "2001:db8:2::", "2001:db7::", "::2", "::"})
    EXPECT_FALSE(is_trusted(proxies, ip::make_address(address))) << address;
  EXPECT_TRUE(is_trusted(proxies, plain_address(ip::make_address("::ffff:10.1.2.3"))));
  EXPECT_FALSE(is_trusted({}, ip::make_address("127.0.0.1")));
}

TEST(ClientAddress, IsTheRightmostThatIsNoProxy) {
  EXPECT_EQ(forwarded("203.0.113.5")->client, "203.0.113.5");
  EXPECT_EQ(forwarded("1.1.1.1, 203.0.113.5, 10.9.9.9")->client, "203.0.113.5");
  EXPECT_EQ(forwarded("10.1.1.1, 10.9.9.9")->client, "10.1.1.1");
  EXPECT_EQ(forwarded("203.0.113.5:4711")->client, "203.0.113.5");
  EXPECT_EQ(forwarded("[2001:db8::5]:4711,10.0.0.2")->client, "2001:db8::5");
  EXPECT_EQ(forwarded("2001:db8::5")->client, "2001:db8::5");
  EXPECT_EQ(forwarded("::ffff:203.0.113.5")->client, "203.0.113.5");
  EXPECT_EQ(ask({{"X-Forwarded-For", "203.0.113.5"}, {"x-forwarded-for", "10.0.0.2"}})->client, "203.0.113.5");
  EXPECT_EQ(ask({{"X-Forwarded-For", "1.1.1.1"}, {"x-forwarded-for", "203.0.113.5"}})->client, "203.0.113.5");
  EXPECT_EQ(ask({})->client, "10.0.0.1");
  // What stands left of the answer was written by the client; nobody looks at it.
  EXPECT_EQ(forwarded("rubbish, 203.0.113.5")->client, "203.0.113.5");
}

TEST(ClientAddress, MalformedEntriesAreRefused) {
  for (const std::string value :
       {"", "unknown", "203.0.113", "203.0.113.5:", "203.0.113.5:x", "203.0.113.5,", "1.1.1.1,,10.0.0.2", "[::2",
        "[1.1.1.1]", "fe80::1%eth0", "203.0.113.5 10.0.0.1", "x, 10.0.0.2", "0x7f.1", "localhost"})
    EXPECT_TRUE(forwarded(value).has_error()) << value;
}

TEST(ClientAddress, SecureIsWhatTheProxySays) {
  EXPECT_TRUE(ask({{"X-Forwarded-Proto", "https"}})->secure);
  EXPECT_TRUE(ask({{"X-Forwarded-Proto", "http, HTTPS"}})->secure);
  EXPECT_FALSE(ask({{"X-Forwarded-Proto", "https, http"}})->secure);
  EXPECT_FALSE(ask({{"X-Forwarded-Proto", "http"}})->secure);
  EXPECT_TRUE(ask({{"X-Forwarded-Proto", "wss"}}).has_error());
  EXPECT_TRUE(ask({{"X-Forwarded-Proto", "https "}, {"X-Forwarded-Proto", "on"}}).has_error());
}

}  // namespace kontor::http
