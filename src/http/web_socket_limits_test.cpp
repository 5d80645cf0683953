// Each limit of WebSockets, just under it and just over it.
#include "http/socket_fixture.hpp"
#include "http/web_socket.hpp"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace kontor::http {
namespace {

using test::frame;
using test::opcode;
using namespace std::chrono_literals;
using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

const std::string page = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";

// Far faster than anybody reads.
void overfill(web_socket& socket) {
  const auto large = text(std::string(64 * 1024, 'x'));
  while (socket.send(large)) {
  }
}

}  // namespace

TEST(SocketLimits, SocketsOfTheProcess) {
  limits l;
  l.sockets = 2;
  socket_server server(l, 2);
  server.start();
  auto first = server.open();
  auto second = server.open();
  auto third = server.running.connect();
  EXPECT_EQ(third.ask(test::handshake("/echo")).status, 503u);
  // It is a connection like others, still.
  EXPECT_EQ(third.ask(page).status, 204u);
  EXPECT_EQ(server.metrics().sockets_open, 2u);
  EXPECT_EQ(server.metrics().sockets_refused, 1u);
  first.connection().close();
  EXPECT_TRUE(server.has_sockets(1));
  EXPECT_EQ(third.ask(test::handshake("/echo")).status, 101u);
}

// security-checklist c.71
TEST(SocketLimits, SocketsOfOneAddress) {
  limits l;
  l.sockets_per_address = 2;
  socket_server server(l, 2);
  server.running.settings.trusted_proxies = {boost::asio::ip::make_network_v4("127.0.0.1/32")};
  server.start();
  const auto handshake_of = [](const std::string& client) {
    return test::handshake("/echo", "X-Forwarded-For: " + client + "\r\n");
  };
  auto first = server.running.connect();
  auto second = server.running.connect();
  auto third = server.running.connect();
  auto other = server.running.connect();
  EXPECT_EQ(first.ask(handshake_of("2001:db8::1")).status, 101u);
  // One client has a whole /64.
  EXPECT_EQ(second.ask(handshake_of("2001:db8::2")).status, 101u);
  EXPECT_EQ(third.ask(handshake_of("2001:db8::3")).status, 429u);
  EXPECT_EQ(other.ask(handshake_of("2001:db8:0:1::1")).status, 101u);
  EXPECT_EQ(server.metrics().sockets_refused, 1u);
  second.close();
  EXPECT_TRUE(server.has_sockets(2));
  EXPECT_EQ(third.ask(handshake_of("2001:db8::3")).status, 101u);
}

TEST(SocketLimits, ASocketIsNoConnectionAnyMore) {
  limits l;
  l.connections = 1;
  l.connections_per_address = 1;
  socket_server server(l);
  server.start();
  std::vector<test::raw_web_socket> sockets;
  for (int i = 0; i < 5; ++i) {
    sockets.push_back(server.open());
    EXPECT_TRUE(running_server::eventually([&] { return server.metrics().connections_open == 0; }));
  }
  EXPECT_EQ(server.metrics().sockets_open, 5u);
  EXPECT_EQ(server.running.connect().ask(page).status, 204u);
  for (auto& each : sockets) {
    each.say("still here");
    EXPECT_EQ(each.read_text(), "still here");
  }
}

TEST(SocketLimits, SizeOfAMessage) {
  limits l;
  l.socket_message = 1'000;
  socket_server server(l);
  server.start();
  auto client = server.open();
  client.say(std::string(1'000, 'm'));
  EXPECT_EQ(client.read_text().size(), 1'000u);
  client.send(frame(opcode::text, std::string(999, 'm'), {.fin = false}) + frame(opcode::continuation, "m"));
  EXPECT_EQ(client.read_text().size(), 1'000u);
  client.say(std::string(1'001, 'm'));
  EXPECT_EQ(client.read_code(), 1009);
}

// The times of requests are over with the handshake.
TEST(SocketLimits, TheTimesOfRequestsDoNotHold) {
  limits l;
  l.idle_time = l.header_time = l.body_time = l.write_time = 60ms;
  socket_server server(l);
  server.start();
  auto client = server.open();
  auto half = server.open();
  half.send(frame(opcode::text, "hello").substr(0, 4));
  // Others run into them meanwhile.
  EXPECT_TRUE(server.running.connect().is_closed());
  EXPECT_TRUE(server.running.connect().is_closed());
  client.say("still here");
  EXPECT_EQ(client.read_text(), "still here");
  half.send(frame(opcode::text, "hello").substr(4));
  EXPECT_EQ(half.read_text(), "hello");
}

// security-checklist a.60: sockets are pinged, and dropped when nothing comes.
TEST(SocketLimits, TimeForAPongToCome) {
  limits l;
  l.socket_ping_time = 500ms;
  socket_server server(l);
  server.start();
  auto dead = server.open();
  auto alive = server.open();
  auto talking = server.open();
  for (int i = 0; i < 3; ++i) {
    const auto ping = alive.read();
    ASSERT_TRUE(ping.has_value());
    EXPECT_EQ(ping->what, opcode::ping);
    alive.send(frame(opcode::pong, ping->payload));
    // Anything that comes is a sign of life, half a frame too.
    talking.send(i % 2 == 0 ? frame(opcode::text, "hello").substr(0, 4) : frame(opcode::text, "hello").substr(4));
  }
  EXPECT_TRUE(server.has_sockets(2));
  EXPECT_EQ(dead.read()->what, opcode::ping);
  EXPECT_EQ(dead.read_code(), 1006);
  EXPECT_EQ(server.metrics().slow_readers_dropped, 0u);
}

// A session that is busy does not read pongs: that is not the client's fault.
TEST(SocketLimits, ABusySessionIsNotTakenForADeadClient) {
  limits l;
  l.socket_ping_time = 40ms;
  socket_server server(l);
  std::atomic<bool> go_on = false;
  const auto busy = [&go_on](std::shared_ptr<web_socket> socket) -> async::awaitable<void> {
    timer pause(co_await boost::asio::this_coro::executor);
    while (!go_on) {
      pause.expires_after(1ms);
      co_await pause.async_wait(async::use_awaitable);
    }
    co_await echo_messages(std::move(socket));
  };
  server.running.routes.add(method::get, "/busy", socket_server::answer_with(busy), is_socket);
  server.start();
  auto client = server.open("/busy");
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(client.read()->what, opcode::ping);
  client.say("now");
  go_on = true;
  for (auto next = client.read();; next = client.read()) {
    ASSERT_TRUE(next.has_value());
    if (next->what != opcode::text) continue;
    EXPECT_EQ(next->payload, "now");
    break;
  }
}

// security-checklist c.68
TEST(SocketLimits, ASlowReaderIsDroppedWith1013) {
  limits l;
  // It has the time to read up to there.
  l.socket_close_time = 20s;
  socket_server server(l, 2);
  std::atomic<bool> has_some = false;
  std::shared_ptr<web_socket> socket;
  const auto speak = [&](std::shared_ptr<web_socket> opened) -> async::awaitable<void> {
    socket = opened;
    for (int i = 0; i < 3; ++i) {
      opened->send(text(std::string(64 * 1024, 'x')));
      co_await opened->sent();
    }
    has_some = true;
    co_await opened->receive();
  };
  server.running.routes.add(method::get, "/speaking", socket_server::answer_with(speak), is_socket);
  server.start();
  auto slow = server.open("/speaking");
  auto other = server.open();
  ASSERT_TRUE(running_server::eventually([&] { return has_some.load(); }));
  overfill(*socket);
  EXPECT_TRUE(socket->is_closing());
  EXPECT_EQ(server.metrics().slow_readers_dropped, 1u);
  std::size_t whole = 0;
  std::uint16_t code = 1006;
  while (const auto next = slow.read()) {
    if (next->what == opcode::close) {
      code = next->code();
      break;
    }
    EXPECT_EQ(next->payload.size(), 64u * 1024);
    ++whole;
  }
  EXPECT_EQ(code, 1013);
  EXPECT_GE(whole, 3u);
  other.say("unharmed");
  EXPECT_EQ(other.read_text(), "unharmed");
}

TEST(SocketLimits, ASlowReaderThatNeverReadsIsCut) {
  socket_server server({}, 2);
  server.start();
  auto slow = server.open("/held");
  const auto socket = server.held();
  overfill(*socket);
  EXPECT_TRUE(server.has_sockets(0));
  EXPECT_EQ(server.metrics().slow_readers_dropped, 1u);
}

TEST(SocketLimits, MessagesThatWait) {
  limits l;
  l.socket_outbox_frames = 10;
  socket_server server(l);
  std::atomic<int> taken = 0;
  // On the loop nothing is written before it waits.
  const auto burst = [&taken](std::shared_ptr<web_socket> socket) -> async::awaitable<void> {
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 10; ++i)
        taken += socket->send(text("t")) ? 1 : 0;
      if (!co_await socket->sent()) co_return;
    }
    for (int i = 0; i < 11; ++i)
      taken += socket->send(text("t")) ? 1 : 0;
  };
  server.running.routes.add(method::get, "/burst", socket_server::answer_with(burst), is_socket);
  server.start();
  auto client = server.open("/burst");
  EXPECT_EQ(client.read_code(), 1013);
  EXPECT_EQ(taken, 40);
}

TEST(SocketLimits, BytesThatWait) {
  limits l;
  l.socket_outbox = 1'000;
  socket_server server(l);
  const auto burst = [](std::shared_ptr<web_socket> socket) -> async::awaitable<void> {
    socket->send(text(std::string(600, 'a')));
    socket->send(text(std::string(400, 'b')));
    if (!co_await socket->sent()) co_return;
    socket->send(text(std::string(1'000, 'c')));
    if (!co_await socket->sent()) co_return;
    socket->send(text(std::string(1'001, 'd')));
  };
  server.running.routes.add(method::get, "/burst", socket_server::answer_with(burst), is_socket);
  server.start();
  auto client = server.open("/burst");
  EXPECT_EQ(client.read_text(), std::string(600, 'a'));
  EXPECT_EQ(client.read_text(), std::string(400, 'b'));
  EXPECT_EQ(client.read_text(), std::string(1'000, 'c'));
  EXPECT_EQ(client.read_code(), 1013);
}

// It takes nothing any more, and says nothing that would tell so but its silence to what was sent.
TEST(SocketLimits, ATextThatIsNeverTakenIsNotKeptForEver) {
  limits l;
  l.socket_ping_time = 400ms;
  l.socket_outbox = 64u << 20;
  const auto large = text(std::string(32u << 20, 'x'));
  socket_server server(l, 2);
  server.start();
  auto slow = server.open("/held");
  const auto socket = server.held();
  EXPECT_TRUE(socket->send(large));
  EXPECT_TRUE(server.has_sockets(0));
  EXPECT_EQ(large.use_count(), 1);
  EXPECT_EQ(server.metrics().slow_readers_dropped, 1u);
}

#ifndef KONTOR_SANITIZED
namespace {

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST(SocketLimits, AnIdleSocketIsSmall) {
  constexpr std::size_t count = 400;
  limits l;
  l.sockets_per_address = 2 * count;
  socket_server server(l);
  server.start();
  const auto open = [&] {
    auto client = server.open();
    client.say("once");
    EXPECT_EQ(client.read_text(), "once");
    return client;
  };
  std::vector<test::raw_web_socket> clients;
  clients.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i)
    clients.push_back(open());
  const auto before = resident_bytes();
  for (std::size_t i = 0; i < count; ++i)
    clients.push_back(open());
  const auto each = (resident_bytes() - before) / count;
  RecordProperty("bytes", static_cast<int>(each));
  // 10,000 of them may have 150 MB, with all the rest.
  EXPECT_LT(each, 12'000u);
}
#endif

}  // namespace kontor::http
