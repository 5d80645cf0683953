#include "app/part_settings.hpp"

#include <gtest/gtest.h>

namespace kontor::app {

TEST(PartSettings, TheSettingsAreTheDefaultsOfTheRules) {
  config given;
  given.registration = account::registration_policy::closed;
  given.chat_runs_at_once = 7;
  given.chat_tokens_per_day = 1000;
  const auto rules = rules_of(given);
  EXPECT_EQ(rules.accounts.registration, account::registration_policy::closed);
  EXPECT_EQ(rules.chats, (policy::chat_limits{.runs_at_once = 7, .tokens_per_day = 1000}));
}

TEST(PartSettings, ZeroTokensADayAreNoLimitForRuns) {
  const auto limited = run_limits_of({.runs_at_once = 3, .tokens_per_day = 1});
  EXPECT_EQ(limited.runs_at_once, 3);
  EXPECT_EQ(limited.tokens_per_day, 1);
  EXPECT_FALSE(run_limits_of({.runs_at_once = 3, .tokens_per_day = policy::no_limit}).tokens_per_day.has_value());
}

// Administrators may raise it while the program runs; what they set must not fail for the way out.
TEST(PartSettings, TheWayOutHasRoomForAsManyAnswersAsMayEverBeAllowed) {
  config given;
  given.chat_runs_at_once = 1;
  EXPECT_GT(https_settings_of(given).at_once_per_owner, static_cast<std::size_t>(policy::most_runs_at_once));
}

TEST(PartSettings, LocalCallersAreToldApartUnlessAProxyThatNobodyNamedMayRunHere) {
  const auto tells = [](std::string url, bool has_proxy) {
    config given;
    given.public_url = std::move(url);
    if (has_proxy) given.trusted_proxies.emplace_back(boost::asio::ip::make_network_v4("127.0.0.1/32"));
    return can_tell_local_callers(given);
  };
  for (const auto* own : {"", "http://localhost:8500", "http://127.0.0.1", "http://127.1.2.3:80", "http://[::1]:8500"})
    EXPECT_TRUE(tells(own, false)) << own;
  for (const auto* public_url : {"https://kontor.example", "http://192.0.2.1:8500", "https://[2001:db8::1]",
                                 "https://localhost.example", "https://127.0.0.1.example"}) {
    EXPECT_FALSE(tells(public_url, false)) << public_url;
    EXPECT_TRUE(tells(public_url, true)) << public_url;
  }
}

}  // namespace kontor::app
