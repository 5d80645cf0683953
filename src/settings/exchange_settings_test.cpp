#include "settings/exchange_settings.hpp"

#include <gtest/gtest.h>

namespace kontor::settings {
namespace {

const base::timestamp checked_at = base::from_microseconds(1'800'000'000'000'000);

std::vector<vault::secret_info> secrets(const std::string& seal = "a seal") {
  std::vector<vault::secret_info> out;
  for (const auto name : exchange_secret_names) {
    vault::secret_info one;
    one.name = name;
    one.seal = seal;
    one.updated_at = checked_at;
    one.hint = base::secret_bytes(std::string_view("cdef"));
    out.push_back(std::move(one));
  }
  return out;
}

exchange_record record() {
  exchange_record out;
  out.host = exchange_home;
  out.api_key_masked = "bg_1****cdef";
  out.seals = {"a seal", "a seal", "a seal"};
  out.what = state::verified;
  out.rights = {.read = true, .trade = true, .withdraw = false};
  out.verified_at = checked_at;
  out.changed_at = checked_at;
  return out;
}

TEST(ExchangeSettings, TheKeyIsMasked) {
  EXPECT_EQ(masked(""), "");
  EXPECT_EQ(masked("12345678"), "********");
  EXPECT_EQ(masked("123456789"), "****6789");
  EXPECT_EQ(masked("123456789012345"), "****2345");
  EXPECT_EQ(masked("1234567890123456"), "1234****3456");
}

TEST(ExchangeSettings, AreThereWhenAllThreeSecretsAre) {
  EXPECT_FALSE(view_of(record(), {}).is_configured);
  auto two = secrets();
  two.pop_back();
  EXPECT_FALSE(view_of(record(), two).is_configured);
  auto one_is_deleted = secrets();
  one_is_deleted[1].deleted_at = checked_at;
  EXPECT_FALSE(view_of(record(), one_is_deleted).is_configured);
  EXPECT_FALSE(view_of(record(), one_is_deleted).what.has_value());

  const auto whole = view_of(record(), secrets());
  EXPECT_TRUE(whole.is_configured);
  EXPECT_EQ(whole.what, state::verified);
  EXPECT_EQ(whole.api_key_masked, "bg_1****cdef");
  EXPECT_EQ(warnings_of(whole), (std::vector{exchange_warning::may_trade, exchange_warning::no_address_binding}));
}

// What was said of one key says nothing of another.
TEST(ExchangeSettings, AKeyThatWasChangedInTheVaultIsNotVerified) {
  for (const auto& now :
       {view_of(record(), secrets("another seal")), view_of(std::optional<exchange_record>(), secrets())}) {
    EXPECT_TRUE(now.is_configured);
    EXPECT_EQ(now.what, state::not_verified);
    EXPECT_EQ(now.api_key_masked, "****cdef");
    EXPECT_EQ(now.rights, exchange_rights{});
    EXPECT_TRUE(warnings_of(now).empty());
    EXPECT_EQ(now.host, exchange_home);
  }
}

TEST(ExchangeSettings, ASecretThatCannotBeReadIsTold) {
  auto broken = secrets();
  broken[2].is_readable = false;
  EXPECT_EQ(view_of(record(), broken).what, state::unreadable);
  EXPECT_TRUE(view_of(record(), broken).is_configured);
}

}  // namespace
}  // namespace kontor::settings
