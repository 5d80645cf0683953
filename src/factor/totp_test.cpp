#include "factor/totp.hpp"

#include "base/text.hpp"
#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

namespace kontor::factor {
namespace {

using namespace std::chrono_literals;

// The secret of RFC 6238 appendix B for SHA-1.
base::secret_bytes rfc_secret() {
  return base::secret_bytes(std::string_view("12345678901234567890"));
}

base::timestamp at_second(std::int64_t seconds) {
  return base::timestamp(std::chrono::seconds(seconds));
}

std::string code_at(std::int64_t step) {
  return std::string(totp_code(rfc_secret(), step).text());
}

TEST(Totp, AnswersRfc6238) {
  int count = 0;
  const auto file = test::vector_json("rfc/totp_rfc6238.json");
  for (const auto& each : file.at("values").as_array()) {
    if (test::text_at(each, "alg") != "SHA1") continue;  // The others are not ours to speak.
    const auto now = at_second(each.at("time").as_int64());
    const auto code = test::text_at(each, "otp6");
    EXPECT_EQ(code_at(totp_step_at(now)), code);
    EXPECT_EQ(match_totp(rfc_secret(), code, now), totp_step_at(now));
    ++count;
  }
  EXPECT_EQ(count, 6);
}

TEST(Totp, AnswersRfc4226) {
  int count = 0;
  const auto file = test::vector_json("rfc/hotp_rfc4226.json");
  for (const auto& each : file.at("values").as_array()) {
    EXPECT_EQ(code_at(each.at("counter").as_int64()), test::text_at(each, "otp"));
    ++count;
  }
  EXPECT_EQ(count, 10);
}

TEST(Totp, AStepLastsThirtySeconds) {
  EXPECT_EQ(totp_step_at(at_second(0)), 0);
  EXPECT_EQ(totp_step_at(at_second(30) - 1us), 0);
  EXPECT_EQ(totp_step_at(at_second(30)), 1);
  EXPECT_EQ(totp_step_at(at_second(0) - 1us), -1);
  EXPECT_EQ(totp_step_at(at_second(20'000'000'000)), 0x27bc86aa) << "after 2038 as well";
}

TEST(Totp, A13AcceptsTheStepBeforeAndTheStepAfterAndNoOther) {
  const auto now = at_second(1'800'000'015);
  const auto present = totp_step_at(now);
  for (std::int64_t away = -5; away <= 5; ++away) {
    const auto matched = match_totp(rfc_secret(), code_at(present + away), now);
    if (away >= -1 && away <= 1) {
      EXPECT_EQ(matched, present + away) << away;
    } else {
      EXPECT_EQ(matched, std::nullopt) << away;
    }
  }
  // At both ends of the step.
  EXPECT_EQ(match_totp(rfc_secret(), code_at(present - 1), at_second((present + 1) * 30) - 1us), present - 1);
  EXPECT_EQ(match_totp(rfc_secret(), code_at(present - 1), at_second((present + 1) * 30)), std::nullopt);
  EXPECT_EQ(match_totp(rfc_secret(), code_at(present + 1), at_second(present * 30)), present + 1);
  EXPECT_EQ(match_totp(rfc_secret(), code_at(present + 1), at_second(present * 30) - 1us), std::nullopt);
}

TEST(Totp, AClockAtItsBeginningOrBeforeMatchesWithoutNegativeSteps) {
  EXPECT_EQ(match_totp(rfc_secret(), code_at(0), at_second(0)), 0);
  EXPECT_EQ(match_totp(rfc_secret(), code_at(1), at_second(0)), 1);
  EXPECT_EQ(match_totp(rfc_secret(), code_at(0), at_second(-100)), std::nullopt);
  EXPECT_THROW(totp_code(rfc_secret(), -1), std::invalid_argument);
}

TEST(Totp, ReadsACodeAsPeopleTypeIt) {
  const auto now = at_second(59);  // 287082
  for (const char* good : {"287082", "287 082", " 287082 ", "287-082", "2 8 7 0 8 2"})
    EXPECT_EQ(match_totp(rfc_secret(), good, now), 1) << good;
  for (const char* bad : {"", " ", "28708", "2870820", "0287082", "287082a", "a87082", "287.082", "+287082", "94287082",
                          "２８７０８２", "287082\n", "0x46164", "287083"})
    EXPECT_EQ(match_totp(rfc_secret(), bad, now), std::nullopt) << bad;
  EXPECT_EQ(match_totp(rfc_secret(), std::string_view("287082\0", 7), now), std::nullopt);
}

TEST(Totp, ACodeKeepsItsLeadingZeros) {
  const auto now = at_second(1'111'111'109);  // 081804
  EXPECT_EQ(code_at(totp_step_at(now)), "081804");
  EXPECT_EQ(match_totp(rfc_secret(), "81804", now), std::nullopt);
}

TEST(Totp, ASecretHas160RandomBits) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const auto secret = make_totp_secret();
    EXPECT_EQ(secret.size(), 20u);
    seen.insert(std::string(secret.text()));
  }
  EXPECT_EQ(seen.size(), 1'000u);
}

TEST(Totp, WritesASecretInBase32) {
  const auto file = test::vector_json("rfc/totp_rfc6238.json");
  EXPECT_EQ(totp_secret_text(rfc_secret()).text(), test::text_at(file.at("secrets_base32"), "SHA1"));
  EXPECT_EQ(totp_secret_text(make_totp_secret()).size(), 32u) << "no padding, which some apps do not take";
}

TEST(Totp, WritesTheUriThatAppsRead) {
  EXPECT_EQ(totp_uri(rfc_secret(), "a.b+c@x.org").text(),
            "otpauth://totp/Kontor:a.b%2Bc%40x.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kontor"
            "&algorithm=SHA1&digits=6&period=30");
  // Nothing in an address ends the label.
  EXPECT_TRUE(totp_uri(rfc_secret(), "a?secret=x&b#/%:@x.org")
                  .text()
                  .starts_with("otpauth://totp/Kontor:a%3Fsecret%3Dx%26b%23%2F%25%3A%40x.org?secret=GEZD"));
  EXPECT_TRUE(totp_uri(rfc_secret(), "käse@x.org").text().starts_with("otpauth://totp/Kontor:k%C3%A4se%40x.org?"));
}

}  // namespace
}  // namespace kontor::factor
