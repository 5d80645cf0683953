// Messages of WebSockets, both ways.
#include "http/web_socket.hpp"

#include "http/socket_fixture.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace kontor::http {
namespace {

using test::frame;
using test::opcode;

const std::string ping = frame(opcode::ping, "there?");

struct sent_and_code {
  std::string bytes;
  std::uint16_t code;
};

// Sends it in one piece, and octet by octet; expects the code, and that nothing of the connection is left.
void expect_code(socket_server& server, std::string_view target, const sent_and_code& row) {
  for (const bool chopped : {false, true}) {
    if (chopped && row.bytes.size() > 200) continue;
    auto client = server.open(target);
    if (chopped)
      for (const char byte : row.bytes)
        client.send({&byte, 1});
    else
      client.send(row.bytes);
    EXPECT_EQ(client.read_code(), row.code) << testing::PrintToString(row.bytes.substr(0, 40));
    client.connection().close();
    EXPECT_TRUE(server.has_sockets(0));
  }
}

}  // namespace

TEST(WebSocket, GivesMessagesBack) {
  const limits l;
  socket_server server;
  server.start();
  auto client = server.open();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{125}, std::size_t{126}, std::size_t{127},
                                 std::size_t{128}, std::size_t{129}, std::size_t{4'097}, l.socket_message}) {
    for (const auto kind : {opcode::text, opcode::binary}) {
      const std::string data(size, kind == opcode::text ? 'x' : '\xfe');
      client.send(frame(kind, data));
      const auto back = client.read();
      ASSERT_TRUE(back.has_value());
      EXPECT_EQ(back->what, kind);
      EXPECT_TRUE(back->fin);
      EXPECT_EQ(back->payload, data);
    }
  }
  client.say("Gr\xc3\xbc\xc3\x9f Gott \xf0\x9f\x93\x88");
  EXPECT_EQ(client.read_text(), "Gr\xc3\xbc\xc3\x9f Gott \xf0\x9f\x93\x88");
}

TEST(WebSocket, PutsFragmentsTogether) {
  socket_server server;
  server.start();
  auto client = server.open();
  // A character that is cut in two, empty fragments, and a ping within.
  client.send(frame(opcode::text, "Gr\xc3", {.fin = false}) + frame(opcode::continuation, "", {.fin = false}) + ping +
              frame(opcode::continuation, "\xbc", {.fin = false}) + frame(opcode::continuation, ""));
  const auto pong = client.read();
  EXPECT_EQ(pong->what, opcode::pong);
  EXPECT_EQ(pong->payload, "there?");
  EXPECT_EQ(client.read_text(), "Gr\xc3\xbc");

  std::string all;
  for (const char byte : frame(opcode::text, "octet ", {.fin = false}) + ping + frame(opcode::continuation, "wise"))
    client.send({&byte, 1});
  EXPECT_EQ(client.read()->what, opcode::pong);
  EXPECT_EQ(client.read_text(), "octet wise");

  // Many messages in one segment, and a fragmented one of the largest size.
  client.send(frame(opcode::text, "one") + frame(opcode::text, "two") + frame(opcode::text, "three"));
  EXPECT_EQ(client.read_text(), "one");
  EXPECT_EQ(client.read_text(), "two");
  EXPECT_EQ(client.read_text(), "three");
  std::string many = frame(opcode::text, std::string(1'024, 'a'), {.fin = false});
  for (int i = 1; i < 64; ++i)
    many += frame(opcode::continuation, std::string(1'024, 'a'), {.fin = false});
  client.send(many + frame(opcode::continuation, ""));
  EXPECT_EQ(client.read_text(), std::string(64 * 1'024, 'a'));
}

// security-checklist c.65, a.60
TEST(WebSocket, BrokenFramesCloseIt) {
  const limits l;
  socket_server server;
  server.start();
  const auto length_of = [](std::uint8_t first, std::string_view rest) {
    return std::string("\x81") + static_cast<char>(first) + std::string(rest);
  };
  using namespace std::string_view_literals;
  for (const auto& row : std::vector<sent_and_code>{
           {frame(opcode::text, "unmasked", {.masked = false}), 1002},
           {frame(opcode::text, "a", {.rsv = 1}), 1002},
           {frame(opcode::text, "a", {.rsv = 2}), 1002},
           {frame(opcode::text, "a", {.rsv = 4}), 1002},
           {frame(opcode::ping, "a", {.rsv = 4}), 1002},
           {frame(static_cast<opcode>(3), "a"), 1002},
           {frame(static_cast<opcode>(7), "a"), 1002},
           {frame(static_cast<opcode>(11), "a"), 1002},
           {frame(static_cast<opcode>(15), ""), 1002},
           {frame(opcode::ping, std::string(126, 'p')), 1002},
           {frame(opcode::ping, "p", {.fin = false}), 1002},
           {frame(opcode::close, test::close_payload(1000), {.fin = false}), 1002},
           {frame(opcode::close, "x"), 1002},
           {frame(opcode::close, test::close_payload(999)), 1002},
           {frame(opcode::close, test::close_payload(1005)), 1002},
           {frame(opcode::close, test::close_payload(1006)), 1002},
           {frame(opcode::close, test::close_payload(1000, "\xff")), 1002},
           {frame(opcode::continuation, "a"), 1002},
           {frame(opcode::text, "a", {.fin = false}) + frame(opcode::text, "b"), 1002},
           // Lengths that are not in their shortest form, then those that nobody has room for.
           {length_of(0xfe, "\x00\x7d\x37\xfa\x21\x3d"sv), 1002},
           {length_of(0xff, "\x00\x00\x00\x00\x00\x00\xff\xff\x37\xfa\x21\x3d"sv), 1002},
           {length_of(0xff, "\x80\x00\x00\x00\x00\x00\x00\x01\x37\xfa\x21\x3d"sv), 1009},
           {length_of(0xff, "\x7f\xff\xff\xff\xff\xff\xff\xff\x37\xfa\x21\x3d"sv), 1009},
           {frame(opcode::text, std::string(l.socket_message + 1, 'a')), 1009},
           {frame(opcode::text, std::string(l.socket_message, 'a'), {.fin = false}) + frame(opcode::continuation, "b"),
            1009},
           {frame(opcode::text, "\xff"), 1007},
           {frame(opcode::text, "\xed\xa0\x80"), 1007},
           {frame(opcode::text, "a\xc3", {.fin = false}) + frame(opcode::continuation, "a"), 1007},
           {frame(opcode::text, "a\xc3"), 1007},
           // The character is not finished, and the last frame is empty.
           {frame(opcode::text, "a\xc3", {.fin = false}) + frame(opcode::continuation, ""), 1007},
       })
    expect_code(server, "/echo", row);
}

// Frames of all kinds with some bytes changed: whatever they are, the socket ends when its client does, and others are
// served. Each round can be repeated by its number.
TEST(WebSocket, ChangedFramesDoNoHarm) {
  socket_server server;
  server.start();
  auto other = server.open();
  for (unsigned round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    std::mt19937 random(round);
    std::string bytes;
    for (int i = 0; i < 6; ++i) {
      constexpr std::array kinds = {opcode::continuation, opcode::text, opcode::binary,
                                    opcode::close,        opcode::ping, opcode::pong};
      bytes += frame(kinds[random() % kinds.size()], std::string(random() % 300, 'a'), {.fin = random() % 3 != 0});
    }
    for (unsigned i = random() % 4; i > 0; --i)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    auto client = server.open(round % 2 == 0 ? "/echo" : "/text");
    while (!bytes.empty()) {
      const auto part = std::min<std::size_t>(bytes.size(), 1 + random() % 200);
      client.send(bytes.substr(0, part));
      bytes.erase(0, part);
    }
    client.connection().half_close();
    client.connection().read_to_end();
  }
  other.say("still there?");
  EXPECT_EQ(other.read_text(), "still there?");
  EXPECT_TRUE(server.has_sockets(1));
}

TEST(WebSocket, TakesBinaryMessagesOnlyWhereAsked) {
  socket_server server;
  server.start();
  expect_code(server, "/text", {frame(opcode::binary, "b"), 1003});
  expect_code(server, "/text", {frame(opcode::binary, ""), 1003});
  expect_code(server, "/text", {frame(opcode::binary, std::string(60'000, 'b')), 1003});
  expect_code(server, "/text", {frame(opcode::binary, "b", {.fin = false}) + ping, 1003});
  auto client = server.open("/text");
  client.say("a");
  EXPECT_EQ(client.read_text(), "a");
}

// security-checklist c.66: nothing is ever compressed, so nothing can grow.
TEST(WebSocket, TakesNoCompression) {
  socket_server server;
  server.start();
  auto client = server.running.connect();
  const auto answer =
      client.ask(test::handshake("/echo", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
  EXPECT_EQ(answer.status, 101u);
  EXPECT_EQ(answer.count("sec-websocket-extensions"), 0u);
  client.send(frame(opcode::text, "\xf2\x48\xcd", {.rsv = 4}));
  EXPECT_EQ(client.read_bytes(4), "\x88\x02\x03\xea");  // 1002
}

TEST(WebSocket, SendsFromAnotherThreadInOrder) {
  constexpr int count = 10'000;
  socket_server server({}, 2);
  server.start();
  auto client = server.open("/held");
  const auto socket = server.held();
  std::atomic<int> taken = 0;
  std::thread sender([&] {
    // As many as the outbox holds, until the client has some.
    for (int i = 0; i < count; ++i) {
      while (i - taken >= 500)
        std::this_thread::yield();
      if (!socket->send(text(std::to_string(i)))) return;
    }
  });
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(client.read_text(), std::to_string(i));
    taken = i + 1;
  }
  sender.join();
  EXPECT_EQ(server.metrics().slow_readers_dropped, 0u);
}

TEST(WebSocket, EachThreadKeepsItsOrder) {
  constexpr int threads = 4;
  constexpr int count = 200;
  socket_server server({}, 2);
  server.start();
  auto client = server.open("/held");
  const auto socket = server.held();
  std::vector<std::thread> senders;
  for (int thread = 0; thread < threads; ++thread)
    senders.emplace_back([&, thread] {
      for (int i = 0; i < count; ++i)
        EXPECT_TRUE(socket->send(text(std::to_string(thread) + " " + std::to_string(i))));
    });
  std::array<int, threads> next{};
  for (int i = 0; i < threads * count; ++i) {
    const auto got = client.read_text();
    const auto thread = static_cast<std::size_t>(got[0] - '0');
    EXPECT_EQ(std::stoi(got.substr(2)), next[thread]++);
  }
  for (auto& each : senders)
    each.join();
}

TEST(WebSocket, ManySocketsShareOneText) {
  socket_server server({}, 2);
  server.start();
  std::vector<test::raw_web_socket> clients;
  std::vector<std::shared_ptr<web_socket>> sockets;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(server.open("/held"));
    sockets.push_back(server.held());
  }
  const auto shared = text(std::string(10'000, 's'));
  for (auto& each : sockets)
    EXPECT_TRUE(each->send(shared));
  for (auto& each : clients)
    EXPECT_EQ(each.read_text(), *shared);
  // And nobody keeps it.
  EXPECT_TRUE(running_server::eventually([&] { return shared.use_count() == 1; }));
}

TEST(WebSocket, HearsWhileItSends) {
  socket_server server;
  server.start();
  auto client = server.open("/held");
  const auto socket = server.held();
  for (int i = 0; i < 100; ++i) {
    socket->send(text("down " + std::to_string(i)));
    client.say("up " + std::to_string(i));
  }
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(client.read_text(), "down " + std::to_string(i));
  EXPECT_TRUE(running_server::eventually([&] { return server.heard().size() == 100; }));
  EXPECT_EQ(server.heard().back(), "up 99");
}

}  // namespace kontor::http
