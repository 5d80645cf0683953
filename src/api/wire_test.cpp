#include "api/wire.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::api {
namespace {

account::user anna() {
  account::user owner;
  owner.id = *base::user_id::parse("0189f7e0-1c2b-4d3e-8f00-abcdefabcdef");
  owner.email = "anna@example.org";
  owner.is_admin = true;
  owner.created_at = base::from_microseconds(1'000'000);
  owner.updated_at = base::from_microseconds(2'000'000);
  return owner;
}

}  // namespace

TEST(Wire, WritesAUserWithNothingButItsPublicFields) {
  EXPECT_EQ(
      write_user(anna()),
      R"({"id":"0189f7e0-1c2b-4d3e-8f00-abcdefabcdef","email":"anna@example.org","is_admin":true,"is_active":true,)"
      R"("created_at":"1970-01-01T00:00:01Z","updated_at":"1970-01-01T00:00:02Z"})");
}

TEST(Wire, WritesASignIn) {
  const auto body = boost::json::parse(write_signed_in({"a.b.c", std::chrono::seconds(60), anna()})).as_object();
  EXPECT_EQ(body.at("access_token").as_string(), "a.b.c");
  EXPECT_EQ(body.at("token_type").as_string(), "bearer");
  EXPECT_EQ(body.at("expires_in").as_int64(), 60);
  EXPECT_EQ(body.at("user").at("email").as_string(), "anna@example.org");
}

TEST(Wire, ReadsCredentialsExactlyAsTyped) {
  const auto wire = read_credentials(R"({"email":" A@b.c ","password":" pass\u00e4 "})");
  ASSERT_TRUE(wire.has_value());
  EXPECT_EQ(wire->email, " A@b.c ");
  EXPECT_EQ(wire->password.text(), " passä ");
}

TEST(Wire, ReportsEveryWrongFieldAtOnce) {
  const auto wire = read_credentials(R"({"email":5,"is_admin":true})");
  ASSERT_TRUE(wire.has_error());
  EXPECT_EQ(wire.error().code, base::errc::invalid_input);
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& field : wire.error().fields)
    seen.insert({field.path, field.code});
  EXPECT_EQ(seen, (std::set<std::pair<std::string, std::string>>{
                      {"/email", "wrong_type"}, {"/password", "required"}, {"/is_admin", "unknown_member"}}));
}

TEST(Wire, WhatIsNoJsonIsMalformed) {
  for (const auto* body : {"", "email=a", "{\"email\":\"a\",\"email\":\"b\",\"password\":\"x\"}", "{", "\xff"})
    EXPECT_EQ(read_credentials(body).error().code, base::errc::malformed) << body;
}

}  // namespace kontor::api
