#include "token/scopes.hpp"

#include <gtest/gtest.h>

namespace kontor::token {

TEST(Scopes, EveryNameIsReadBackAndNothingElse) {
  for (const auto& known : scope_names) {
    EXPECT_EQ(parse_scope(known.name), known.value);
    EXPECT_EQ(name_of(known.value), known.name);
  }
  for (const auto* wrong : {"", "account", "account:", "account:write", "Account:read", "account:read ", "*", "admin"})
    EXPECT_EQ(parse_scope(wrong), std::nullopt) << wrong;
}

TEST(Scopes, ASetIsStoredAsTextAndReadBack) {
  scope_set both;
  EXPECT_TRUE(both.empty());
  EXPECT_EQ(both.text(), "");
  both.add(scope::admin_read);
  EXPECT_EQ(both.text(), "admin:read");
  EXPECT_FALSE(both.has(scope::account_read));
  both.add(scope::account_read);
  both.add(scope::account_read);
  EXPECT_EQ(both.text(), "account:read admin:read");
  EXPECT_EQ(scope_set::parse(both.text()), both);
}

TEST(Scopes, WhatIsNotKnownGivesNoRight) {
  for (const auto* wrong : {"", " ", "everything", "ADMIN:READ", "admin:read,account:read", "admin:readaccount:read"})
    EXPECT_TRUE(scope_set::parse(wrong).empty()) << wrong;
  EXPECT_EQ(scope_set::parse("vault:write account:read").text(), "account:read");
}

}  // namespace kontor::token
