#include "session/refresh_token.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;

const base::timestamp family_begun_at = base::from_microseconds(1'800'000'000'000'000);

}  // namespace

TEST(RefreshDecision, TheRuleAsATable) {
  using enum refresh_decision;
  session_info session;
  session.idle_expires_at = family_begun_at + 7 * 24h;
  session.expires_at = family_begun_at + 30 * 24h;
  struct row {
    std::optional<base::timestamp> spent_at;
    base::timestamp now;
    refresh_decision expected;
  };
  const std::vector<row> rows = {
      {std::nullopt, family_begun_at, rotate},
      {std::nullopt, family_begun_at + 7 * 24h - 1us, rotate},
      {std::nullopt, family_begun_at + 7 * 24h, expired},
      {family_begun_at, family_begun_at, repeat},
      {family_begun_at, family_begun_at + 10s, repeat},
      {family_begun_at, family_begun_at + 10s + 1us, end_family},
      {family_begun_at, family_begun_at + 6 * 24h, end_family},
      {family_begun_at, family_begun_at + 8 * 24h, expired},
      // The clock leapt back an hour: what was spent stays spent.
      {family_begun_at, family_begun_at - 1us, end_family},
      {family_begun_at, family_begun_at - 1h, end_family},
  };
  for (const auto& [spent_at, now, expected] : rows)
    EXPECT_EQ(decide_refresh(spent_at, session, now, {}), expected) << (now - family_begun_at).count();
  // The end in any case counts however recent the last use was.
  session.idle_expires_at = family_begun_at + 40 * 24h;
  EXPECT_EQ(decide_refresh(std::nullopt, session, family_begun_at + 30 * 24h, {}), expired);
  EXPECT_EQ(decide_refresh(std::nullopt, session, family_begun_at + 30 * 24h - 1us, {}), rotate);
}

// Security checklist a.18: 1,000 samples, all different, 256 bits, no position that stands still.
TEST(RefreshToken, A18SamplesAreAllDifferentAndWithoutStructure) {
  const refresh_successors successors{
      base::secret_bytes{std::string_view("a signing key of thirty-two bytes or more")}};
  std::set<std::string> seen;
  std::vector<std::set<char>> at(42);
  const auto note = [&](std::string_view token) {
    ASSERT_EQ(token.size(), 43u);
    ASSERT_EQ(base::from_base64url(token).value().size(), 32u);
    EXPECT_TRUE(seen.insert(std::string(token)).second);
    for (std::size_t i = 0; i < at.size(); ++i)
      at[i].insert(token[i]);
  };
  auto family = make_refresh_token();
  for (int i = 0; i < 500; ++i) {
    note(make_refresh_token().text());
    family = successors.successor_of(family.text(), refresh_successors::make_salt());
    note(family.text());
  }
  for (const auto& values : at)
    EXPECT_EQ(values.size(), 64u);
}

TEST(RefreshToken, TheSuccessorFollowsFromTokenSaltAndKeyAlone) {
  const base::secret_bytes key{std::string_view("a signing key of thirty-two bytes or more")};
  const base::secret_bytes other{std::string_view("another signing key of thirty-two bytes")};
  const auto salt = refresh_successors::make_salt();
  const auto token = make_refresh_token();
  const auto successor = refresh_successors(key).successor_of(token.text(), salt);
  EXPECT_EQ(refresh_successors(key).successor_of(token.text(), salt).text(), successor.text());
  EXPECT_NE(refresh_successors(other).successor_of(token.text(), salt).text(), successor.text());
  EXPECT_NE(refresh_successors(key).successor_of(token.text(), refresh_successors::make_salt()).text(),
            successor.text());
  EXPECT_NE(refresh_successors(key).successor_of(make_refresh_token().text(), salt).text(), successor.text());
}

TEST(RefreshToken, IsStoredAsItsHash) {
  const auto token = make_refresh_token();
  const auto hash = hash_of_refresh_token(token.text());
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(hash.find(token.text()), std::string::npos);
  EXPECT_NE(hash_of_refresh_token("x" + std::string(token.text())), hash);
}

}  // namespace kontor::session
