#include "outbound/web_fixture.hpp"

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using test::web_server;

struct HttpsLimits : WebFixture {
  // Says this and then nothing more.
  static web_server::handler then_silence(std::string bytes) {
    return [bytes = std::move(bytes)](const auto&, web_server::connection& connection) {
      connection.write(bytes);
      connection.wait_for_end();
      return false;
    };
  }
};

}  // namespace

TEST_F(HttpsLimits, ABodyUpToTheLimitAndNotOneByteMore) {
  client();
  for (const std::size_t size : {1'000u, 1'001u}) {
    web_server server(always(200, std::string(size, 'x')));
    auto what = get(server.origin());
    what.limits.body = 1'000;
    EXPECT_EQ(outcome_of(std::move(what)), size == 1'000 ? "200" : "answer-too-large");
  }
}

// A body without an end, and without a length, is cut; so is one that is only thrown away.
TEST_F(HttpsLimits, AnEndlessBody) {
  client();
  for (const char* const head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n"}) {
    web_server server([head](const auto&, web_server::connection& connection) {
      if (!connection.write(head)) return false;
      const std::string piece(10'000, 'x');
      while (connection.write(piece)) {
      }
      return false;
    });
    auto what = get(server.origin());
    what.redirects = 1;
    EXPECT_EQ(outcome_of(std::move(what)), "answer-too-large");
  }
}

TEST_F(HttpsLimits, AHeadUpToTheLimitAndNotOneByteMore) {
  client();
  const std::string around = web_server::answer(200, "x", "X-Long: \r\n");
  const auto size_around = around.size() - 1;
  for (const std::size_t size : {2'000u, 2'001u}) {
    web_server server(always(200, "x", "X-Long: " + std::string(size - size_around, 'x') + "\r\n"));
    auto what = get(server.origin());
    what.limits.head = 2'000;
    EXPECT_EQ(outcome_of(std::move(what)), size == 2'000 ? "200" : "answer-too-large");
  }
  web_server endless([](const auto&, web_server::connection& connection) {
    if (!connection.write("HTTP/1.1 200 OK\r\n")) return false;
    while (connection.write("X-One-More: of them\r\n")) {
    }
    return false;
  });
  EXPECT_EQ(outcome_of(get(endless.origin())), "answer-too-large");
}

TEST_F(HttpsLimits, ASlowServerIsNotWaitedForLongerThanThat) {
  client();
  struct {
    const char* said;
    std::chrono::milliseconds first_byte, idle, whole;
  } const cases[] = {
      {"", 200ms, 1h, 1h},
      {"HTTP/1.1 200 OK\r\n", 200ms, 1h, 1h},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 1h, 200ms, 1h},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal", 1h, 200ms, 1h},
      {"HTTP/1.1 100 Continue\r\n\r\n", 200ms, 1h, 1h},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal", 1h, 1h, 200ms},
  };
  for (const auto& each : cases) {
    web_server server(then_silence(each.said));
    auto what = get(server.origin());
    what.limits.first_byte = each.first_byte;
    what.limits.idle = each.idle;
    what.limits.whole = each.whole;
    EXPECT_EQ(outcome_of(std::move(what)), "timed-out") << each.said;
  }
}

// A head that trickles in never ends by itself.
TEST_F(HttpsLimits, AHeadInDrops) {
  client();
  web_server server([](const auto&, web_server::connection& connection) {
    if (!connection.write("HTTP/1.1 200 OK\r\n")) return false;
    while (connection.write("X: y\r\n"))
      std::this_thread::sleep_for(20ms);
    return false;
  });
  auto what = get(server.origin());
  what.limits.first_byte = 200ms;
  EXPECT_EQ(outcome_of(std::move(what)), "timed-out");
}

TEST_F(HttpsLimits, AServerThatTakesTheConnectionAndNoTls) {
  client();
  // Nobody accepts there: the system does it for the listening socket, and nobody greets.
  boost::asio::io_context loop;
  boost::asio::ip::tcp::acceptor silent(loop, {boost::asio::ip::address_v4::loopback(), 0});
  auto what = get("https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()));
  what.limits.connect = 200ms;
  EXPECT_EQ(outcome_of(std::move(what)), "timed-out");
}

TEST_F(HttpsLimits, EachOwnerHasSoManyAtATime) {
  std::atomic<bool> is_open = false;
  web_server server([&](const auto&, web_server::connection& connection) {
    is_open.wait(false);
    return connection.write(web_server::answer(200, "x"));
  });
  auto how = settings();
  how.at_once_per_owner = 2;
  how.at_once = 4;
  auto& some = client(std::move(how), {});
  const auto of = [&](const char* owner) {
    auto what = get(server.origin());
    what.owner = owner;
    return what;
  };
  std::vector<std::future<base::result<web_response>>> waiting;
  for (const char* const owner : {"anna", "anna", "bert", ""})
    waiting.push_back(start(some.send(of(owner))));
  server.wait_for_requests(4);
  EXPECT_EQ(outcome_of(of("bert")), "overloaded");
  is_open = true;
  is_open.notify_all();
  for (auto& each : waiting)
    EXPECT_TRUE(each.get().has_value());

  is_open = false;
  waiting.clear();
  for (int i = 0; i < 2; ++i)
    waiting.push_back(start(some.send(of("anna"))));
  server.wait_for_requests(6);
  EXPECT_EQ(outcome_of(of("anna")), "too-many-requests");
  is_open = true;
  is_open.notify_all();
  for (auto& each : waiting)
    EXPECT_TRUE(each.get().has_value());
  EXPECT_EQ(outcome_of(of("anna")), "200");
}

TEST_F(HttpsLimits, ABodyComesPieceByPiece) {
  std::promise<void> heard_first;
  auto first = heard_first.get_future();
  web_server server([&](const auto&, web_server::connection& connection) {
    if (!connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")) return false;
    first.wait();
    connection.write("data: 2\n\n");
    return false;
  });
  client();
  std::string all;
  auto what = get(server.origin());
  what.on_body = [&](const web_response& head, std::string_view piece) {
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-type"), "text/event-stream");
    if (all.empty()) heard_first.set_value();
    all += piece;
    return body_flow::go_on;
  };
  const auto answer = ask(std::move(what));
  ASSERT_TRUE(answer.has_value()) << answer.error().internal_detail;
  EXPECT_EQ(all, "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(answer->body, "");
}

TEST_F(HttpsLimits, WhoHasHeardEnoughSaysSo) {
  web_server server(then_silence("HTTP/1.1 200 OK\r\n\r\nx"));
  client();
  auto what = get(server.origin());
  what.on_body = [](const web_response&, std::string_view) { return body_flow::stop; };
  EXPECT_EQ(outcome_of(std::move(what)), "stopped");
}

}  // namespace kontor::outbound
