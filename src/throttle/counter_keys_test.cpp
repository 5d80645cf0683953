#include "throttle/counter_keys.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::throttle {
namespace {

boost::asio::ip::address ip(const char* text) {
  return boost::asio::ip::make_address(text);
}

const base::secret_bytes server_key(std::string_view("0123456789abcdef0123456789abcdef"));

}  // namespace

// Security checklist c.90.
TEST(CounterKeys, AnAddressIsCountedByItsSubscriber) {
  struct row {
    const char* from;
    const char* counted;
  };
  for (const auto& [from, counted] : std::vector<row>{{"192.0.2.1", "192.0.2.1"},
                                                      {"::ffff:192.0.2.1", "192.0.2.1"},
                                                      {"::ffff:c000:201", "192.0.2.1"},
                                                      {"127.0.0.1", "127.0.0.1"},
                                                      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
                                                      {"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"},
                                                      {"2001:db8:1:3::1", "2001:db8:1:3::"},
                                                      {"fe80::1%7", "fe80::"},
                                                      {"::1", "::"},
                                                      {"::", "::"}})
    EXPECT_EQ(counted_address(ip(from)).to_string(), counted) << from;
}

// Checklist c 90: turning through the addresses of one's own /64 gives no new counter.
TEST(CounterKeys, TheAddressesOfOneSubscriberShareAName) {
  const counter_keys keys(server_key);
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i)
    names.insert(keys.of_address(ip(("2001:db8:1:2::" + std::to_string(i)).c_str())));
  EXPECT_EQ(names.size(), 1u);
  EXPECT_FALSE(names.contains(keys.of_address(ip("2001:db8:1:3::1"))));
  EXPECT_EQ(keys.of_address(ip("::ffff:192.0.2.1")), keys.of_address(ip("192.0.2.1")));
  EXPECT_NE(keys.of_address(ip("192.0.2.1")), keys.of_address(ip("192.0.2.2")));
}

TEST(CounterKeys, NamesTellNothingAndNeverMeet) {
  const counter_keys keys(server_key);
  device_id first{}, second{};
  second.bytes[15] = 1;
  const std::vector<std::string> names = {keys.of_account("a@x.org"),
                                          keys.of_account("b@x.org"),
                                          keys.of_account(""),
                                          keys.of_account("192.0.2.1"),
                                          keys.of_address(ip("192.0.2.1")),
                                          keys.of_device(first, "a@x.org"),
                                          keys.of_device(first, "b@x.org"),
                                          keys.of_device(second, "a@x.org"),
                                          keys.of_account(std::string("a@x.org\0", 8)),
                                          keys.of_account(std::string(1 << 20, 'x'))};
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const auto& name : names) {
    EXPECT_EQ(name.size(), 64u);
    EXPECT_EQ(name.find_first_not_of("0123456789abcdef"), std::string::npos) << name;
  }
  EXPECT_EQ(keys.of_account("a@x.org"), names[0]);
}

TEST(CounterKeys, AnotherServerHasOtherNames) {
  const counter_keys here(server_key);
  const counter_keys there(base::secret_bytes(std::string_view("another key of thirty-two bytes!")));
  EXPECT_NE(here.of_account("a@x.org"), there.of_account("a@x.org"));
  EXPECT_THROW(counter_keys(base::secret_bytes(std::string_view("0123456789abcdef0123456789abcde"))),
               std::invalid_argument);
}

}  // namespace kontor::throttle
