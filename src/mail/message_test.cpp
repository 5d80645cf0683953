#include "mail/message.hpp"

#include "base/text.hpp"
#include "mail/mail_fixture.hpp"
#include "mail/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace kontor::mail {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const letterhead head{.from = "desk@example.org", .site = "https://desk.example"};

mail mail_of(mail_kind kind, language in) {
  auto what = some_mail();
  what.kind = kind;
  what.in = in;
  return what;
}

// The reverse of to_quoted_printable, for the tests.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      out += static_cast<char>(base::hex_value(text[i + 1]) * 16 + base::hex_value(text[i + 2]));
      i += 2;
    }
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    if (end == std::string_view::npos) {
      lines.emplace_back(text.substr(at));
      break;
    }
    lines.emplace_back(text.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

}  // namespace

TEST(Message, HasAllHeadersAndTheLink) {
  const auto id = mail_id::parse("00000000-0000-4000-8000-000000000001").value();
  const auto text = write_message(some_mail(), id, head, noon);
  EXPECT_THAT(text, testing::StartsWith("Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"
                                        "From: Kontor <desk@example.org>\r\n"
                                        "To: <anna@example.org>\r\n"
                                        "Subject: Kontor at desk.example: set a new password\r\n"
                                        "Message-ID: <00000000-0000-4000-8000-000000000001@example.org>\r\n"
                                        "Auto-Submitted: auto-generated\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  const auto body = decoded(text.substr(text.find("\r\n\r\n") + 4));
  EXPECT_THAT(body, HasSubstr("\r\n\r\nhttps://desk.example/reset#token=planted-token\r\n\r\n"));
  EXPECT_THAT(body, HasSubstr("until 2027-01-15 08:30 UTC"));
  EXPECT_EQ(text, write_message(some_mail(), id, head, noon)) << "a second try is the same mail";
}

TEST(Message, EveryKindHasItsTextInBothLanguages) {
  std::set<std::string> subjects;
  for (int kind = 1; kind <= static_cast<int>(last_mail_kind); ++kind) {
    for (const auto in : {language::english, language::german}) {
      const auto what = mail_of(static_cast<mail_kind>(kind), in);
      const auto text = text_of(what, head.site);
      EXPECT_TRUE(subjects.insert(text.subject).second) << text.subject;
      EXPECT_THAT(text.subject, HasSubstr("desk.example")) << "it says who it is from";
      EXPECT_THAT(text.subject + text.body, Not(HasSubstr("{")));
      EXPECT_TRUE(base::is_utf8(text.subject) && base::is_utf8(text.body));
      EXPECT_THAT(text.body, EndsWith("\n"));
      const auto message = write_message(what, crypto::random_id<mail_id>(), head, noon);
      for (const auto& line : lines_of(message)) {
        EXPECT_LE(line.size(), line.starts_with("Subject") ? 998u : 90u) << line;
        EXPECT_THAT(line, testing::Not(testing::ContainsRegex("[\r\n]")));
        for (const char c : line)
          EXPECT_TRUE(c >= ' ' && c < 0x7f) << line;
      }
    }
  }
  EXPECT_THROW((void)text_of(mail_of(mail_kind::nothing, language::english), head.site), std::invalid_argument);
}

TEST(Message, TheNoticeOfAChangeNamesTheAddressAndHasNoLinkThatActs) {
  for (const auto in : {language::english, language::german}) {
    auto what = mail_of(mail_kind::change_requested, in);
    what.new_address = "new+{host}@example.org";
    const auto text = text_of(what, head.site);
    EXPECT_THAT(text.body, HasSubstr("\n\nnew+{host}@example.org\n\n")) << "as it is";
    EXPECT_THAT(text.body, HasSubstr(head.site));
    EXPECT_THAT(text.body, Not(HasSubstr("token")));
  }
}

// c.54: what would begin another header field, or another recipient, is not written at all.
TEST(Message, AnAddressDoesNotBreakOut) {
  const auto id = crypto::random_id<mail_id>();
  for (const char* address : {"a@x.org\r\nBcc: b@x.org", "a@x.org\n", "a@x.org>, <b@x.org", "a b@x.org", "\ta@x.org"}) {
    auto what = some_mail();
    what.to = address;
    EXPECT_THROW((void)write_message(what, id, head, noon), std::invalid_argument) << address;
    EXPECT_THROW((void)write_message(some_mail(), id, {address, head.site}, noon), std::invalid_argument) << address;
  }
}

TEST(Message, QuotedPrintableComesBackAsItWas) {
  const std::string rows[] = {"",
                              "plain\n",
                              "a=b",
                              "Grüße, „Öffnen“\n\n",
                              "blank at the end \nnext",
                              ".\n.dot",
                              std::string(75, 'x') + "\n",
                              std::string(76, 'x') + "\n",
                              std::string(77, 'x'),
                              std::string(500, '='),
                              std::string(74, 'x') + "ü\n" + std::string(75, 'y') + " z"};
  for (const auto& row : rows) {
    const auto encoded = to_quoted_printable(row);
    std::string wanted;
    for (const char c : row)
      wanted += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(decoded(encoded), wanted);
    for (const auto& line : lines_of(encoded)) {
      EXPECT_LE(line.size(), 76u) << line;
      EXPECT_FALSE(line.starts_with('.')) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
  EXPECT_EQ(to_quoted_printable("a\r\nb"), "a\r\nb");
}

TEST(Message, SubjectsAreEncodedInWholeCharacters) {
  EXPECT_EQ(to_header_text("Plain"), "Plain");
  EXPECT_EQ(to_header_text("ä"), "=?utf-8?B?w6Q=?=");
  const auto longer = to_header_text(std::string(44, 'x') + "äöü" + std::string(60, 'y'));
  for (const auto& line : lines_of(longer))
    EXPECT_LE(line.size(), 76u) << line;
  EXPECT_THAT(longer, testing::StartsWith("=?utf-8?B?" + base::to_base64(base::as_bytes(std::string(44, 'x'))) + "?="));
}

TEST(Message, DatesAreThoseOfMail) {
  EXPECT_EQ(to_mail_date(base::from_microseconds(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(to_mail_date(base::from_microseconds(951'782'399'999'999)), "Mon, 28 Feb 2000 23:59:59 +0000");
  EXPECT_EQ(to_mail_date(base::from_microseconds(951'868'799'000'000)), "Tue, 29 Feb 2000 23:59:59 +0000");
}

}  // namespace kontor::mail
