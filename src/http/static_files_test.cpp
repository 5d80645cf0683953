#include "http/static_files.hpp"

#include "http/server_fixture.hpp"

#include <array>
#include <string>

namespace kontor::http {
namespace {

constexpr std::array files = {
    static_file{"/assets/index-abc.js", "text/javascript; charset=utf-8", "\"js\"", true, "plain script", "gzip script",
                "br script"},
    static_file{"/docs/index.html", "text/html; charset=utf-8", "\"docs\"", false, "docs page", "", ""},
    static_file{"/icon.svg", "image/svg+xml", "\"icon\"", false, "icon", "gzip icon", ""},
    static_file{"/index.html", "text/html; charset=utf-8", "\"page\"", false, "page", "gzip page", "br page"},
};

class StaticFiles : public testing::Test {
 protected:
  StaticFiles() : running_({}, 1) {
    const auto not_found = [](request&) -> async::awaitable<response> {
      co_return response::with_body(404, "text/plain", "nothing here");
    };
    running_.routes.set_fallback(serve_files(files, {"/api/", "/assets/"}, not_found));
    running_.start();
  }
  test::raw_response get(std::string_view path, std::string_view more = "", std::string_view method = "GET") {
    return running_.connect().ask(
        std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n",
        method);
  }

  running_server running_;
};

}  // namespace

TEST_F(StaticFiles, AreFoundByPath) {
  const auto script = get("/assets/index-abc.js");
  EXPECT_EQ(script.status, 200u);
  EXPECT_EQ(script.body, "plain script");
  EXPECT_EQ(script.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.header("etag"), "\"js\"");
  EXPECT_EQ(script.header("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.header("vary"), "Accept-Encoding");
  EXPECT_EQ(script.count("content-encoding"), 0u);
  const auto page = get("/");
  EXPECT_EQ(page.body, "page");
  EXPECT_EQ(page.header("cache-control"), "no-cache");
  EXPECT_EQ(get("/docs").body, "docs page");
  EXPECT_EQ(get("/icon.svg?v=1").body, "icon");
}

TEST_F(StaticFiles, AreSentInTheBestCodingThatTheClientTakes) {
  const auto coded = [&](std::string_view accept) {
    return get("/assets/index-abc.js", "Accept-Encoding: " + std::string(accept) + "\r\n");
  };
  EXPECT_EQ(coded("gzip, deflate, br").body, "br script");
  EXPECT_EQ(coded("gzip, deflate, br").header("content-encoding"), "br");
  EXPECT_EQ(coded("gzip").body, "gzip script");
  EXPECT_EQ(coded("gzip").header("content-encoding"), "gzip");
  EXPECT_EQ(coded("br;q=0, gzip").body, "gzip script");
  EXPECT_EQ(coded("br;q=0, gzip;q=0").body, "plain script");
  EXPECT_EQ(coded("identity").body, "plain script");
  EXPECT_EQ(coded("br").header("etag"), "W/\"js\"");
  EXPECT_EQ(get("/icon.svg", "Accept-Encoding: br\r\n").body, "icon");
  EXPECT_EQ(get("/docs", "Accept-Encoding: gzip, br\r\n").body, "docs page");
}

TEST_F(StaticFiles, AreNotSentAgainWhenUnchanged) {
  for (const std::string tag : {"\"page\"", "W/\"page\"", "\"a\", \"page\"", "*"}) {
    const auto answer = get("/", "If-None-Match: " + tag + "\r\n");
    EXPECT_EQ(answer.status, 304u) << tag;
    EXPECT_EQ(answer.header("etag"), "\"page\"");
    EXPECT_EQ(answer.header("cache-control"), "no-cache");
    EXPECT_EQ(answer.header("vary"), "Accept-Encoding");
    EXPECT_EQ(answer.count("content-length"), 0u);
  }
  EXPECT_EQ(get("/", "If-None-Match: \"old\"\r\n").status, 200u);
}

TEST_F(StaticFiles, HeadHasTheLengthOfTheCopy) {
  const auto answer = get("/assets/index-abc.js", "Accept-Encoding: br\r\n", "HEAD");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.header("content-length"), "9");
}

// security-checklist c.57
TEST_F(StaticFiles, RangesAreIgnored) {
  for (const std::string range : {"bytes=0-1", "bytes=0-,0-,0-,0-", "bytes=99-1", "bytes=-0"}) {
    const auto answer = get("/", "Range: " + range + "\r\n");
    EXPECT_EQ(answer.status, 200u) << range;
    EXPECT_EQ(answer.body, "page");
  }
}

TEST_F(StaticFiles, PagesOfTheAppAreItsIndex) {
  const std::string browser = "Accept: text/html,*/*;q=0.8\r\n";
  EXPECT_EQ(get("/login", browser).body, "page");
  EXPECT_EQ(get("/charts/btc", browser).body, "page");
  for (const std::string accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"})
    EXPECT_EQ(get("/login", accept).status, 404u) << accept;
  for (const std::string path : {"/api/v1/nothing", "/api", "/assets/old.js", "/assets/x", "/favicon.ico", "/a.b"})
    EXPECT_EQ(get(path, browser).status, 404u) << path;
}

TEST_F(StaticFiles, TakeNoMethodButGetAndHead) {
  const std::string browser = "Accept: text/html\r\n";
  for (const std::string path : {"/", "/docs", "/icon.svg", "/assets/index-abc.js", "/login"}) {
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
      const auto refused = get(path, browser, method);
      EXPECT_EQ(refused.status, 405u) << method << path;
      EXPECT_EQ(refused.header("allow"), "GET, HEAD, OPTIONS") << method << path;
    }
    const auto asked = get(path, browser, "OPTIONS");
    EXPECT_EQ(asked.status, 204u) << path;
    EXPECT_EQ(asked.header("allow"), "GET, HEAD, OPTIONS") << path;
  }
  for (const std::string path : {"/assets/old.js", "/api/v1/nothing", "/favicon.ico"})
    EXPECT_EQ(get(path, browser, "POST").status, 404u) << path;
}

// security-checklist a.50, c.56
TEST_F(StaticFiles, NothingElseIsReachable) {
  for (const std::string path :
       {"/..%2f..%2fetc/passwd", "/..\\etc\\passwd", "//etc/passwd", "/assets/../index.html",
        "/assets/%2e%2e/index.html", "/.git/config", "/.env", "/index.html.", "/assets/index-abc.js.",
        "/ASSETS/INDEX-ABC.JS", "/assets/index-abc.js/", "/index.html%20", "/Index.html"})
    EXPECT_EQ(get(path, "Accept: text/html\r\n").status, 404u) << path;
  for (const std::string path : {"/metrics", "/debug", "/server-status"})
    EXPECT_EQ(get(path).status, 404u) << path;
  for (const std::string path : {"/%00", "/index.html%00.png", "/%c0%ae%c0%ae/etc/passwd"})
    EXPECT_EQ(get(path).status, 400u) << path;
}

}  // namespace kontor::http
