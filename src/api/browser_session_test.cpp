#include "api/browser_session.hpp"

#include <gtest/gtest.h>

namespace kontor::api {
namespace {

http::request with(std::vector<http::header_view> headers) {
  http::request in;
  in.headers = std::move(headers);
  return in;
}

const std::string token(43, 'A');

session::signed_in signed_in() {
  session::signed_in out;
  out.refresh_token = base::secret_bytes(std::string_view(token));
  out.refresh_expires_in = std::chrono::seconds(600);
  return out;
}

}  // namespace

TEST(BrowserSession, TheCookieIsBoundToTheHostOnHttps) {
  const browser_session secure({.public_url = "https://desk.example.com", .other_origins = {}});
  http::response answer;
  secure.keep(answer, signed_in());
  EXPECT_EQ(answer.find("Set-Cookie"),
            "__Host-kontor_refresh=" + token + "; Path=/; Max-Age=600; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(secure.token_of(with({{"Cookie", "__Host-kontor_refresh=abc"}})).value().text(), "abc");
  // What a plain-HTTP neighbour may have planted is not looked at.
  EXPECT_FALSE(secure.token_of(with({{"Cookie", "kontor_refresh=abc"}})));

  const browser_session plain({.public_url = "http://localhost:8500", .other_origins = {}});
  http::response gone;
  plain.forget(gone);
  EXPECT_EQ(gone.find("Set-Cookie"), "kontor_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
  EXPECT_FALSE(plain.token_of(with({{"Cookie", "kontor_refresh="}})));
}

// Security checklist a.53: a foreign Origin on a route that takes the cookie is refused.
TEST(BrowserSession, A53OnlyOurOwnPagesMayUseTheCookie) {
  const browser_session named({.public_url = "https://desk.example.com", .other_origins = {"https://app.example.com"}});
  const browser_session unnamed({.public_url = "", .other_origins = {}});
  struct row {
    std::vector<http::header_view> headers;
    bool named;
    bool unnamed;
  };
  for (const auto& [headers, is_named, is_unnamed] : std::vector<row>{
           {{}, true, true},
           {{{"Sec-Fetch-Site", "same-origin"}}, true, true},
           {{{"Sec-Fetch-Site", "none"}}, true, true},
           {{{"Sec-Fetch-Site", "same-site"}}, false, false},
           {{{"Sec-Fetch-Site", "cross-site"}}, false, false},
           {{{"Origin", "https://desk.example.com"}}, true, false},
           {{{"Origin", "https://app.example.com"}}, true, false},
           {{{"Origin", "http://desk.example.com"}}, false, false},
           {{{"Origin", "https://desk.example.com.evil.org"}}, false, false},
           {{{"Origin", "null"}}, false, false},
           {{{"Origin", ""}}, false, false},
           {{{"Origin", "http://localhost:8500"}, {"Host", "localhost:8500"}}, false, true},
           {{{"Origin", "http://localhost:8501"}, {"Host", "localhost:8500"}}, false, false},
           {{{"Origin", "https://desk.example.com"}, {"Origin", "https://desk.example.com"}}, false, false},
       }) {
    const auto in = with(headers);
    const std::string shown = headers.empty() ? "(none)" : std::string(headers.front().value);
    EXPECT_EQ(named.check_origin(in).has_value(), is_named) << shown;
    EXPECT_EQ(unnamed.check_origin(in).has_value(), is_unnamed) << shown;
  }
}

}  // namespace kontor::api
