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
const base::manual_clock at_noon(base::from_microseconds(1'800'000'000'000'000));
const throttle::known_devices devices{
    base::secret_bytes(std::string_view("a signing key of thirty-two bytes or more"))};

browser_session make(browser_settings settings) {
  return {std::move(settings), devices, at_noon};
}

session::signed_in signed_in() {
  session::signed_in out;
  out.refresh_token = base::secret_bytes(std::string_view(token));
  out.refresh_expires_in = std::chrono::seconds(600);
  return out;
}

}  // namespace

TEST(BrowserSession, TheCookieIsBoundToTheHostOnHttps) {
  const auto secure = make({.public_url = "https://desk.example.com", .other_origins = {}});
  http::response answer;
  secure.keep(answer, signed_in());
  EXPECT_EQ(answer.find("Set-Cookie"),
            "__Host-kontor_refresh=" + token + "; Path=/; Max-Age=600; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(secure.token_of(with({{"Cookie", "__Host-kontor_refresh=abc"}})).value().text(), "abc");
  // What a plain-HTTP neighbour may have planted is not looked at.
  EXPECT_FALSE(secure.token_of(with({{"Cookie", "kontor_refresh=abc"}})));

  const auto plain = make({.public_url = "http://localhost:8500", .other_origins = {}});
  http::response gone;
  plain.forget(gone);
  EXPECT_EQ(gone.find("Set-Cookie"), "kontor_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
  EXPECT_FALSE(plain.token_of(with({{"Cookie", "kontor_refresh="}})));
}

TEST(BrowserSession, ADeviceIsKnownByItsOwnCookieAndKeepsItsName) {
  const auto secure = make({.public_url = "https://desk.example.com", .other_origins = {}});
  auto who = signed_in();
  who.owner.id = *base::user_id::parse("0189f7e0-1c2b-4d3e-8f00-abcdefabcdef");
  const auto mark_after = [&](std::vector<http::header_view> headers) {
    http::response answer;
    secure.mark_device(answer, with(std::move(headers)), who);
    const std::string line(answer.find("Set-Cookie"));
    EXPECT_TRUE(line.starts_with("__Host-kontor_device=v1."));
    EXPECT_TRUE(line.ends_with("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict; Secure"));
    return line.substr(line.find('=') + 1, line.find(';') - line.find('=') - 1);
  };
  const auto first = mark_after({});
  EXPECT_NE(mark_after({}), first);
  const auto sent = "__Host-kontor_device=" + first;
  EXPECT_EQ(mark_after({{"Cookie", sent}}), first);
  EXPECT_EQ(secure.client_of(with({{"Cookie", sent}})).device_mark, first);
  EXPECT_EQ(secure.client_of(with({{"Cookie", "kontor_device=" + first}})).device_mark, "");
  who.owner.id = *base::user_id::parse("0189f7e0-1c2b-4d3e-8f00-abcdefabcdee");
  EXPECT_NE(mark_after({{"Cookie", sent}}).substr(0, 25), first.substr(0, 25));
}

// Security checklist a.53: a foreign Origin on a route that takes the cookie is refused.
TEST(BrowserSession, A53OnlyOurOwnPagesMayUseTheCookie) {
  const auto named = make({.public_url = "https://desk.example.com", .other_origins = {"https://app.example.com"}});
  const auto unnamed = make({.public_url = "", .other_origins = {}});
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
