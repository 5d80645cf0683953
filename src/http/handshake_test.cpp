// Which requests become WebSockets, and what the others are told.
#include "http/handshake.hpp"

#include "http/socket_fixture.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

const std::string page = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string version = "Sec-WebSocket-Version: 13\r\n";
const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

std::string handshake_head(const std::string& fields, const std::string& line = "GET /echo HTTP/1.1") {
  return line + "\r\nHost: x\r\n" + fields + "\r\n";
}

}  // namespace

TEST(Handshake, IsAnsweredAsInTheRfc) {
  std::ifstream in(KONTOR_TEST_VECTORS "/rfc/websocket_accept_rfc6455.json");
  const std::string file(std::istreambuf_iterator<char>(in), {});
  const auto vector = boost::json::parse(file);
  socket_server server;
  server.start();
  auto client = server.running.connect();
  const auto field = "Sec-WebSocket-Key: " + std::string(vector.at("sec_websocket_key").as_string()) + "\r\n";
  const auto answer = client.ask(handshake_head(upgrade + version + field));
  EXPECT_EQ(answer.status, 101u);
  EXPECT_EQ(answer.header("sec-websocket-accept"), std::string(vector.at("sec_websocket_accept").as_string()));
  EXPECT_EQ(answer.header("upgrade"), "websocket");
  EXPECT_EQ(answer.header("connection"), "Upgrade");
  EXPECT_EQ(answer.count("connection"), 1u);
  EXPECT_EQ(answer.count("content-length"), 0u);
  EXPECT_NE(answer.header("x-request-id"), "");
  // Who made it is nobody's business.
  EXPECT_EQ(answer.count("server"), 0u);
}

// RFC 9110 sections 5.3 and 7.8: names and options have no case, lists may be spread.
TEST(Handshake, MayBeWrittenInManyWays) {
  socket_server server;
  server.start();
  for (const auto& fields : std::vector<std::string>{
           "upgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n",
           "Upgrade: h2c, websocket\r\nConnection: upgrade\r\n",
           "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: keep-alive\r\nConnection: ,UPGRADE ,\r\n",
           upgrade + "Content-Length: 0\r\n",
           upgrade + "Origin: https://elsewhere.example\r\nSec-WebSocket-Protocol: chat, superchat\r\n",
       })
    EXPECT_EQ(server.running.connect().ask(handshake_head(fields + version + key)).status, 101u) << fields;
}

// security-checklist c.70
TEST(Handshake, OddUpgradesAreRefused) {
  socket_server server;
  server.start();
  struct odd {
    std::string bytes;
    unsigned status;
  };
  for (const auto& [bytes, status] : std::vector<odd>{
           {handshake_head(""), 426},
           {handshake_head(version + key), 426},
           {handshake_head("Upgrade: websocket\r\n" + version + key), 426},
           {handshake_head("Connection: Upgrade\r\n" + version + key), 426},
           {handshake_head("Upgrade: h2c\r\nConnection: Upgrade\r\n" + version + key), 426},
           {handshake_head("Upgrade: websockets\r\nConnection: Upgrade\r\n" + version + key), 426},
           {handshake_head("Upgrade: websocket\r\nConnection: Upgrader\r\n" + version + key), 426},
           {handshake_head(upgrade + key), 426},
           {handshake_head(upgrade + "Sec-WebSocket-Version: 12\r\n" + key), 426},
           {handshake_head(upgrade + "Sec-WebSocket-Version: 013\r\n" + key), 426},
           {handshake_head(upgrade + "Sec-WebSocket-Version: 8, 13\r\n" + key), 426},
           {handshake_head(upgrade + version + version + key), 426},
           {handshake_head(upgrade + version + key, "GET /echo HTTP/1.0"), 426},
           {handshake_head(upgrade + version + key, "POST /echo HTTP/1.1"), 405},
           {handshake_head(upgrade + version), 400},
           {handshake_head(upgrade + version + key + key), 400},
           {handshake_head(upgrade + version + "Sec-WebSocket-Key: \r\n"), 400},
           {handshake_head(upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n"), 400},
           {handshake_head(upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n"), 400},
           {handshake_head(upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j-_==\r\n"), 400},
           {handshake_head(upgrade + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWFhYWE=\r\n"), 400},
           {handshake_head(upgrade + version + key + "Content-Length: 4\r\n") + "body", 400},
           {handshake_head(upgrade + version + key + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
       }) {
    const auto answer = server.running.connect().ask(bytes);
    EXPECT_EQ(answer.status, status) << bytes;
    const bool is_told = status == 426;
    EXPECT_EQ(answer.header("upgrade"), is_told ? "websocket" : "") << bytes;
    EXPECT_EQ(answer.header("sec-websocket-version"), is_told ? "13" : "") << bytes;
    EXPECT_EQ(answer.header("connection").find("Upgrade") != std::string::npos, is_told) << bytes;
  }
  EXPECT_EQ(server.metrics().sockets_open, 0u);
}

TEST(Handshake, ARefusalDoesNotEndTheConnection) {
  socket_server server;
  server.start();
  auto client = server.running.connect();
  EXPECT_EQ(client.ask(handshake_head("")).status, 426u);
  EXPECT_EQ(client.ask(page).status, 204u);
  EXPECT_EQ(client.ask(handshake_head("", "HEAD /echo HTTP/1.1"), "HEAD").status, 426u);
  EXPECT_EQ(client.ask(page).status, 204u);
  EXPECT_EQ(client.ask(handshake_head(upgrade + version)).status, 400u);
  EXPECT_EQ(client.ask(handshake_head(upgrade + version + key)).status, 101u);
}

// What a proxy in between takes for a second request must never be read as frames.
TEST(Handshake, NothingMayFollowItUnanswered) {
  socket_server server;
  server.start();
  for (const auto& behind : {test::frame(test::opcode::text, "early"), page}) {
    auto client = server.running.connect();
    EXPECT_EQ(client.ask(handshake_head(upgrade + version + key) + behind).status, 400u);
    EXPECT_TRUE(client.is_closed());
  }
  // On other routes it is nothing special.
  auto client = server.running.connect();
  EXPECT_EQ(client.ask("GET /page HTTP/1.1\r\nHost: x\r\n" + upgrade + version + key + "\r\n" + page).status, 204u);
  EXPECT_EQ(client.read()->status, 204u);
}

// Who may come in is decided before, with ordinary answers, and only for what is a handshake.
TEST(Handshake, TheHandlerDecidesWhoComesIn) {
  socket_server server;
  std::atomic<int> asked = 0;
  server.running.routes.add(
      method::get, "/guarded",
      [&asked](request& in) -> async::awaitable<response> {
        ++asked;
        if (in.query != "token=good") co_return response(401);
        co_return response::with_socket(echo_messages);
      },
      is_socket);
  server.start();
  EXPECT_EQ(server.running.connect().ask(handshake_head("", "GET /guarded?token=good HTTP/1.1")).status, 426u);
  EXPECT_EQ(asked, 0);
  auto client = server.running.connect();
  EXPECT_EQ(client.ask(test::handshake("/guarded?token=bad")).status, 401u);
  EXPECT_EQ(client.ask(test::handshake("/guarded?token=good")).status, 101u);
  EXPECT_EQ(asked, 2);
}

TEST(Handshake, ARouteThatDoesNotSayItTakesSocketsHasNone) {
  socket_server server;
  server.running.routes.add(method::get, "/wrong", socket_server::answer_with(echo_messages));
  server.start();
  EXPECT_EQ(server.running.connect().ask(test::handshake("/wrong")).status, 500u);
  EXPECT_EQ(server.metrics().sockets_open, 0u);
}

// security-checklist c.64: the query of a handshake holds a ticket or a token.
TEST(Handshake, TheQueryIsNeverLogged) {
  // The fixture sets the log at its first start, and must not do so after us.
  running_server first({}, 1);
  first.start();
  first.stop();
  testing::internal::CaptureStderr();
  base::start_log({base::log_level::trace, base::log_format::text});
  {
    socket_server server;
    const auto fail = [](std::shared_ptr<web_socket>) -> async::awaitable<void> {
      throw std::runtime_error("a failed session");
      co_return;
    };
    server.running.routes.add(method::get, "/failing", socket_server::answer_with(fail), is_socket);
    server.start();
    server.running.connect().ask(handshake_head("", "GET /echo?token=planted-1 HTTP/1.1"));
    server.running.connect().ask(handshake_head(upgrade + version, "GET /echo?token=planted-2 HTTP/1.1"));
    auto open = server.open("/echo?token=planted-3");
    open.close();
    EXPECT_EQ(open.read_code(), 1000);
    EXPECT_EQ(server.open("/failing?token=planted-4").read_code(), 1011);
    EXPECT_TRUE(server.has_sockets(0));
  }
  const auto lines = testing::internal::GetCapturedStderr();
  base::start_log({base::log_level::error, base::log_format::text});
  EXPECT_NE(lines.find("status=101"), std::string::npos) << lines;
  EXPECT_NE(lines.find("status=426"), std::string::npos) << lines;
  EXPECT_NE(lines.find("socket closed"), std::string::npos) << lines;
  EXPECT_NE(lines.find("a failed session"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("planted"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("token="), std::string::npos) << lines;
}

}  // namespace kontor::http
