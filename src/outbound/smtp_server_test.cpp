#include "outbound/smtp_server.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {

TEST(SmtpServer, IsReadFromItsUrl) {
  struct row {
    std::string_view url;
    std::string host;
    std::uint16_t port;
    smtp_security security;
    std::string user;
    std::string password;
  };
  using enum smtp_security;
  const row rows[] = {
      {"smtp://mail.example.org", "mail.example.org", 587, starttls, "", ""},
      {"smtps://mail.example.org", "mail.example.org", 465, tls, "", ""},
      {"smtp://mail.example.org:25/", "mail.example.org", 25, starttls, "", ""},
      {"smtp://anna:p%40ss%3Aword@mail.example.org", "mail.example.org", 587, starttls, "anna", "p@ss:word"},
      {"smtp://anna%40x.org:secret@mail.example.org", "mail.example.org", 587, starttls, "anna@x.org", "secret"},
      {"smtp://mail.example.org?tls=none", "mail.example.org", 587, none, "", ""},
      {"smtp://localhost:1025", "localhost", 1025, none, "", ""},
      {"smtp://127.0.0.1:1025", "127.0.0.1", 1025, none, "", ""},
      {"smtp://127.0.0.1:1025?tls=required", "127.0.0.1", 1025, starttls, "", ""},
      {"smtp://[::1]:1025", "[::1]", 1025, none, "", ""},
      {"smtp://10.0.0.1:25", "10.0.0.1", 25, starttls, "", ""},
      {"smtp://localhost.example.org", "localhost.example.org", 587, starttls, "", ""},
  };
  for (const auto& wanted : rows) {
    const auto read = parse_smtp_url(wanted.url);
    ASSERT_TRUE(read.has_value()) << wanted.url;
    EXPECT_EQ(read->host, wanted.host) << wanted.url;
    EXPECT_EQ(read->port, wanted.port) << wanted.url;
    EXPECT_EQ(read->security, wanted.security) << wanted.url;
    EXPECT_EQ(read->user, wanted.user) << wanted.url;
    EXPECT_EQ(read->password.text(), wanted.password) << wanted.url;
  }
}

TEST(SmtpServer, AnythingElseIsRefusedWithoutSayingIt) {
  for (const std::string_view url :
       {"", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org/inbox",
        "smtp://mail.example.org?tls=maybe", "smtp://mail.example.org?tls=none&x", "smtps://mail.example.org?tls=none",
        "smtp://:planted@mail.example.org", "smtp://mail.example.org:0", "smtp://mail.example.org:70000",
        "smtp://mail.example.org#planted", "smtp://planted word@mail.example.org"}) {
    const auto read = parse_smtp_url(url);
    ASSERT_FALSE(read.has_value()) << url;
    EXPECT_EQ(read.error().code, base::errc::invalid_input);
    EXPECT_EQ(read.error().detail.find("planted"), std::string::npos);
  }
}

}  // namespace kontor::outbound
