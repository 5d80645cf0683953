// How requests and answers follow each other on a connection.
#include "http/server_fixture.hpp"

#include <algorithm>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

constexpr route_options json_body = {.body = route_options::body_kind::json};
constexpr route_options any_body = {.body = route_options::body_kind::any};

async::awaitable<response> echo(request& in) {
  co_return response::with_body(200, "text/plain; charset=utf-8", std::string(in.body));
}
async::awaitable<response> query(request& in) {
  co_return response::with_body(200, "text/plain; charset=utf-8", std::string(in.query));
}
async::awaitable<response> fail(request&) {
  throw std::runtime_error("a private detail");
  co_return response(200);
}
async::awaitable<response> client_of(request& in) {
  co_return response::with_body(200, "text/plain; charset=utf-8", in.client.to_string() + (in.secure ? " secure" : ""));
}

std::unique_ptr<running_server> make(const limits& l = {}, std::size_t loops = 1) {
  auto running = std::make_unique<running_server>(l, loops);
  running->routes.add(method::get, "/query", query);
  running->routes.add(method::get, "/fail", fail);
  running->routes.add(method::get, "/client", client_of);
  running->routes.add(method::post, "/json", echo, json_body);
  running->routes.add(method::post, "/any", echo, any_body);
  running->routes.add(method::post, "/none", echo);
  return running;
}

std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}
std::string post(std::string_view path, std::string_view more, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace

// security-checklist c.51
TEST(Flow, AHundredPipelinedRequestsAreAnsweredInOrder) {
  limits l;
  l.pipelined_requests = 8;
  auto running = make(l);
  running->start();
  auto client = running->connect();
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += i % 3 == 0 ? post("/any", "", "p" + std::to_string(i)) : get("/query?p" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.read();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "p" + std::to_string(i));
  }
}

TEST(Flow, PipeliningIsFairToOthersOnTheLoop) {
  limits l;
  l.pipelined_requests = 4;
  auto running = make(l);
  std::vector<std::string> order;
  running->routes.add(method::get, "/note/{who}", [&order](request& in) -> async::awaitable<response> {
    order.push_back(in.path_parameter("who"));
    co_return response(204);
  });
  // Keeps the only loop busy until both clients have sent all they want.
  std::promise<void> go;
  std::promise<void> held;
  running->routes.add(method::get, "/hold", [&](request&) -> async::awaitable<response> {
    held.set_value();
    go.get_future().wait();
    co_return response(204);
  });
  running->start();
  auto first = running->connect();
  auto second = running->connect();
  auto holder = running->connect();
  first.ask(get("/query"));
  second.ask(get("/query"));
  holder.send(get("/hold"));
  held.get_future().wait();
  std::string many;
  for (int i = 0; i < 40; ++i)
    many += get("/note/first");
  first.send(many);
  second.send(get("/note/second"));
  go.set_value();
  for (int i = 0; i < 40; ++i)
    ASSERT_EQ(first.read("HEAD")->status, 204u);
  ASSERT_EQ(second.read("HEAD")->status, 204u);
  const auto turn = std::find(order.begin(), order.end(), "second") - order.begin();
  // The second waits for a few turns of the first, not for all forty requests.
  EXPECT_LE(turn, 2 * 4 + 1);
}

TEST(Flow, KeepAliveFollowsTheVersion) {
  auto running = make();
  running->start();
  auto old = running->connect();
  const auto once = old.ask("GET /query HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.status, 200u);
  EXPECT_EQ(once.header("connection"), "close");
  EXPECT_TRUE(old.is_closed());

  auto kept = running->connect();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(kept.ask("GET /query HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("connection"), "keep-alive");

  auto closing = running->connect();
  const auto last = closing.ask(get("/query", "Connection: close\r\n") + get("/query"));
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(closing.is_closed());

  auto usual = running->connect();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(usual.ask(get("/query")).count("connection"), 0u);
}

TEST(Flow, HeadIsGetWithoutTheBody) {
  auto running = make();
  running->start();
  auto client = running->connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.ask("HEAD /query?abc HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.header("content-length"), "3");
  }
  EXPECT_EQ(client.ask("HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD").status, 404u);
  EXPECT_EQ(client.ask(get("/query?after")).body, "after");
}

TEST(Flow, MethodsAreNamed) {
  auto running = make();
  running->start();
  auto client = running->connect();
  const auto wrong = client.ask("DELETE /query HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD, OPTIONS");
  const auto asked = client.ask("OPTIONS /json HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(asked.status, 204u);
  EXPECT_EQ(asked.header("allow"), "POST, OPTIONS");
  EXPECT_EQ(asked.count("content-length"), 0u);
  const auto star = client.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(star.status, 204u);
  EXPECT_EQ(star.header("allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  EXPECT_EQ(client.ask("OPTIONS /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").status, 404u);
}

// security-checklist a.53, c.55
TEST(Flow, JsonRoutesTakeJsonOnly) {
  auto running = make();
  running->start();
  const auto status = [&](std::string_view fields, std::string_view path = "/json") {
    return running->connect().ask(post(path, fields, "{}")).status;
  };
  EXPECT_EQ(status("Content-Type: application/json\r\n"), 200u);
  EXPECT_EQ(status("Content-Type: application/json; charset=utf-8\r\n"), 200u);
  EXPECT_EQ(status(""), 415u);
  EXPECT_EQ(status("Content-Type: text/plain\r\n"), 415u);
  EXPECT_EQ(status("Content-Type: application/x-www-form-urlencoded\r\n"), 415u);
  EXPECT_EQ(status("Content-Type: application/json; charset=latin1\r\n"), 415u);
  EXPECT_EQ(status("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), 415u);
  EXPECT_EQ(status("Content-Type: application/json\r\nContent-Encoding: gzip\r\n"), 415u);
  EXPECT_EQ(status("Content-Encoding: gzip\r\n", "/any"), 415u);
  EXPECT_EQ(status("Content-Encoding: gzip\r\n", "/none"), 415u);
  EXPECT_EQ(running->connect().ask(post("/json", "Content-Type: text/plain\r\n", "")).status, 415u);
  EXPECT_EQ(running->connect().ask(post("/json", "", "")).status, 200u);
}

TEST(Flow, ARouteWithoutBodyDropsIt) {
  auto running = make();
  running->start();
  auto client = running->connect();
  EXPECT_EQ(client.ask(post("/none", "", "unasked")).body, "");
  EXPECT_EQ(client.ask(get("/query?next")).body, "next");
}

TEST(Flow, AnUnreadBodyIsNotTakenForARequest) {
  auto running = make();
  running->start();
  for (const std::string path : {"/nowhere", "/query"}) {
    auto client = running->connect();
    const auto answer = client.ask(post(path, "", get("/query")));
    EXPECT_EQ(answer.status, path == "/query" ? 405u : 404u);
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST(Flow, ContinueIsSaidOnlyWhenTheBodyIsWanted) {
  auto running = make();
  running->start();
  auto client = running->connect();
  const std::string expecting = "Expect: 100-continue\r\n";
  client.send("POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + expecting + "\r\n");
  EXPECT_EQ(client.read()->status, 100u);
  EXPECT_EQ(client.ask("hello").body, "hello");
  // Who does not wait is not told.
  EXPECT_EQ(client.ask(post("/any", expecting, "hello")).body, "hello");
  const auto refused = [&](const std::string& bytes) {
    auto other = running->connect();
    const auto answer = other.ask(bytes);
    EXPECT_TRUE(other.is_closed());
    return answer.status;
  };
  EXPECT_EQ(refused("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + expecting + "\r\n"), 404u);
  EXPECT_EQ(refused("POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + expecting + "\r\n"), 405u);
  EXPECT_EQ(refused("POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n" + expecting + "\r\n"), 413u);
  EXPECT_EQ(refused("POST /json HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + expecting + "\r\n"), 415u);
}

// security-checklist c.52
TEST(Flow, AGateRefusesBeforeTheBody) {
  auto running = make();
  const auto gate = [](request& in) -> async::awaitable<std::optional<response>> {
    if (in.header("authorization") == "Bearer good") co_return std::nullopt;
    if (in.header("authorization") == "Bearer broken") throw std::runtime_error("broken");
    co_return response(401);
  };
  running->routes.add(method::post, "/gated", echo, any_body, gate);
  running->start();
  const auto head = [](std::string_view token) {
    return "POST /gated HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nAuthorization: Bearer " +
           std::string(token) + "\r\n\r\n";
  };
  auto refused = running->connect();
  EXPECT_EQ(refused.ask(head("bad")).status, 401u);
  EXPECT_TRUE(refused.is_closed());
  auto broken = running->connect();
  EXPECT_EQ(broken.ask(head("broken")).status, 500u);
  EXPECT_TRUE(broken.is_closed());
  auto welcome = running->connect();
  EXPECT_EQ(welcome.ask(head("good")).status, 100u);
  EXPECT_EQ(welcome.ask("hello").body, "hello");
}

TEST(Flow, AHalfClosedClientStillGetsItsAnswer) {
  auto running = make();
  running->start();
  auto client = running->connect();
  client.send(post("/any", "", "hello") + get("/query?second"));
  client.half_close();
  EXPECT_EQ(client.read()->body, "hello");
  EXPECT_EQ(client.read()->body, "second");
  EXPECT_TRUE(client.is_closed());
  for (const std::string part : {"GET /query HT", "POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe"}) {
    auto cut = running->connect();
    cut.send(part);
    cut.half_close();
    EXPECT_EQ(cut.read()->status, 400u);
    EXPECT_TRUE(cut.is_closed());
  }
  auto silent = running->connect();
  silent.half_close();
  EXPECT_TRUE(silent.is_closed());
}

TEST(Flow, AResetHarmsNobodyElse) {
  auto running = make();
  running->start();
  for (int i = 0; i < 20; ++i) {
    auto client = running->connect();
    client.send(i % 2 == 0 ? post("/any", "", std::string(100'000, 'a')).substr(0, 5'000) : get("/query"));
    client.reset();
  }
  EXPECT_EQ(running->connect().ask(get("/query?alive")).body, "alive");
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 0; }));
}

// PocketBase #7762: a failure while answering one client is no concern of the others.
TEST(Flow, AThrowingHandlerAnswersWithoutDetails) {
  auto running = make();
  running->start();
  auto client = running->connect();
  const auto answer = client.ask(get("/fail") + get("/query"));
  EXPECT_EQ(answer.status, 500u);
  EXPECT_EQ(answer.body.find("private"), std::string::npos);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST(Flow, LargeBodiesTravelBothWays) {
  limits l;
  l.body = 4u << 20;
  auto running = make(l);
  running->start();
  auto client = running->connect();
  std::string body;
  for (int i = 0; body.size() < (3u << 20); ++i)
    body += std::to_string(i);
  for (int i = 0; i < 2; ++i) {
    auto sending = std::async(std::launch::async, [&] { client.send(post("/any", "", body)); });
    EXPECT_TRUE(client.read()->body == body);
    sending.get();
  }
}

TEST(Flow, EveryAnswerCarriesTheSecurityHeaders) {
  auto running = make();
  running->start();
  std::set<std::string> ids;
  for (const std::string& bytes : {get("/query"), get("/nowhere"), get("/fail"), std::string("rubbish\r\n\r\n"),
                                   std::string("OPTIONS /query HTTP/1.1\r\nHost: x\r\n\r\n")}) {
    const auto answer = running->connect().ask(bytes);
    EXPECT_EQ(answer.header("content-security-policy"),
              "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
              "object-src 'none'; "
              "base-uri 'none'; frame-ancestors 'none'; form-action 'self'");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
    EXPECT_EQ(answer.header("cross-origin-opener-policy"), "same-origin");
    EXPECT_EQ(answer.header("cross-origin-resource-policy"), "same-origin");
    EXPECT_FALSE(answer.header("permissions-policy").empty());
    EXPECT_EQ(answer.header("cache-control"), "no-store");
    EXPECT_EQ(answer.header("date").size(), 29u);
    EXPECT_EQ(answer.count("strict-transport-security"), 0u);
    EXPECT_EQ(answer.count("server"), 0u);
    EXPECT_EQ(answer.count("vary"), 0u);
    EXPECT_EQ(answer.header("x-request-id").size(), 24u);
    ids.insert(answer.header("x-request-id"));
  }
  EXPECT_EQ(ids.size(), 5u);
}

TEST(Flow, RequestIdsAreOurs) {
  auto running = make();
  running->start();
  EXPECT_NE(running->connect().ask(get("/query", "X-Request-Id: mine\r\n")).header("x-request-id"), "mine");
}

// security-checklist a.43
TEST(Flow, OnlyTrustedProxiesAreBelieved) {
  const std::string claims = "X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-Proto: https\r\nX-Real-IP: 203.0.113.6\r\n";
  auto direct = make();
  direct->start();
  const auto honest = direct->connect().ask(get("/client", claims));
  EXPECT_EQ(honest.body, "127.0.0.1");
  EXPECT_EQ(honest.count("strict-transport-security"), 0u);
  EXPECT_EQ(direct->connect().ask(get("/client", "X-Forwarded-For: rubbish\r\n")).status, 200u);

  auto proxied = make();
  proxied->settings.trusted_proxies = {boost::asio::ip::make_network_v4("127.0.0.0/8")};
  proxied->start();
  const auto believed = proxied->connect().ask(get("/client", claims));
  EXPECT_EQ(believed.body, "203.0.113.5 secure");
  EXPECT_EQ(believed.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
  EXPECT_EQ(proxied->connect().ask(get("/client")).body, "127.0.0.1");
  auto malformed = proxied->connect();
  EXPECT_EQ(malformed.ask(get("/client", "X-Forwarded-For: rubbish\r\n")).status, 400u);
  EXPECT_TRUE(malformed.is_closed());
}

TEST(Flow, CorsIsForConfiguredOriginsOnly) {
  auto running = make();
  running->settings.cors_origins = {"https://app.example"};
  running->start();
  const std::string ours = "Origin: https://app.example\r\n";
  auto client = running->connect();
  const auto simple = client.ask(get("/query", ours));
  EXPECT_EQ(simple.header("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(simple.header("access-control-allow-credentials"), "true");
  EXPECT_EQ(simple.header("vary"), "Origin");
  EXPECT_EQ(client.ask(get("/nowhere", ours)).header("access-control-allow-origin"), "https://app.example");
  const std::string preflight = "OPTIONS /json HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\n";
  const auto allowed = client.ask(preflight + ours + "\r\n");
  EXPECT_EQ(allowed.status, 204u);
  EXPECT_EQ(allowed.header("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(allowed.header("access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_NE(allowed.header("access-control-allow-headers").find("Authorization"), std::string::npos);
  for (const std::string origin : {"https://app.example.evil.example", "http://app.example", "https://APP.example",
                                   "https://app.example:444", "null", ""}) {
    const auto foreign = client.ask(get("/query", "Origin: " + origin + "\r\n"));
    EXPECT_EQ(foreign.count("access-control-allow-origin"), 0u) << origin;
    EXPECT_EQ(foreign.header("vary"), "Origin");
    EXPECT_EQ(client.ask(preflight + "Origin: " + origin + "\r\n\r\n").count("access-control-allow-methods"), 0u)
        << origin;
  }
  EXPECT_EQ(client.ask(get("/query")).count("access-control-allow-origin"), 0u);
}

}  // namespace kontor::http
