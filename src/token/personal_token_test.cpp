#include "token/personal_token.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::token {
namespace {

using namespace std::chrono_literals;

const base::timestamp made_at = base::from_microseconds(1'800'000'000'000'000);
const auto home = boost::asio::ip::make_address("192.0.2.7");

identity good() {
  identity who;
  who.owner.security_epoch = who.token.epoch = 3;
  who.token.expires_at = made_at + 1s;
  who.token.addresses = address_list::parse("192.0.2.7");
  return who;
}

}  // namespace

TEST(PersonalToken, IsMadeOf256BitsAndNeverTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto text = make_token_text();
    ASSERT_TRUE(is_token_text(text.text()));
    ASSERT_EQ(text.size(), 54u);
    ASSERT_TRUE(seen.emplace(text.text()).second);
  }
}

TEST(PersonalToken, ATextOfAnotherFormIsNone) {
  const std::string secret(43, 'A');
  const std::string good = std::string(prefix) + secret;
  ASSERT_TRUE(is_token_text(good));
  for (const auto& wrong :
       {std::string(), std::string(prefix), secret, good.substr(1), good.substr(0, 53), good + "A", " " + good,
        good + " ", "Kontor_pat_" + secret, "kontor-pat-" + secret, good.substr(0, 53) + "=", good.substr(0, 53) + "+",
        good.substr(0, 53) + "B", good.substr(0, 53) + std::string(1, '\0')})
    EXPECT_FALSE(is_token_text(wrong)) << wrong;
}

TEST(PersonalToken, EveryFaultEndsItByItself) {
  EXPECT_EQ(fault_of(good(), home, made_at), "");
  auto who = good();
  who.owner.is_active = false;
  EXPECT_EQ(fault_of(who, home, made_at), "deactivated");
  who = good();
  ++who.owner.security_epoch;
  EXPECT_EQ(fault_of(who, home, made_at), "revoked");
  who.owner.security_epoch -= 2;
  EXPECT_EQ(fault_of(who, home, made_at), "revoked");
  EXPECT_EQ(fault_of(good(), home, made_at + 1s - 1us), "");
  EXPECT_EQ(fault_of(good(), home, made_at + 1s), "expired");
  EXPECT_NE(fault_of(good(), boost::asio::ip::make_address("192.0.2.8"), made_at), "");
  who = good();
  who.token.expires_at.reset();
  EXPECT_EQ(fault_of(who, home, made_at + 400 * 24h), "");
}

}  // namespace kontor::token
