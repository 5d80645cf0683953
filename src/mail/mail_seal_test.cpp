#include "mail/mail_seal.hpp"

#include "crypto/random.hpp"
#include "mail/mail_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::mail {
namespace {

const base::secret_bytes key{std::string_view("an installation key of thirty-two bytes or more")};

}  // namespace

TEST(MailSeal, OpensWhatItSealed) {
  const mail_seal seal(key);
  const auto id = crypto::random_id<mail_id>();
  auto what = some_mail();
  what.in = language::german;
  what.new_address = "new@example.org";
  what.act = {.at = noon, .address = "2001:db8::1", .device = "Firefox on Linux", .tokens = 3};
  const auto opened = seal.open(id, seal.seal(id, what, noon)).value();
  EXPECT_EQ(opened.to, what.to);
  EXPECT_EQ(opened.kind, what.kind);
  EXPECT_EQ(opened.in, language::german);
  EXPECT_EQ(opened.link.text(), what.link.text());
  EXPECT_EQ(opened.expires_at, what.expires_at);
  EXPECT_EQ(opened.new_address, "new@example.org");
  EXPECT_EQ(opened.act.at, noon);
  EXPECT_EQ(opened.act.address, "2001:db8::1");
  EXPECT_EQ(opened.act.device, "Firefox on Linux");
  EXPECT_EQ(opened.act.tokens, 3);
}

TEST(MailSeal, DoesNotOpenElsewhere) {
  const mail_seal seal(key);
  const auto id = crypto::random_id<mail_id>();
  const auto sealed = seal.seal(id, some_mail(), noon);
  EXPECT_FALSE(seal.open(crypto::random_id<mail_id>(), sealed)) << "moved to another row";
  auto changed = sealed;
  changed[30] = changed[30] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(seal.open(id, changed));
  EXPECT_FALSE(seal.open(id, ""));
  const mail_seal other(base::secret_bytes(std::string_view("another installation key of thirty-two bytes")));
  EXPECT_FALSE(other.open(id, sealed));
  EXPECT_THROW(mail_seal(base::secret_bytes(std::string_view("short"))), std::invalid_argument);
}

// Who can read the table sees neither whom a mail is for nor whether there is one at all.
TEST(MailSeal, AMailAndNoneLookAlike) {
  const mail_seal seal(key);
  const auto id = crypto::random_id<mail_id>();
  auto nothing = some_mail();
  nothing.kind = mail_kind::nothing;
  const auto one = seal.seal(id, some_mail(), noon);
  EXPECT_EQ(one.size(), seal.seal(id, nothing, noon).size());
  EXPECT_EQ(one.find("anna"), std::string::npos);
  EXPECT_NE(one, seal.seal(id, some_mail(), noon));
}

}  // namespace kontor::mail
