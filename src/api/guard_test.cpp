#include "api/guard.hpp"

#include <gtest/gtest.h>

namespace kontor::api {
namespace {

using base::errc;

http::request with_authorization(std::vector<std::string_view> values, std::string_view query = "") {
  http::request in;
  for (const auto value : values)
    in.headers.push_back({"authorization", value});
  in.query = query;
  return in;
}

}  // namespace

TEST(Guard, ReadsTheTokenInEveryAcceptedSpelling) {
  for (const auto* value : {"Bearer abc.def.ghi", "bearer abc.def.ghi", "BEARER abc.def.ghi"}) {
    const auto in = with_authorization({value});
    EXPECT_EQ(bearer_token(in).value(), "abc.def.ghi") << value;
  }
}

TEST(Guard, RefusesEverythingElse) {
  struct row {
    std::vector<std::string_view> values;
    std::string_view query;
    errc code;
    std::string_view type;
  };
  for (const auto& [values, query, code, type] : std::vector<row>{
           {{}, "", errc::unauthenticated, ""},
           {{"Basic dTpw"}, "", errc::unauthenticated, ""},
           {{"BearerX abc"}, "", errc::unauthenticated, ""},
           {{""}, "", errc::unauthenticated, ""},
           {{"Bearer"}, "", errc::unauthenticated, "invalid-token"},
           {{"Bearer "}, "", errc::unauthenticated, "invalid-token"},
           {{"Bearer  abc"}, "", errc::unauthenticated, "invalid-token"},
           {{"Bearer abc def"}, "", errc::unauthenticated, "invalid-token"},
           {{"Bearer abc,Bearer def"}, "", errc::unauthenticated, "invalid-token"},
           {{"Bearer\tabc"}, "", errc::unauthenticated, ""},
           {{"Bearer abc", "Bearer abc"}, "", errc::malformed, ""},
           {{"Bearer abc"}, "access_token=abc", errc::malformed, ""},
           {{}, "x=1&access_token=abc", errc::malformed, ""},
       }) {
    const auto in = with_authorization(values, query);
    const auto token = bearer_token(in);
    const std::string shown = values.empty() ? "(none)" : std::string(values[0]);
    ASSERT_TRUE(token.has_error()) << shown;
    EXPECT_EQ(token.error().code, code) << shown;
    EXPECT_EQ(token.error().type, type) << shown;
  }
}

TEST(Guard, OtherParametersOfTheQueryAreNoneOfItsBusiness) {
  const auto in = with_authorization({"Bearer abc"}, "my_access_token=1&x=access_token");
  EXPECT_TRUE(bearer_token(in).has_value());
}

}  // namespace kontor::api
