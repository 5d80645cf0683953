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

session::signed_in signed_in() {
  session::signed_in out;
  out.access_token = "a.b.c";
  out.expires_in = std::chrono::seconds(60);
  out.owner = anna();
  out.refresh_token = base::secret_bytes(std::string_view("refresh"));
  out.refresh_expires_in = std::chrono::seconds(600);
  return out;
}

}  // namespace

TEST(Wire, WritesAUserWithNothingButItsPublicFields) {
  EXPECT_EQ(
      write_me(anna(), {.is_on = true, .is_demanded = true}),
      R"({"id":"0189f7e0-1c2b-4d3e-8f00-abcdefabcdef","email":"anna@example.org","is_admin":true,"is_active":true,)"
      R"("email_verified":false,"created_at":"1970-01-01T00:00:01Z","updated_at":"1970-01-01T00:00:02Z",)"
      R"("second_factor":true,"must_set_up_second_factor":false})");
}

TEST(Wire, WhoHasNoSecondFactorMustSetOneUpWhenThePolicySaysSo) {
  for (const bool has : {false, true})
    for (const bool demanded : {false, true}) {
      const auto body = boost::json::parse(write_me(anna(), {.is_on = has, .is_demanded = demanded})).as_object();
      EXPECT_EQ(body.at("second_factor").as_bool(), has);
      EXPECT_EQ(body.at("must_set_up_second_factor").as_bool(), demanded && !has);
    }
}

TEST(Wire, AStepUpIsAPasswordOrACode) {
  EXPECT_TRUE(std::holds_alternative<session::password_proof>(read_step_up(R"({"password":"a"})").value()));
  EXPECT_TRUE(std::holds_alternative<session::code_proof>(read_step_up(R"({"code":"a"})").value()));
  for (const auto* body : {"{}", R"({"password":"a","code":"b"})", R"({"password":1})", R"({"code":null})", "[]",
                           R"({"code":"a","owner":"b"})"})
    EXPECT_EQ(read_step_up(body).error().code, base::errc::invalid_input) << body;
}

TEST(Wire, WritesASignIn) {
  const auto body = boost::json::parse(write_signed_in(signed_in(), delivery::cookie)).as_object();
  EXPECT_EQ(body.at("access_token").as_string(), "a.b.c");
  EXPECT_EQ(body.at("token_type").as_string(), "bearer");
  EXPECT_EQ(body.at("expires_in").as_int64(), 60);
  EXPECT_EQ(body.at("user").at("email").as_string(), "anna@example.org");
  // A browser's refresh token travels in the cookie alone, where no script can read it.
  EXPECT_FALSE(body.contains("refresh_token"));
  EXPECT_FALSE(body.contains("refresh_expires_in"));

  const auto program = boost::json::parse(write_signed_in(signed_in(), delivery::body)).as_object();
  EXPECT_EQ(program.at("refresh_token").as_string(), "refresh");
  EXPECT_EQ(program.at("refresh_expires_in").as_int64(), 600);
}

TEST(Wire, ReadsWhereTheRefreshTokenIsToGo) {
  EXPECT_EQ(read_credentials(R"({"email":"a","password":"b"})")->refresh_token, delivery::cookie);
  EXPECT_EQ(read_credentials(R"({"email":"a","password":"b","refresh_token_in":"cookie"})")->refresh_token,
            delivery::cookie);
  EXPECT_EQ(read_credentials(R"({"email":"a","password":"b","refresh_token_in":"body"})")->refresh_token,
            delivery::body);
  EXPECT_EQ(read_credentials(R"({"email":"a","password":"b","refresh_token_in":"url"})").error().fields.at(0).code,
            "not_allowed");
}

TEST(Wire, ARefreshWithoutABodyIsABrowsers) {
  EXPECT_FALSE(read_refresh_token("").value().has_value());
  EXPECT_EQ(read_refresh_token(R"({"refresh_token":"abc"})").value()->text(), "abc");
  EXPECT_EQ(read_refresh_token("{}").error().fields.at(0).code, "required");
  EXPECT_EQ(read_refresh_token("[]").error().code, base::errc::invalid_input);
  EXPECT_EQ(read_logout_all("").value(), session::sessions_of_account::all);
  EXPECT_EQ(read_logout_all("{}").value(), session::sessions_of_account::all);
  EXPECT_EQ(read_logout_all(R"({"except_current":true})").value(), session::sessions_of_account::all_but_this);
  EXPECT_EQ(read_logout_all(R"({"except_current":1})").error().fields.at(0).code, "wrong_type");
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
