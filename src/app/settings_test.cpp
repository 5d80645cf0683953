#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace kontor::app {
namespace {

constexpr auto good_secret = "q7Jr0x1vXo9fKc2mZb8yTn5wLd3hPs6u";

base::result<config> with_env(std::map<std::string, std::string> environment) {
  return load_config({.flags = {}, .environment = std::move(environment), .env_file = {}});
}

std::string sentence(const base::result<config>& loaded) {
  return loaded.has_error() ? loaded.error().detail : "(accepted)";
}

}  // namespace

TEST(Settings, DefaultsAreWhatTheDesignSays) {
  const auto loaded = with_env({});
  ASSERT_TRUE(loaded.has_value()) << sentence(loaded);
  EXPECT_EQ(loaded->api_host.to_string(), "127.0.0.1");
  EXPECT_EQ(loaded->api_port, 8500);
  EXPECT_EQ(loaded->data_dir, "./data");
  EXPECT_EQ(loaded->registration, account::registration_policy::open);
  EXPECT_EQ(loaded->jwt_life, std::chrono::minutes(60));
  EXPECT_EQ(loaded->password_bcrypt_cost, 12);
  EXPECT_EQ(loaded->password_min_length, 8u);
  EXPECT_TRUE(loaded->trusted_proxies.empty());
  EXPECT_TRUE(loaded->jwt_secret_key.empty());
}

TEST(Settings, FlagsWinOverEnvironmentOverFileOverDefault) {
  const auto port = [](setting_sources from) { return load_config(from).value().api_port; };
  EXPECT_EQ(port({{{"API_PORT", "1"}}, {{"API_PORT", "2"}}, {{"API_PORT", "3"}}}), 1);
  EXPECT_EQ(port({{}, {{"API_PORT", "2"}}, {{"API_PORT", "3"}}}), 2);
  EXPECT_EQ(port({{}, {}, {{"API_PORT", "3"}}}), 3);
  EXPECT_EQ(port({{}, {{"API_PORT", ""}}, {}}), 8500);
}

TEST(Settings, ReadsEveryKindOfValue) {
  const auto loaded = with_env({{"API_HOST", "::1"},
                                {"PUBLIC_URL", "HTTPS://Kontor.Example.org:8443/"},
                                {"CORS_ORIGINS", "https://a.example, http://localhost:3000 ,"},
                                {"TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8, fd00::/8"},
                                {"ADMIN_EMAIL", " Admin@Example.ORG "},
                                {"REGISTRATION", "allowlist"},
                                {"ALLOWED_EMAILS", "Anna@example.org,ben@example.org"},
                                {"JWT_SECRET_KEY", good_secret},
                                {"LOG_FORMAT", "json"},
                                {"LOG_LEVEL", "debug"}});
  ASSERT_TRUE(loaded.has_value()) << sentence(loaded);
  EXPECT_EQ(loaded->public_url, "https://kontor.example.org:8443");
  EXPECT_EQ(loaded->cors_origins, (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
  EXPECT_EQ(loaded->trusted_proxies.size(), 3u);
  EXPECT_EQ(loaded->admin_email, "admin@example.org");
  EXPECT_EQ(loaded->allowed_emails, (std::set<std::string>{"anna@example.org", "ben@example.org"}));
  EXPECT_EQ(loaded->jwt_secret_key.text(), good_secret);
}

TEST(Settings, AMalformedValueIsASentenceThatNamesTheSettingAndNotTheValue) {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string, std::string>>{{"API_HOST", "localhost"},
                                                                  {"API_HOST", "1.2.3"},
                                                                  {"API_PORT", "65536"},
                                                                  {"API_PORT", "-1"},
                                                                  {"API_PORT", "80a"},
                                                                  {"API_PORT", " 80"},
                                                                  {"PUBLIC_URL", "desk.example.net"},
                                                                  {"PUBLIC_URL", "ftp://kontor.example.org"},
                                                                  {"PUBLIC_URL", "https://kontor.example.net:99999"},
                                                                  {"PUBLIC_URL", "https://kontor.example.net/desk"},
                                                                  {"PUBLIC_URL", "https://user:pw@kontor.example.org"},
                                                                  {"PUBLIC_URL", "https://kontor.example.org/?x=1"},
                                                                  {"PUBLIC_URL", "https://kontor.example.org/\r\nX: y"},
                                                                  {"CORS_ORIGINS", "*"},
                                                                  {"CORS_ORIGINS", "https://a.example/path"},
                                                                  {"CORS_ORIGINS", "null"},
                                                                  {"TRUSTED_PROXIES", "10.0.0.0/33"},
                                                                  {"TRUSTED_PROXIES", "everyone"},
                                                                  {"THREADS", "257"},
                                                                  {"DATABASE_URL", "mysql://x"},
                                                                  {"ADMIN_EMAIL", "admin"},
                                                                  {"REGISTRATION", "Open"},
                                                                  {"ALLOWED_EMAILS", "anna"},
                                                                  {"REQUIRE_SECOND_FACTOR", "users"},
                                                                  {"SMTP_URL", "http://user:pw@mail.example.org"},
                                                                  {"SMTP_URL", "smtp://mail.example.org/inbox"},
                                                                  {"MAIL_FROM", "desk"},
                                                                  {"EMAIL_VERIFICATION", "maybe"},
                                                                  {"PASSWORD_MIN_LENGTH", "7"},
                                                                  {"PASSWORD_MIN_LENGTH", "65"},
                                                                  {"PASSWORD_BCRYPT_COST", "9"},
                                                                  {"PASSWORD_BCRYPT_COST", "16"},
                                                                  {"PASSWORD_PEPPER", "short"},
                                                                  {"JWT_SECRET_KEY", "short"},
                                                                  {"JWT_EXPIRE_MINUTES", "0"},
                                                                  {"JWT_EXPIRE_MINUTES", "1441"},
                                                                  {"LOG_LEVEL", "loud"},
                                                                  {"LOG_FORMAT", "xml"}}) {
    const auto loaded = with_env({{name, value}});
    ASSERT_TRUE(loaded.has_error()) << name << "=" << value;
    EXPECT_TRUE(loaded.error().detail.starts_with(name + " ")) << loaded.error().detail;
    if (value.size() > 4) {
      EXPECT_EQ(loaded.error().detail.find(value), std::string::npos) << loaded.error().detail;
    }
  }
}

TEST(Settings, AnUnknownNameInTheFileIsRefusedButNotInTheEnvironment) {
  const auto from_file = load_config({{}, {}, {{"API_PROT", "1"}}});
  EXPECT_NE(sentence(from_file).find("API_PROT"), std::string::npos);
  EXPECT_TRUE(load_config({{}, {{"API_PROT", "1"}}, {}}).has_value());
  EXPECT_TRUE(load_config({{}, {}, {{"API_PORT_FILE", "x"}}}).has_error()) << "only secrets come from files";
}

TEST(Settings, AnAllowlistNeedsAddresses) {
  EXPECT_NE(sentence(with_env({{"REGISTRATION", "allowlist"}})).find("ALLOWED_EMAILS"), std::string::npos);
}

TEST(Settings, MailNeedsASenderAndAnAddressForItsLinks) {
  const std::map<std::string, std::string> whole{{"SMTP_URL", "smtp://desk:secret%21@mail.example.org"},
                                                 {"MAIL_FROM", "Desk@Example.org"},
                                                 {"PUBLIC_URL", "https://desk.example"},
                                                 {"EMAIL_VERIFICATION", "required"}};
  const auto loaded = with_env(whole);
  ASSERT_TRUE(loaded.has_value()) << sentence(loaded);
  EXPECT_EQ(loaded->smtp.value().password.text(), "secret!");
  EXPECT_EQ(loaded->mail_from, "desk@example.org");
  EXPECT_EQ(loaded->email_verification, account::email_verification::required);
  const std::pair<const char*, const char*> rows[] = {
      {"MAIL_FROM", "MAIL_FROM "}, {"PUBLIC_URL", "PUBLIC_URL "}, {"SMTP_URL", "EMAIL_VERIFICATION "}};
  for (const auto& [left_out, named] : rows) {
    auto partly = whole;
    partly.erase(left_out);
    EXPECT_TRUE(sentence(with_env(partly)).starts_with(named)) << left_out;
  }
}

TEST(Settings, WarnsWhenRequestsFromOutsideDecideWhoWeAre) {
  struct row {
    std::map<std::string, std::string> environment;
    std::size_t warnings;
  };
  const std::vector<row> rows{{{}, 0},
                              {{{"API_HOST", "127.0.0.7"}}, 0},
                              {{{"API_HOST", "::1"}}, 0},
                              {{{"API_HOST", "0.0.0.0"}}, 1},
                              {{{"API_HOST", "::"}}, 1},
                              {{{"API_HOST", "192.0.2.1"}}, 1},
                              {{{"TRUSTED_PROXIES", "127.0.0.1"}}, 1},
                              {{{"API_HOST", "::"}, {"TRUSTED_PROXIES", "127.0.0.1"}}, 1},
                              {{{"API_HOST", "::"}, {"PUBLIC_URL", "https://desk.example"}}, 0},
                              {{{"TRUSTED_PROXIES", "127.0.0.1"}, {"PUBLIC_URL", "https://desk.example"}}, 0}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto warnings = warnings_about(with_env(rows[i].environment).value());
    ASSERT_EQ(warnings.size(), rows[i].warnings) << i;
    for (const auto& warning : warnings) {
      EXPECT_NE(warning.find("PUBLIC_URL"), std::string::npos) << i;
      EXPECT_NE(warning.find("Host"), std::string::npos) << i;
    }
  }
}

TEST(Settings, ASecretMayComeFromAFile) {
  const auto file = testing::TempDir() + "kontor-secret";
  std::ofstream(file) << good_secret << "\n";
  const auto loaded = with_env({{"JWT_SECRET_KEY_FILE", file}});
  ASSERT_TRUE(loaded.has_value()) << sentence(loaded);
  EXPECT_EQ(loaded->jwt_secret_key.text(), good_secret);
  EXPECT_NE(sentence(with_env({{"JWT_SECRET_KEY_FILE", file}, {"JWT_SECRET_KEY", good_secret}})).find("both set"),
            std::string::npos);
  EXPECT_NE(sentence(with_env({{"JWT_SECRET_KEY_FILE", testing::TempDir()}}))
                .find("JWT_SECRET_KEY_FILE names a file that is a folder"),
            std::string::npos);
  EXPECT_NE(sentence(with_env({{"JWT_SECRET_KEY_FILE", "/dev/zero"}}))
                .find("JWT_SECRET_KEY_FILE names a file that is not a regular file"),
            std::string::npos);
  EXPECT_NE(sentence(with_env({{"JWT_SECRET_KEY_FILE", "/nonexistent/secret"}})).find("JWT_SECRET_KEY_FILE"),
            std::string::npos);
}

TEST(Settings, FlagsAreNamedAfterTheVariables) {
  for (const auto& s : all_settings()) {
    if (s.name == "API_PORT") EXPECT_EQ(flag_of(s), "--api-port");
  }
}

TEST(Settings, TheKeyOfTheVaultIsGivenOrItsFileIsNamed) {
  constexpr auto key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  const auto none = with_env({});
  EXPECT_TRUE(none->vault_key.empty());
  EXPECT_TRUE(none->vault_key_file.empty());
  EXPECT_EQ(with_env({{"VAULT_KEY", key}})->vault_key.text(), key);
  // The vault reads the file itself: one that is not there stops nothing else.
  const auto named = with_env({{"VAULT_KEY_FILE", "/nowhere/vault.key"}});
  ASSERT_TRUE(named.has_value()) << sentence(named);
  EXPECT_EQ(named->vault_key_file, "/nowhere/vault.key");
  EXPECT_TRUE(named->vault_key.empty());
  EXPECT_EQ(sentence(with_env({{"VAULT_KEY", key}, {"VAULT_KEY_FILE", "/nowhere"}})),
            "VAULT_KEY and VAULT_KEY_FILE are both set; only one of them may be.");
  for (const auto* wrong : {"short", "# a comment", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="}) {
    const auto refused = sentence(with_env({{"VAULT_KEY", wrong}}));
    EXPECT_TRUE(refused.starts_with("VAULT_KEY ")) << refused;
    EXPECT_EQ(refused.find(wrong), std::string::npos) << refused;
  }
}

}  // namespace kontor::app
