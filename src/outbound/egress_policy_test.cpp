#include "outbound/egress_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

bool allows(const egress_policy& policy, const char* text, url_trust trust = url_trust::user_given) {
  const auto url = parse_web_url(text);
  if (!url) {
    ADD_FAILURE() << text;
    return false;
  }
  const auto answer = policy.check(*url, trust);
  if (!answer) {
    EXPECT_EQ(answer.error().code, base::errc::invalid_input);
    EXPECT_EQ(answer.error().type, "address-refused");
    EXPECT_FALSE(answer.error().detail.empty());
  }
  return answer.has_value();
}

bool connects(const egress_policy& policy, const char* text, const char* address,
              url_trust trust = url_trust::user_given) {
  return policy.may_connect(*parse_web_url(text), trust, boost::asio::ip::make_address(address));
}

egress_policy with(std::vector<std::string> entries) {
  return egress_policy::parse(entries).value();
}

}  // namespace

// a.38, Open WebUI CVE-2026-45400 CVE-2026-45401 CVE-2026-70485, LibreChat CVE-2026-31943, LobeChat
// CVE-2024-32964 CVE-2026-54157: what a user may name.
TEST(EgressPolicy, WithoutAListOnlyTheOpenInternetByHttps) {
  const egress_policy policy;
  for (const char* text : {"https://api.openai.com/v1", "https://8.8.8.8", "https://[2606:4700::1111]:8443",
                           "https://a.example:1024", "https://a.example:65535", "https://localhost.example"})
    EXPECT_TRUE(allows(policy, text)) << text;
  for (const char* text : {"http://api.openai.com/v1",
                           "http://8.8.8.8",
                           "https://a.example:80",
                           "https://a.example:22",
                           "https://a.example:1023",
                           "https://localhost",
                           "https://LOCALHOST:8443",
                           "https://x.localhost",
                           "https://127.0.0.1",
                           "https://127.9.9.9:8443",
                           "https://0.0.0.0",
                           "https://10.0.0.1",
                           "https://100.100.100.200",
                           "https://169.254.169.254",
                           "https://168.63.129.16",
                           "https://172.16.0.1",
                           "https://192.168.1.1",
                           "https://192.0.0.192",
                           "https://224.0.0.1",
                           "https://255.255.255.255",
                           "https://[::]",
                           "https://[::1]",
                           "https://[::ffff:127.0.0.1]",
                           "https://[::ffff:7f00:1]",
                           "https://[::ffff:a00:1]",
                           "https://[::7f00:1]",
                           "https://[64:ff9b::7f00:1]",
                           "https://[64:ff9b::169.254.169.254]",
                           "https://[64:ff9b:1::a00:1]",
                           "https://[2002:7f00:1::]",
                           "https://[2001::1]",
                           "https://[fd00:ec2::254]",
                           "https://[fe80::1]",
                           "https://[ff02::1]",
                           "https://[fec0::1]",
                           "https://[2001:db8::1]"})
    EXPECT_FALSE(allows(policy, text)) << text;
}

TEST(EgressPolicy, WhatTheOperatorSetIsUsedAsItIs) {
  const egress_policy policy;
  for (const char* text :
       {"http://localhost:11434", "http://10.0.0.1:80", "https://[::1]:22", "http://169.254.169.254"}) {
    EXPECT_TRUE(allows(policy, text, url_trust::operator_set)) << text;
    EXPECT_TRUE(connects(policy, text, "127.0.0.1", url_trust::operator_set)) << text;
  }
}

TEST(EgressPolicy, AnAddressThatANameLeadsToIsJudgedByItself) {
  const egress_policy policy;
  EXPECT_TRUE(connects(policy, "https://a.example", "93.184.216.34"));
  EXPECT_TRUE(connects(policy, "https://a.example", "64:ff9b::808:808"));
  for (const char* address :
       {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1"})
    EXPECT_FALSE(connects(policy, "https://a.example", address)) << address;
}

TEST(EgressPolicy, AListedHostMayHaveAnyAddressAndPort) {
  const auto policy = with({"ollama.lan", "Models.LAN:8080"});
  EXPECT_TRUE(allows(policy, "http://ollama.lan"));
  EXPECT_TRUE(allows(policy, "http://OLLAMA.lan:11434"));
  EXPECT_TRUE(allows(policy, "https://ollama.lan:22"));
  EXPECT_TRUE(connects(policy, "http://ollama.lan:11434", "10.0.0.7"));
  EXPECT_TRUE(allows(policy, "http://models.lan:8080"));
  EXPECT_TRUE(connects(policy, "http://models.lan:8080", "10.0.0.8"));
  // Another port, another name, a name below or above it: not listed.
  EXPECT_FALSE(allows(policy, "http://models.lan:8081"));
  EXPECT_FALSE(connects(policy, "https://models.lan:8081", "10.0.0.8"));
  EXPECT_FALSE(allows(policy, "http://x.ollama.lan"));
  EXPECT_FALSE(connects(policy, "https://x.ollama.lan", "10.0.0.7"));
  EXPECT_FALSE(allows(policy, "http://lan"));
}

TEST(EgressPolicy, AListedBlockOpensItsAddressesForEveryName) {
  const auto policy = with({"10.7.0.0/16", "127.0.0.1:11434", "[fd00::7]:8443"});
  EXPECT_TRUE(allows(policy, "http://10.7.1.1:8080"));
  EXPECT_FALSE(allows(policy, "https://10.8.1.1"));
  EXPECT_TRUE(connects(policy, "https://a.example", "10.7.1.1"));
  EXPECT_TRUE(connects(policy, "https://a.example", "::ffff:10.7.1.1"));
  EXPECT_FALSE(connects(policy, "https://a.example", "10.8.1.1"));
  // Plain http only where the URL itself names what is listed.
  EXPECT_FALSE(allows(policy, "http://a.example"));

  EXPECT_TRUE(allows(policy, "http://127.0.0.1:11434"));
  EXPECT_FALSE(allows(policy, "http://127.0.0.1:11435"));
  EXPECT_TRUE(allows(policy, "http://localhost:11434"));
  EXPECT_FALSE(allows(policy, "http://localhost:11435"));
  EXPECT_TRUE(connects(policy, "http://localhost:11434", "127.0.0.1"));
  EXPECT_FALSE(connects(policy, "http://localhost:11434", "::1"));
  EXPECT_TRUE(allows(policy, "https://[fd00::7]:8443"));
  EXPECT_FALSE(allows(policy, "https://[fd00::8]:8443"));
}

TEST(EgressPolicy, EntriesThatSayNothingAreNamed) {
  for (const char* entry :
       {"", " ", "10.0.0.1/8", "http://ollama.lan", "ollama.lan/", "user@ollama.lan", "*.lan", "ollama.lan:0",
        "ollama.lan:", "0x7f.1", "2130706433", "[::1", "ollama..lan", "ollama.lan?x", "a b", "10.0.0.0/8/8"}) {
    const auto policy = egress_policy::parse({"good.lan", entry});
    ASSERT_FALSE(policy.has_value()) << entry;
    EXPECT_THAT(policy.error().detail, testing::StartsWith("must list")) << entry;
    EXPECT_THAT(policy.error().detail, testing::HasSubstr(entry)) << entry;
  }
  EXPECT_TRUE(egress_policy::parse({"[::1]", "::1", "[::1]:443", "a.lan:443", "10.0.0.0/8"}).has_value());
}

// Open WebUI CVE-2026-45401: a redirect is somebody else's word.
TEST(EgressPolicy, ARedirectOfTheOperatorsHostIsTrustedWithinItsOriginOnly) {
  const auto from = *parse_web_url("https://api.example/a");
  const auto trust_of = [&](const char* to) {
    return egress_policy::after_redirect(from, url_trust::operator_set, *parse_web_url(to));
  };
  EXPECT_EQ(trust_of("https://api.example/b"), url_trust::operator_set);
  for (const char* to :
       {"http://api.example/b", "https://api.example:8443/", "https://b.example/", "https://127.0.0.1/"})
    EXPECT_EQ(trust_of(to), url_trust::user_given) << to;
  EXPECT_EQ(egress_policy::after_redirect(from, url_trust::user_given, from), url_trust::user_given);
}

}  // namespace kontor::outbound
