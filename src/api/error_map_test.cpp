#include "api/error_map.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::api {
namespace {

using base::errc;

boost::json::object body_of(const http::response& answer) {
  return boost::json::parse(answer.body()).as_object();
}

}  // namespace

TEST(ErrorMap, EveryOutcomeIsAProblemDocument) {
  for (int i = 0; i <= static_cast<int>(errc::internal); ++i) {
    const auto code = static_cast<errc>(i);
    const auto answer = render_error({code}, "req-1");
    EXPECT_EQ(answer.status(), status_of(code));
    EXPECT_GE(answer.status(), 400u);
    EXPECT_EQ(answer.content_type(), "application/problem+json; charset=utf-8");
    const auto body = body_of(answer);
    EXPECT_EQ(body.at("type").as_string(), "urn:kontor:problem:" + std::string(base::name_of(code)));
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_EQ(body.at("status").as_int64(), answer.status());
    EXPECT_EQ(body.at("request_id").as_string(), "req-1");
  }
}

TEST(ErrorMap, AnInternalErrorNeverExplainsItself) {
  const auto answer = render_error({errc::internal, "leaky-type", "leaky detail", "leaky internals"}, "");
  EXPECT_EQ(answer.body().find("leaky"), std::string_view::npos) << answer.body();
}

TEST(ErrorMap, InternalDetailStaysInside) {
  const auto answer = render_error({errc::conflict, "email-taken", "Shown.", "hidden"}, "");
  EXPECT_EQ(answer.body().find("hidden"), std::string_view::npos);
  EXPECT_EQ(body_of(answer).at("detail").as_string(), "Shown.");
}

TEST(ErrorMap, ChallengesAsRfc6750Asks) {
  EXPECT_EQ(render_error({errc::unauthenticated}, "").find("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(render_error({errc::unauthenticated, "invalid-credentials"}, "").find("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(render_error({errc::unauthenticated, "invalid-token"}, "").find("WWW-Authenticate"),
            R"(Bearer error="invalid_token")");
}

TEST(ErrorMap, SaysWhenToComeBack) {
  base::error busy{errc::overloaded};
  EXPECT_EQ(render_error(busy, "").find("Retry-After"), "1");
  busy.retry_after = std::chrono::seconds(7);
  EXPECT_EQ(render_error(busy, "").find("Retry-After"), "7");
  EXPECT_EQ(render_error({errc::not_found}, "").find("Retry-After"), "");
}

TEST(ErrorMap, TooManyAttemptsSayHowLongToWait) {
  base::error refused{errc::too_many_requests, "too-many-attempts", "", "of the account"};
  refused.retry_after = std::chrono::minutes(15);
  const auto answer = render_error(refused, "");
  EXPECT_EQ(answer.status(), 429u);
  EXPECT_EQ(answer.find("Retry-After"), "900");
  const auto body = body_of(answer);
  EXPECT_EQ(body.at("type").as_string(), "urn:kontor:problem:too-many-attempts");
  EXPECT_EQ(body.at("title").as_string(), "Too many attempts that failed. Please wait before the next one.");
  // Whose counter it was (the account's, the address's) is not for the client.
  EXPECT_EQ(body.if_contains("detail"), nullptr);
}

TEST(ErrorMap, AProblemMayHaveMembersOfItsType) {
  const auto more = [](json::writer& out) { out.member("expires_in", 300); };
  const auto body = body_of(render_problem({errc::unauthenticated, "second-factor-required"}, "r", more));
  EXPECT_EQ(body.at("expires_in").as_int64(), 300);
  EXPECT_EQ(body.at("status").as_int64(), 401);
}

TEST(ErrorMap, ListsEveryWrongField) {
  base::error wrong{errc::invalid_input};
  wrong.fields = {{"/email", "required", "Enter an address."}, {"/password", "too_short", "At least 8 characters."}};
  const auto errors = body_of(render_error(wrong, "")).at("errors").as_array();
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[1].at("path").as_string(), "/password");
  EXPECT_EQ(errors[1].at("code").as_string(), "too_short");
}

}  // namespace kontor::api
