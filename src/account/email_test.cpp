#include "account/email.hpp"

#include "base/text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <map>
#include <set>

namespace kontor::account {
namespace {

// What happened, for tables: the normal form, or the type of the refusal.
std::string outcome(std::string_view typed) {
  const auto address = normalise_email(typed);
  if (address) return address->normal;
  EXPECT_EQ(address.error().code, base::errc::invalid_input);
  EXPECT_TRUE(address.error().fields.empty());
  EXPECT_FALSE(address.error().detail.empty());
  return address.error().type;
}

std::string looks(std::string_view typed) {
  const auto address = normalise_email(typed);
  return address ? address->lookalike : "refused: " + address.error().type;
}

void expect_stable(const std::string& typed) {
  const auto once = normalise_email(typed);
  if (!once) return;
  EXPECT_LE(once->normal.size(), max_email_size) << typed;
  EXPECT_TRUE(base::is_utf8(once->normal)) << typed;
  EXPECT_TRUE(once->normal.starts_with(once->local_part + "@")) << typed;
  const auto twice = normalise_email(once->normal);
  ASSERT_TRUE(twice.has_value()) << typed << " -> " << once->normal << ": " << twice.error().detail;
  EXPECT_EQ(twice->normal, once->normal) << typed;
  EXPECT_EQ(twice->lookalike, once->lookalike) << typed;
}

constexpr auto not_an_email = "not_an_email";
constexpr auto not_supported = "email_not_supported";

}  // namespace

// The policy for the isemail set; the deliberate differences stand in docs/vectors-email.md.
TEST(Email, IsemailSet) {
  const std::set<std::string> dotless = {"test@io"};
  std::map<std::string, int> accepted;
  std::map<std::string, int> refused;
  const auto isemail = test::vector_json("email/isemail-3.05.json");
  for (const auto& vector : isemail.as_array()) {
    const std::string address(vector.at("address").as_string());
    const std::string category(vector.at("category").as_string());
    const auto result = outcome(address);
    const bool good = result != not_an_email && result != not_supported;
    ++(good ? accepted : refused)[category];
    if (category == "ISEMAIL_ERR") {
      EXPECT_FALSE(good) << address;
    }
    if ((category == "ISEMAIL_VALID_CATEGORY" || category == "ISEMAIL_DNSWARN") && !dotless.contains(address)) {
      EXPECT_TRUE(good) << address << ": " << result;
    }
    if (dotless.contains(address)) {
      EXPECT_EQ(result, not_supported);
    }
    expect_stable(address);
  }
  const std::map<std::string, int> expected_accepted = {
      {"ISEMAIL_VALID_CATEGORY", 13}, {"ISEMAIL_DNSWARN", 8}, {"ISEMAIL_CFWS", 2}};
  const std::map<std::string, int> expected_refused = {{"ISEMAIL_ERR", 66},     {"ISEMAIL_VALID_CATEGORY", 1},
                                                       {"ISEMAIL_CFWS", 8},     {"ISEMAIL_DEPREC", 20},
                                                       {"ISEMAIL_RFC5321", 16}, {"ISEMAIL_RFC5322", 30}};
  EXPECT_EQ(accepted, expected_accepted);
  EXPECT_EQ(refused, expected_refused);
}

TEST(Email, OneWrittenRulePerSpelling) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      // Letter case, blanks, what stays significant.
      {"A@x.org", "a@x.org"},
      {"a@X.ORG", "a@x.org"},
      {" \ta@x.org\t ", "a@x.org"},
      {"a.b@x.org", "a.b@x.org"},
      {"ab+tag@x.org", "ab+tag@x.org"},
      {"o'brien@x.org", "o'brien@x.org"},
      // The trailing dot of a domain.
      {"a@x.org.", not_an_email},
      // Full-width letters, also as the @ and the dot.
      {"ａｂ@x.org", "ab@x.org"},
      {"ab@ｘ.ｏｒｇ", "ab@x.org"},
      {"ab@x．org", "ab@x.org"},
      {"ab@x。org", "ab@x.org"},
      {"ab＠x.org", not_an_email},
      {"evil＠victim.org@x.org", not_an_email},
      {"a．．b@x.org", not_an_email},
      // Composed and decomposed.
      {"käse@x.org", "käse@x.org"},
      {"ka\u0308se@x.org", "käse@x.org"},
      {"KÄSE@x.org", "käse@x.org"},
      // Case folding.
      {"straße@x.org", "strasse@x.org"},
      {"İ@x.org", not_supported},
      {"ı@x.org", "ı@x.org"},
      {"ſ@x.org", "s@x.org"},
      // Invisible characters, in both parts and behind an A-label.
      {"a\u200bb@x.org", not_supported},
      {"a\u00adb@x.org", not_supported},
      {"a\u202eb@x.org", not_supported},
      {"a\ufe0fb@x.org", not_supported},
      {"a\u0085b@x.org", not_supported},
      {"ab@x\u200b.org", not_supported},
      {"ab@x\u00ad.org", not_supported},
      {"a\u00a0b@x.org", not_an_email},
      {"a\u3164b@x.org", not_supported},
      {"a\u2800b@x.org", not_supported},
      // Mixed scripts.
      {"pаypal@x.org", not_supported},
      {"pay@раypal.com", not_supported},
      {"ab@xn--pypal-4ve.com", not_supported},
      {"αβγ@x.org", "αβγ@x.org"},
      {"αbc@x.org", not_supported},
      {"田中taro@x.jp", "田中taro@x.jp"},
      {"a٣۳@x.org", not_supported},
      {"😀@x.org", not_supported},
      {"ɑbc@x.org", not_supported},
      // A mark without its letter.
      {"\u0301a@x.org", not_supported},
      {"a.\u0301@x.org", not_supported},
      // IDNA2008, non-transitional, in both spellings.
      {"a@bücher.example", "a@xn--bcher-kva.example"},
      {"a@BÜCHER.example", "a@xn--bcher-kva.example"},
      {"a@bu\u0308cher.example", "a@xn--bcher-kva.example"},
      {"a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"},
      {"a@faß.de", "a@xn--fa-hia.de"},
      {"a@пример.рф", "a@xn--e1afmkfd.xn--p1ai"},
      {"a@xn--abc.com", not_supported},
      {"a@xn--.com", not_an_email},
      {"a@xn--a-ecp.com", not_supported},
      {"a@☃.net", not_supported},
      {"a@-ü.org", not_supported},
      {"a@ü_b.org", not_supported},
      {"a@ü b.org", not_supported},
      {"a@ü/b.org", not_supported},
      {"a@ü%00.org", not_supported},
      {"a@ü≠.org", not_supported},
      {"a@ü⑴.org", not_supported},
      {"a@ü․org", not_supported},
      {"a@a_b.org", not_an_email},
      // Refused by policy.
      {"\"a\"@x.org", not_supported},
      {"\"a b\"@x.org", not_supported},
      {"(c)a@x.org", not_supported},
      {"a@[127.0.0.1]", not_supported},
      {"a@[IPv6:::1]", not_supported},
      {"a@b", not_supported},
      {"a@127.0.0.1", not_supported},
      {"a@x.123", not_supported},
      {"a@ü", not_supported},
      // No addresses.
      {"", not_an_email},
      {"   ", not_an_email},
      {"a b@x.org", not_an_email},
      {"a@x.org\r\nBcc: b@x.org", not_an_email},
      {"a\r\n@x.org", not_an_email},
      {std::string("a\0b@x.org", 9), not_an_email},
      {std::string("a@x.org\0", 8), not_an_email},
      {"a\x1b[31m@x.org", not_an_email},
      {"a\xff@x.org", not_an_email},
      {"a\xc0\xaf@x.org", not_an_email},
      {"a\xed\xa0\x80@x.org", not_an_email},
      {"' OR 1=1--", not_an_email},
      {"℀@x.org", "a/c@x.org"},
      {"⑴@x.org", not_an_email},
  };
  for (const auto& [typed, expected] : rows) {
    EXPECT_EQ(outcome(typed), expected) << base::printable(typed);
    expect_stable(typed);
  }
}

TEST(Email, BoundsJustUnderAndJustOver) {
  const auto label = std::string(63, 'a');
  const auto local64 = std::string(64, 'l');
  EXPECT_EQ(outcome(local64 + "@x.org"), local64 + "@x.org");
  EXPECT_EQ(outcome(local64 + "l@x.org"), not_an_email);
  EXPECT_NE(outcome("a@" + label + ".org"), not_an_email);
  EXPECT_EQ(outcome("a@a" + label + ".org"), not_an_email);

  const auto at_254 = local64 + "@" + label + "." + label + "." + std::string(61, 'z');
  ASSERT_EQ(at_254.size(), 254u);
  EXPECT_EQ(outcome(at_254), at_254);
  EXPECT_EQ(outcome(at_254 + "z"), not_an_email);
  EXPECT_EQ(outcome(" " + at_254 + " "), at_254);
  EXPECT_EQ(outcome(std::string(1025, ' ') + "a@x.org"), not_an_email);
  EXPECT_EQ(outcome(std::string(1024 - 7, ' ') + "a@x.org"), "a@x.org");
  EXPECT_EQ(outcome(std::string(1024 - 6, ' ') + "a@x.org"), not_an_email);

  // Folding and A-labels lengthen: the limits hold for the normal form.
  std::string growing;
  while (growing.size() + 3 <= 64)
    growing += "㎢";  // three bytes become "km2"
  EXPECT_EQ(outcome(growing + "@x.org").substr(0, 6), "km2km2");
  std::string exploding;
  while (exploding.size() + 3 <= 63)
    exploding += "\ufdfa";  // three bytes become 33
  EXPECT_EQ(outcome(exploding + "@x.org"), not_an_email);
  std::string umlauts;
  while (umlauts.size() + 2 <= 126)
    umlauts += "ü";
  EXPECT_EQ(outcome("a@" + umlauts + ".org"), not_supported);
}

TEST(Email, LooksAlike) {
  EXPECT_EQ(looks("paul1@x.org"), "paul1@x.org");
  EXPECT_EQ(looks("paull@x.org"), "paull@x.org");
  EXPECT_EQ(looks("rn@x.org"), "rn@x.org");
  EXPECT_EQ(looks("m@x.org"), "m@x.org");

  const std::vector<std::pair<std::string, std::string>> twins = {
      {"аро@x.org", "apo@x.org"},               // Cyrillic
      {"ı@x.org", "i@x.org"},                   // dotless i
      {"οο@x.org", "oo@x.org"},                 // Greek
      {"a@аррӏе.com", "a@apple.com"},           // Cyrillic domain
      {"a@xn--80ak6aa92e.com", "a@apple.com"},  // the same as an A-label
      {"ѕсоре@x.org", "scope@x.org"},
      {"o’brien@x.org", "o'brien@x.org"},
  };
  for (const auto& [one, other] : twins)
    EXPECT_EQ(looks(one), looks(other)) << one;

  EXPECT_NE(looks("käse@x.org"), looks("kase@x.org"));
  EXPECT_NE(looks("a.b@x.org"), looks("ab@x.org"));
  EXPECT_NE(looks("a+b@x.org"), looks("a@x.org"));
  EXPECT_NE(looks("a@bücher.example"), looks("a@bucher.example"));
}

TEST(Email, TwoAsciiAddressesNeverShareALook) {
  std::set<std::string> seen;
  const std::string letters = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~";
  for (const char a : letters) {
    for (const char b : letters) {
      const auto address = normalise_email(std::string{a, b} + "@x.org");
      ASSERT_TRUE(address.has_value());
      EXPECT_TRUE(seen.insert(address->lookalike).second) << a << b;
    }
  }
}

TEST(Email, TheShortWayAndTheLongWayAgree) {
  std::vector<std::string> inputs = {
      "a@x.org",     "A.B+c@X.Org",   "a@b",      "a@x.123",  "a@a_b.org",
      "a@-a.org",    "a@ab--cd.org",  ".a@x.org", "a@x.org.", "a@xn--bcher-kva.example",
      "xn--a@x.org", "o'brien@x.org", "l1@x.org", "m@rn.org", "!#$%&'*+-/=?^_`{|}~@x.org"};
  const auto isemail = test::vector_json("email/isemail-3.05.json");
  for (const auto& vector : isemail.as_array())
    inputs.emplace_back(vector.at("address").as_string());
  const auto naughty = test::vector_json("naughty-strings/blns.json");
  for (const auto& line : naughty.as_array()) {
    inputs.emplace_back(std::string(line.as_string()) + "@example.com");
    inputs.emplace_back("a@" + std::string(line.as_string()) + ".com");
  }
  std::size_t accepted = 0;
  for (const auto& input : inputs) {
    const auto one = normalise_email(input);
    const auto other = detail::normalise_email_with_unicode(input);
    ASSERT_EQ(one.has_value(), other.has_value()) << base::printable(input);
    if (one) {
      ++accepted;
      EXPECT_EQ(one->normal, other->normal);
      EXPECT_EQ(one->lookalike, other->lookalike);
      EXPECT_EQ(one->local_part, other->local_part);
    } else {
      EXPECT_EQ(one.error().type, other.error().type) << base::printable(input);
    }
  }
  EXPECT_GT(accepted, 50u);
}

TEST(Email, NormalFormsOfNaughtyStringsAreStable) {
  const auto naughty = test::vector_json("naughty-strings/blns.json");
  for (const auto& line : naughty.as_array()) {
    const std::string text(line.as_string());
    for (const auto& typed :
         {text, text + "@example.com", "a@" + text + ".com", "a@" + text, text + "@" + text + ".org"})
      expect_stable(typed);
  }
}

// Every letter of the living alphabets, and of the ideographs beyond U+3100 every 31st.
TEST(Email, NormalFormsOfAllLettersAreStable) {
  std::size_t accepted = 0;
  for (char32_t c = 0x80; c < 0x30000; c += c < 0x3100 ? 1 : 31) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    std::string text;
    if (c < 0x800) {
      text = {static_cast<char>(0xc0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3f))};
    } else if (c < 0x10000) {
      text = {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3f)),
              static_cast<char>(0x80 | (c & 0x3f))};
    } else {
      text = {static_cast<char>(0xf0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3f)),
              static_cast<char>(0x80 | ((c >> 6) & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
    }
    for (const auto& typed : {text + "@example.com", "a" + text + "@example.com", "a@" + text + ".com"}) {
      accepted += normalise_email(typed).has_value() ? 1 : 0;
      expect_stable(typed);
    }
  }
  EXPECT_GT(accepted, 10'000u);
}

TEST(Email, EverySpellingOfAnAccountHasOneKey) {
  for (const auto* spelling : {"apo@x.org", " APO@X.org\t", "ａｐｏ@x.org", "аро@x.org"})
    EXPECT_EQ(key_of_account(spelling), "apo@x.org") << spelling;
  EXPECT_NE(key_of_account("ap0@x.org"), "apo@x.org");
  EXPECT_EQ(key_of_account("No Address"), "No Address");
}

}  // namespace kontor::account
