#include "app/setting_checks.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace kontor::app {
namespace {

using state = check_result::state;

config given(std::string public_url, std::vector<const char*> proxies, const char* host = "127.0.0.1") {
  config out;
  out.api_host = boost::asio::ip::make_address(host);
  out.public_url = std::move(public_url);
  for (const auto* each : proxies)
    out.trusted_proxies.emplace_back(boost::asio::ip::make_network_v4(each));
  return out;
}

struct SettingChecks : testing::Test {
  std::filesystem::path write_env_file(mode_t mode) {
    const auto file = folder.path() / ".env";
    std::ofstream(file) << "JWT_SECRET_KEY=x\n";
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return file;
  }
  tests::temporary_folder folder;
};

}  // namespace

TEST_F(SettingChecks, ItSaysHowManyComeFromWhere) {
  const setting_sources from{.flags = {{"API_PORT", "1"}},
                             .environment = {{"PATH", "/bin"}, {"DATA_DIR", "x"}, {"THREADS", ""}},
                             .env_file = {}};
  const auto said = check_sources(from, "none");
  EXPECT_EQ(said.is, state::good);
  EXPECT_EQ(said.found, "All of them can be read: 1 from flags, 1 from the environment, 0 from none.");
}

TEST_F(SettingChecks, WhatTwoSourcesSayDifferentlyIsNotedByNameAlone) {
  const setting_sources differing{.flags = {},
                                  .environment = {{"API_PORT", "8500"}, {"JWT_SECRET_KEY", "needle-one"}},
                                  .env_file = {{"API_PORT", "8501"}, {"JWT_SECRET_KEY_FILE", "/needle-two"}}};
  const auto said = check_sources(differing, "none");
  EXPECT_EQ(said.is, state::noted);
  EXPECT_NE(said.found.find("API_PORT, JWT_SECRET_KEY"), std::string::npos) << said.found;
  EXPECT_EQ((said.found + said.advice).find("needle"), std::string::npos);
  EXPECT_EQ((said.found + said.advice).find("850"), std::string::npos);
  const setting_sources alike{.flags = {}, .environment = {{"API_PORT", "1"}}, .env_file = {{"API_PORT", "1"}}};
  EXPECT_EQ(check_sources(alike, "none").is, state::good);
  const setting_sources empty{.flags = {}, .environment = {{"API_PORT", ""}}, .env_file = {{"API_PORT", "1"}}};
  EXPECT_EQ(check_sources(empty, "none").is, state::good);
}

TEST_F(SettingChecks, AFileWithSecretsIsForItsOwnerAlone) {
  const setting_sources secret{.flags = {}, .environment = {}, .env_file = {{"JWT_SECRET_KEY", "needle"}}};
  for (const mode_t open : {0644u, 0640u, 0604u, 0660u}) {
    const auto said = check_sources(secret, write_env_file(open));
    EXPECT_EQ(said.is, state::bad) << open;
    EXPECT_NE(said.advice.find("chmod 600 "), std::string::npos);
    EXPECT_EQ(said.found.find("needle"), std::string::npos);
  }
  EXPECT_EQ(check_sources(secret, write_env_file(0600)).is, state::good);
  EXPECT_EQ(check_sources(secret, folder.path() / "away").is, state::good);
  const setting_sources open_ones{.flags = {}, .environment = {}, .env_file = {{"API_PORT", "1"}}};
  EXPECT_EQ(check_sources(open_ones, write_env_file(0644)).is, state::good);
}

TEST_F(SettingChecks, AddressesThatMakeSenseTogetherAndThoseThatDoNot) {
  EXPECT_EQ(check_public_address(given("", {})).is, state::good);
  EXPECT_EQ(check_public_address(given("http://localhost:8500", {})).is, state::good);
  EXPECT_EQ(check_public_address(given("https://desk.example", {"10.0.0.0/8"})).is, state::good);
  EXPECT_EQ(check_public_address(given("http://[::1]:8500", {}, "::1")).is, state::good);

  EXPECT_EQ(check_public_address(given("", {}, "0.0.0.0")).is, state::noted);
  const auto no_proxy = check_public_address(given("https://desk.example", {}));
  EXPECT_EQ(no_proxy.is, state::noted);
  EXPECT_NE(no_proxy.advice.find("TRUSTED_PROXIES"), std::string::npos);
  const auto in_clear = check_public_address(given("http://desk.example", {}));
  EXPECT_EQ(in_clear.is, state::noted);
  EXPECT_NE(in_clear.found.find("in clear"), std::string::npos);
  EXPECT_EQ(check_public_address(given("https://desk.example", {"10.0.0.0/8", "0.0.0.0/0"})).is, state::bad);
}

}  // namespace kontor::app
