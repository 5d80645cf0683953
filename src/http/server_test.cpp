#include "http/server.hpp"

#include "http/server_fixture.hpp"

namespace kontor::http {
namespace {

async::awaitable<response> say_path(request& in) { co_return response::with_body(200, "text/plain; charset=utf-8", in.path + "?" + std::string(in.query)); }
async::awaitable<response> echo(request& in) { co_return response::with_body(200, "application/json", std::string(in.body)); }

}  // namespace

TEST(Server, AnswersOnOneConnectionAgainAndAgain) {
  running_server running;
  running.routes.add(method::get, "/hello/{name}", say_path);
  running.routes.add(method::post, "/echo", echo, {.body = route_options::body_kind::json});
  running.start();
  auto client = running.connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask("GET /hello/you?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.body, "/hello/you?a=b");
    const auto echoed = client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(echoed.status, 200u);
    EXPECT_EQ(echoed.body, "{}");
  }
  const auto lost = client.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(lost.status, 404u);
}

}  // namespace kontor::http
