#include "api/token_api.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::api {
namespace {

base::result<token::token_request> read(std::string_view body, bool is_admin = false) {
  account::user owner;
  owner.is_admin = is_admin;
  return read_token_request(body, owner);
}

std::set<std::string> faults(std::string_view body) {
  std::set<std::string> out;
  const auto wanted = read(body);
  if (wanted) return out;
  for (const auto& field : wanted.error().fields)
    out.insert(field.path + " " + field.code);
  return out;
}

using codes = std::set<std::string>;

}  // namespace

TEST(TokenRequest, ReadsAllOfIt) {
  const auto wanted = read(
      R"({"name":" Backup ","scopes":["account:read"],"addresses":["192.0.2.7","2001:db8::/32"],"expires_in_days":90})");
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->name, "Backup");
  EXPECT_EQ(wanted->scopes.text(), "account:read");
  EXPECT_EQ(wanted->addresses.text(), "192.0.2.7,2001:db8::/32");
  EXPECT_EQ(wanted->life, std::chrono::days(90));

  const auto least = read(R"({"name":"x","scopes":["account:read"],"addresses":null})");
  ASSERT_TRUE(least);
  EXPECT_TRUE(least->addresses.empty());
  EXPECT_EQ(least->life, std::nullopt);
}

TEST(TokenRequest, NamesEveryWrongField) {
  EXPECT_EQ(faults("{}"), (codes{"/name required", "/scopes required"}));
  EXPECT_EQ(faults(R"({"name":7,"scopes":"account:read","addresses":{},"expires_in_days":"9","user_id":"x"})"),
            (codes{"/name wrong_type", "/scopes wrong_type", "/addresses wrong_type", "/expires_in_days wrong_type",
                   "/user_id unknown_member"}));
  EXPECT_EQ(
      faults(R"({"name":"  ","scopes":[],"addresses":["x"],"expires_in_days":0})"),
      (codes{"/name too_short", "/scopes too_short", "/addresses/0 not_allowed", "/expires_in_days not_allowed"}));
  EXPECT_EQ(faults(R"({"name":"a\u0000b","scopes":["account:read","account:read"]})"),
            (codes{"/name not_allowed", "/scopes/1 not_allowed"}));
  EXPECT_EQ(faults(R"({"name":"a","scopes":["account:write",7]})"),
            (codes{"/scopes/0 not_allowed", "/scopes/1 wrong_type"}));
}

TEST(TokenRequest, EachLimitJustUnderAndJustOver) {
  const auto body = [](std::size_t name, int days, int addresses) {
    std::string list;
    for (int i = 0; i < addresses; ++i)
      list += (i == 0 ? "\"192.0.2." : ",\"192.0.2.") + std::to_string(i) + "\"";
    return R"({"name":")" + std::string(name, 'a') + R"(","scopes":["account:read"],"expires_in_days":)" +
           std::to_string(days) + R"(,"addresses":[)" + list + "]}";
  };
  EXPECT_TRUE(read(body(100, 3650, 20)));
  EXPECT_TRUE(read(body(1, 1, 0)));
  EXPECT_EQ(faults(body(101, 3650, 20)), codes{"/name too_long"});
  EXPECT_EQ(faults(body(100, 3651, 20)), codes{"/expires_in_days not_allowed"});
  EXPECT_EQ(faults(body(100, 3650, 21)), codes{"/addresses too_long"});
}

TEST(TokenRequest, OnlyAnAdministratorGivesTheScopesOfOne) {
  const auto* const body = R"({"name":"x","scopes":["admin:read"]})";
  EXPECT_TRUE(read(body, true));
  EXPECT_EQ(faults(body), codes{"/scopes/0 not_allowed"});
}

}  // namespace kontor::api
