#include "http/cookies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::http {

TEST(Cookies, AreFoundByTheirWholeName) {
  struct row {
    std::vector<std::string_view> fields;
    std::optional<std::string_view> value;
  };
  for (const auto& [fields, value] : std::vector<row>{
           {{}, std::nullopt},
           {{"a=1"}, "1"},
           {{"b=2; a=1"}, "1"},
           {{"b=2;a=1;c=3"}, "1"},
           {{"b=2", "a=1"}, "1"},
           {{" a = 1 "}, "1"},
           {{"a="}, ""},
           {{"a=x=y"}, "x=y"},
           {{"a"}, std::nullopt},
           {{"A=1"}, std::nullopt},
           {{"aa=1; xa=2"}, std::nullopt},
           {{"; ;;=;=1"}, std::nullopt},
           // Two of one name: neither.
           {{"a=1; a=2"}, std::nullopt},
           {{"a=1", "a=1"}, std::nullopt},
       }) {
    request in;
    for (const auto field : fields)
      in.headers.push_back({"Cookie", field});
    EXPECT_EQ(find_cookie(in, "a"), value) << (fields.empty() ? "(none)" : fields.front());
  }
}

// Security checklist a.51.
TEST(Cookies, A51AreForThisSiteAndForNoScript) {
  EXPECT_EQ(set_cookie({.name = "__Host-x", .value = "v", .max_age = std::chrono::seconds(60), .secure = true}),
            "__Host-x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(set_cookie({.name = "x", .value = "", .path = "/api/v1/auth"}),
            "x=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict");
}

}  // namespace kontor::http
