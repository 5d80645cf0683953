#include "outbound/web_socket_client.hpp"

#include "outbound/web_fixture.hpp"
#include "tests/support/web_socket_peer.hpp"

namespace kontor::outbound {
namespace {

using test::web_server;
using test::web_socket_peer;

struct WebSocketClient : WebFixture {
  ~WebSocketClient() override {
    stop_loop();
    sockets_.reset();
  }

  web_socket_client& sockets(https_client_settings how, const std::vector<std::string>& allowed = {}) {
    sockets_ =
        std::make_unique<web_socket_client>(loop_, std::move(how), egress_policy::parse(allowed).value(), limits);
    return *sockets_;
  }
  web_socket_client& sockets() { return sockets(settings()); }

  static async::awaitable<std::string> talk(web_socket_client& with, web_url where, url_trust trust,
                                            std::vector<std::string> texts) {
    auto opened = co_await with.connect(std::move(where), trust);
    if (!opened) co_return opened.error().type;
    std::string heard;
    for (auto& text : texts) {
      const auto said = co_await (*opened)->write(std::move(text));
      if (!said) co_return heard + said.error().type;
      auto answer = co_await (*opened)->read();
      if (!answer) co_return heard + answer.error().type;
      heard += *answer + ";";
    }
    co_await (*opened)->close();
    co_return heard;
  }
  std::string talk_to(const std::string& where, std::vector<std::string> texts,
                      url_trust trust = url_trust::operator_set) {
    return run(talk(*sockets_, parse_socket_url(where).value(), trust, std::move(texts)));
  }
  static std::string socket_origin(const web_server& of, std::string_view host = "127.0.0.1") {
    return "ws" + of.origin(host).substr(4);
  }

  web_socket_limits limits;
  std::unique_ptr<web_socket_client> sockets_;
};

bool echo(const web_server::request& asked, web_server::connection& over) {
  web_socket_peer peer(asked, over);
  while (const auto text = peer.read())
    peer.say(*text);
  return false;
}

}  // namespace

TEST_F(WebSocketClient, SpeaksOverTlsAndInThePlain) {
  sockets();
  const web_server safe(echo, {.tls = &here_});
  const web_server plain(echo);
  const std::string large(200'000, 'x');
  EXPECT_EQ(talk_to(socket_origin(safe) + "/v2/ws/public?a=b", {"ping", large, ""}), "ping;" + large + ";;");
  EXPECT_EQ(talk_to(socket_origin(plain), {"one", "two"}), "one;two;");
  const auto asked = safe.requests().at(0);
  EXPECT_EQ(asked.target, "/v2/ws/public?a=b");
  EXPECT_EQ(asked.headers.at("host"), "127.0.0.1:" + std::to_string(safe.port()));
  EXPECT_EQ(asked.headers.at("user-agent"), "Kontor");
}

TEST_F(WebSocketClient, TellsTheEndOfItsServer) {
  sockets();
  const web_server gone([](const auto& asked, auto& over) {
    web_socket_peer peer(asked, over);
    peer.read();
    return false;
  });
  EXPECT_EQ(talk_to(socket_origin(gone), {"one"}), "answer-broken");
  const web_server closing(
      [](const auto& asked, auto& over) {
        web_socket_peer peer(asked, over);
        peer.read();
        peer.write(8, std::string("\x03\xe8", 2));
        peer.read();
        return false;
      },
      {.tls = &here_});
  EXPECT_EQ(talk_to(socket_origin(closing), {"one"}), "stopped");
}

TEST_F(WebSocketClient, HasLimits) {
  limits.message = 1000;
  sockets();
  const web_server server(echo, {.tls = &here_});
  EXPECT_EQ(talk_to(socket_origin(server), {std::string(1000, 'x')}), std::string(1000, 'x') + ";");
  EXPECT_EQ(talk_to(socket_origin(server), {std::string(1001, 'x')}), "answer-too-large");
  const web_server silent([](const auto&, auto& over) {
    over.wait_for_end();
    return false;
  });
  limits.handshake = std::chrono::milliseconds(50);
  sockets();
  EXPECT_EQ(talk_to(socket_origin(silent), {}), "timed-out");
  limits.connect = std::chrono::milliseconds(50);
  sockets();
  // Plain bytes never become TLS, and nobody says so.
  EXPECT_EQ(talk_to("wss://127.0.0.1:" + std::to_string(silent.port()), {}), "timed-out");
}

TEST_F(WebSocketClient, TakesNoOtherAnswer) {
  sockets();
  for (const int status : {200, 301, 403, 503}) {
    const web_server server(always(status, "no", "Location: https://127.0.0.1/\r\n"), {.tls = &here_});
    EXPECT_EQ(talk_to(socket_origin(server), {}), "answer-broken") << status;
  }
  const web_server wrong_key([](const auto&, auto& over) {
    over.write("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n");
    over.wait_for_end();
    return false;
  });
  EXPECT_EQ(talk_to(socket_origin(wrong_key), {}), "answer-broken");
  const web_server binary([](const auto& asked, auto& over) {
    web_socket_peer peer(asked, over);
    peer.write(2, "bytes");
    peer.read();
    return false;
  });
  EXPECT_EQ(talk_to(socket_origin(binary), {"one"}), "answer-broken");
}

TEST_F(WebSocketClient, ChecksCertificatesAndAddresses) {
  names = {{"api.test", {"127.0.0.1"}}, {"nobody.test", {"127.0.0.1"}}};
  sockets();
  const web_server server(echo, {.tls = &here_});
  EXPECT_EQ(talk_to(socket_origin(server, "api.test"), {"one"}), "one;");
  EXPECT_EQ(talk_to(socket_origin(server, "nobody.test"), {}), "tls-failed") << "not a name of the certificate";
  EXPECT_EQ(talk_to(socket_origin(server, "absent.test"), {}), "host-not-found");
  EXPECT_EQ(talk_to(socket_origin(server, "api.test"), {}, url_trust::user_given), "address-refused");
  EXPECT_EQ(talk_to("ws://api.test", {}, url_trust::user_given), "address-refused");
  const auto before = server.requests().size();
  auto none = settings();
  none.trusted_ca_pem = test::authority().certificate();
  sockets(std::move(none));
  EXPECT_EQ(talk_to(socket_origin(server, "api.test"), {}), "tls-failed");
  EXPECT_EQ(server.requests().size(), before);
}

TEST_F(WebSocketClient, GoesThroughTheProxy) {
  // It takes every CONNECT and speaks for the other side itself, in the plain.
  const web_server proxy([](const auto& asked, auto& over) {
    if (asked.method != "CONNECT") return echo(asked, over);
    over.write("HTTP/1.1 200 Connection established\r\n\r\n");
    return true;
  });
  auto how = settings();
  how.proxy = proxy.origin();
  how.resolve = nullptr;
  sockets(std::move(how));
  EXPECT_EQ(talk_to("ws://exchange.test:8080/public", {"one"}), "one;");
  const auto asked = proxy.requests();
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].target, "exchange.test:8080");
  EXPECT_EQ(asked[1].target, "/public");

  const web_server refusing(always(403, "no"));
  how = settings();
  how.proxy = refusing.origin();
  how.resolve = nullptr;
  sockets(std::move(how));
  EXPECT_NE(talk_to("wss://exchange.test/public", {"one"}), "one;");
  EXPECT_EQ(refusing.requests().size(), 1u);
}

TEST_F(WebSocketClient, ManyAtATimeDoNotTouchEachOther) {
  sockets();
  const web_server server(echo, {.tls = &here_});
  const auto where = parse_socket_url(socket_origin(server)).value();
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 20; ++i)
    all.push_back(start(talk(*sockets_, where, url_trust::operator_set, {std::to_string(i), "again"})));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)].get(), std::to_string(i) + ";again;");
}

namespace {

async::awaitable<std::string> be_cut(web_socket_client& with, web_url where, boost::asio::io_context& loop) {
  auto opened = co_await with.connect(std::move(where), url_trust::operator_set);
  if (!opened) co_return opened.error().type;
  auto* const which = opened->get();
  boost::asio::post(loop, [which] { which->cut(); });
  const auto heard = co_await which->read();
  co_return heard ? *heard : heard.error().type;
}

}  // namespace

TEST_F(WebSocketClient, IsCutWhileSomebodyReads) {
  sockets();
  const web_server server(echo, {.tls = &here_});
  EXPECT_EQ(run(be_cut(*sockets_, parse_socket_url(socket_origin(server)).value(), loop_)), "stopped");
}

TEST(SocketAddress, IsReadByTheRulesOfAddresses) {
  EXPECT_EQ(socket_text(parse_socket_url("wss://ws.bitget.com/v2/ws/public").value()),
            "wss://ws.bitget.com/v2/ws/public");
  EXPECT_EQ(socket_text(parse_socket_url("ws://127.0.0.1:8080").value()), "ws://127.0.0.1:8080/");
  for (const char* text : {"https://ws.bitget.com", "ws.bitget.com", "wss:/x", "wss://a:b@c", "", "wss://"})
    EXPECT_FALSE(parse_socket_url(text).has_value()) << text;
}

}  // namespace kontor::outbound
