// Each limit of limits.hpp over a real socket: just under it and just over it. Sizes of header parts are in
// raw_guards_test, too.
#include "http/server_fixture.hpp"

#include <sys/resource.h>

#include <fcntl.h>

#include <string>
#include <vector>

namespace kontor::http {
namespace {

async::awaitable<response> echo_small(request& in) {
  co_return response::with_body(200, "text/plain; charset=utf-8", std::string(in.body));
}
async::awaitable<response> flood(request&) {
  co_return response::with_body(200, "text/plain; charset=utf-8", std::string(64u << 20, 'x'));
}

constexpr route_options takes_any_body = {.body = route_options::body_kind::any};
const std::string get_echo = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";

std::unique_ptr<running_server> start_limited(const limits& l, std::size_t loops = 1) {
  auto running = std::make_unique<running_server>(l, loops);
  running->routes.add(method::get, "/echo", echo_small);
  running->routes.add(method::get, "/flood", flood);
  running->routes.add(method::post, "/echo", echo_small, takes_any_body);
  running->routes.add(method::post, "/small", echo_small, {.body = route_options::body_kind::any, .body_limit = 10});
  running->start();
  return running;
}

std::string post_of_length(std::string_view path, std::size_t length) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

void expect_refused(running_server& running, std::string_view bytes, unsigned status) {
  auto client = running.connect();
  client.send(bytes);
  const auto answer = client.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, status);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

}  // namespace

TEST(Limits, SizesOfTheHeader) {
  const limits l;
  auto running = start_limited(l);
  const auto line = [&](std::size_t length) {
    return "GET /echo?" + std::string(length - 19, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  EXPECT_EQ(running->connect().ask(line(l.request_line)).status, 200u);
  expect_refused(*running, line(l.request_line + 1), 414);
  const auto section = [&](std::size_t length) {
    return "GET /echo HTTP/1.1\r\nHost: x\r\nA: " + std::string(length - 14, 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(running->connect().ask(section(l.header_section)).status, 200u);
  expect_refused(*running, section(l.header_section + 1), 431);
  const auto fields = [&](std::size_t count) {
    std::string bytes = "GET /echo HTTP/1.1\r\nHost: x\r\n";
    for (std::size_t i = 1; i < count; ++i)
      bytes += "A: b\r\n";
    return bytes + "\r\n";
  };
  EXPECT_EQ(running->connect().ask(fields(l.header_fields)).status, 200u);
  expect_refused(*running, fields(l.header_fields + 1), 431);
}

TEST(Limits, SizesOfTheBody) {
  const limits l;
  auto running = start_limited(l);
  const auto body = [](std::uint64_t length) { return std::string(static_cast<std::size_t>(length), 'b'); };
  EXPECT_EQ(running->connect().ask(post_of_length("/echo", l.body) + body(l.body)).body, body(l.body));
  // The refusal comes before the body: none is sent.
  expect_refused(*running, post_of_length("/echo", l.body + 1), 413);
  EXPECT_EQ(running->connect().ask(post_of_length("/small", 10) + body(10)).body, body(10));
  expect_refused(*running, post_of_length("/small", 11), 413);

  const std::string chunked = "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(running->connect().ask(chunked + "5\r\nbbbbb\r\n5\r\nbbbbb\r\n0\r\n\r\n").body, body(10));
  expect_refused(*running, chunked + "5\r\nbbbbb\r\n6\r\n", 413);
  expect_refused(*running, chunked + "b\r\n", 413);
  expect_refused(*running, chunked + "ffffffffffffffff\r\n", 413);
}

TEST(Limits, AChunkedBodyWithoutEndStopsAtTheLimit) {
  const limits l;
  auto running = start_limited(l);
  auto client = running->connect();
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'b') + "\r\n";
  for (std::uint64_t sent = 0; sent <= l.body; sent += 0x1000)
    client.send(chunk);
  EXPECT_EQ(client.read()->status, 413u);
}

TEST(Limits, SizeOfAChunkHeader) {
  const limits l;
  auto running = start_limited(l);
  const std::string chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto with_header = [&](std::size_t length) {
    return chunked + "1;" + std::string(length - 2, 'a') + "\r\nb\r\n0\r\n\r\n";
  };
  EXPECT_EQ(running->connect().ask(with_header(l.chunk_header)).body, "b");
  expect_refused(*running, with_header(l.chunk_header + 1), 400);
}

TEST(Limits, TimeForTheHeader) {
  limits l;
  l.header_time = std::chrono::milliseconds(100);
  auto running = start_limited(l);
  for (const std::string part : {"G", "GET /echo HTTP/1.1\r\n", "GET /echo HTTP/1.1\r\nHost: x\r\n"})
    expect_refused(*running, part, 408);
  // Drop by drop does not help: the time is for the whole section.
  auto dripping = running->connect();
  dripping.send("GET /echo HTTP/1.1\r\nHost: x\r\n");
  while (!dripping.is_readable() && dripping.send("A: b\r\n"))
    std::this_thread::yield();
  EXPECT_TRUE(dripping.is_readable());
}

TEST(Limits, TimeForTheHeaderCountsFromItsFirstByte) {
  limits l;
  l.header_time = std::chrono::milliseconds(50);
  auto running = start_limited(l);
  auto client = running->connect();
  auto other = running->connect();
  EXPECT_EQ(client.ask(get_echo).status, 200u);
  // Idle for longer than the header may take: the other one was refused meanwhile.
  other.send("GET ");
  EXPECT_EQ(other.read()->status, 408u);
  EXPECT_EQ(client.ask(get_echo).status, 200u);
}

TEST(Limits, TimeForTheBody) {
  limits l;
  l.body_time = std::chrono::milliseconds(100);
  auto running = start_limited(l);
  expect_refused(*running, post_of_length("/echo", 5) + "hell", 408);
  expect_refused(*running, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", 408);
  EXPECT_EQ(running->connect().ask(post_of_length("/echo", 5) + "hello").status, 200u);
}

namespace {

limits with_large_bodies() {
  limits l;
  l.large_body = 1000;
  l.large_bodies = 2;
  return l;
}

}  // namespace

TEST(Limits, LargeBodiesThatAreHeldAtATime) {
  auto running = start_limited(with_large_bodies());
  const std::string large(1001, 'b');
  const auto asked = [&] { return running->connect().ask(post_of_length("/echo", large.size()) + large).status; };
  auto first = running->connect();
  auto second = running->connect();
  for (auto* each : {&first, &second})
    each->send(post_of_length("/echo", large.size()) + "b");
  EXPECT_TRUE(running->eventually([&] { return asked() == 503; }));
  // The refusal comes before the body: none is sent.
  expect_refused(*running, post_of_length("/echo", large.size()), 503);
  const std::string chunked = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_refused(*running, chunked + "3e9\r\n" + large, 503);
  // Those that need no place have none: a small one, and one that is not kept.
  const std::string small(1000, 'b');
  EXPECT_EQ(running->connect().ask(post_of_length("/echo", small.size()) + small).body, small);
  EXPECT_EQ(running->connect().ask("GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + large).status,
            200u);
  // A place is given back with the answer, and with a connection that breaks off.
  first.send(large.substr(1));
  EXPECT_EQ(first.read()->body, large);
  EXPECT_EQ(asked(), 200u);
  EXPECT_EQ(asked(), 200u);
  first.send(post_of_length("/echo", large.size()) + "b");
  EXPECT_TRUE(running->eventually([&] { return asked() == 503; }));
  second.close();
  EXPECT_TRUE(running->eventually([&] { return asked() == 200; }));
}

TEST(Limits, LargeBodiesOfOneAddress) {
  auto l = with_large_bodies();
  l.large_bodies_per_address = 1;
  auto running = start_limited(l);
  const std::string large(1001, 'b');
  const auto asked = [&] { return running->connect().ask(post_of_length("/echo", large.size()) + large).status; };
  EXPECT_EQ(asked(), 200u);
  auto first = running->connect();
  first.send(post_of_length("/echo", large.size()) + "b");
  EXPECT_TRUE(running->eventually([&] { return asked() == 503; }));
}

TEST(Limits, TimeForALargeBodyGrowsWithWhatHasCome) {
  auto l = with_large_bodies();
  l.body_time = std::chrono::milliseconds(200);
  l.large_body_rate = 1;
  auto running = start_limited(l);
  auto going_on = running->connect();
  going_on.send(post_of_length("/echo", 2000) + std::string(1500, 'b'));
  // The time that every body has is over for two that began later: a small one, and a large one that brings nothing.
  expect_refused(*running, post_of_length("/echo", 1000) + std::string(999, 'b'), 408);
  expect_refused(*running, post_of_length("/echo", 2000), 408);
  going_on.send(std::string(500, 'b'));
  EXPECT_EQ(going_on.read()->body, std::string(2000, 'b'));
}

TEST(Limits, TimeBetweenRequests) {
  limits l;
  l.idle_time = std::chrono::milliseconds(100);
  auto running = start_limited(l);
  auto fresh = running->connect();
  EXPECT_TRUE(fresh.is_closed());
  auto used = running->connect();
  EXPECT_EQ(used.ask(get_echo).status, 200u);
  EXPECT_TRUE(used.is_closed());
}

TEST(Limits, TimeForTheAnswerToBeTaken) {
  limits l;
  l.write_time = std::chrono::milliseconds(100);
  auto running = start_limited(l);
  auto stuck = running->connect();
  stuck.send("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().requests == 1; }));
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 0; }));
  EXPECT_ANY_THROW(static_cast<void>(stuck.read()));
  // Who reads gets all of it.
  auto patient = start_limited({});
  EXPECT_EQ(patient->connect().ask("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n").body.size(), 64u << 20);
}

TEST(Limits, LingeringEnds) {
  limits l;
  l.linger_time = std::chrono::milliseconds(100);
  auto running = start_limited(l);
  auto client = running->connect();
  EXPECT_EQ(client.ask("rubbish\r\n").status, 400u);
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 0; }));
}

TEST(Limits, ConnectionsOfOneAddress) {
  limits l;
  l.connections_per_address = 2;
  l.linger_time = std::chrono::milliseconds(50);
  auto running = start_limited(l);
  auto first = running->connect();
  auto second = running->connect();
  EXPECT_EQ(first.ask(get_echo).status, 200u);
  EXPECT_EQ(second.ask(get_echo).status, 200u);
  auto third = running->connect();
  EXPECT_EQ(third.read()->status, 503u);
  EXPECT_TRUE(third.is_closed());
  // Another address is another client.
  first.close();
  EXPECT_TRUE(running->eventually([&] { return running->connect().ask(get_echo).status == 200; }));
}

// One address must not be able to use up what is there for all.
TEST(Limits, RefusedConnectionsTakeNoPlaceOfOthers) {
  limits l;
  l.connections = 2;
  l.connections_per_address = 1;
  l.refused_connections = 3;
  l.linger_time = std::chrono::seconds(60);
  auto running = start_limited(l);
  auto first = running->connect();
  EXPECT_EQ(first.ask(get_echo).status, 200u);
  // Up to the limit they are told, and linger.
  std::vector<test::raw_client> refused;
  for (std::size_t i = 0; i < l.refused_connections; ++i) {
    refused.push_back(running->connect());
    EXPECT_EQ(refused.back().read()->status, 503u);
  }
  // Over it they are closed without a word.
  EXPECT_FALSE(running->connect().read().has_value());
  EXPECT_EQ(running->web->metrics().connections_open, 1u);
  EXPECT_EQ(running->web->metrics().connections_refused, l.refused_connections + 1);
  EXPECT_EQ(running->web->metrics().accept_pauses, 0u);

  // Another address has its place.
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  ::inet_pton(AF_INET, "127.0.0.2", &at.sin_addr);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ::inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
  at.sin_port = htons(running->web->port());
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ASSERT_GT(::send(socket, get_echo.data(), get_echo.size(), MSG_NOSIGNAL), 0);
  std::string answer(12, ' ');
  EXPECT_EQ(::recv(socket, answer.data(), answer.size(), MSG_WAITALL), 12);
  EXPECT_EQ(answer, "HTTP/1.1 200");
  ::close(socket);

  // Who has gone makes room for another that is told.
  refused.clear();
  EXPECT_TRUE(running->eventually([&] { return running->connect().read().has_value(); }));
}

TEST(Limits, TrustedProxiesMayHaveMoreConnections) {
  limits l;
  l.connections_per_address = 1;
  auto running = std::make_unique<running_server>(l, 1);
  running->settings.trusted_proxies = {boost::asio::ip::make_network_v4("127.0.0.1/32")};
  running->routes.add(method::get, "/echo", echo);
  running->start();
  auto first = running->connect();
  auto second = running->connect();
  EXPECT_EQ(first.ask(get_echo).status, 200u);
  EXPECT_EQ(second.ask(get_echo).status, 200u);
}

TEST(Limits, ConnectionsInAll) {
  limits l;
  l.connections = 2;
  auto running = start_limited(l);
  auto first = running->connect();
  auto second = running->connect();
  EXPECT_EQ(first.ask(get_echo).status, 200u);
  EXPECT_EQ(second.ask(get_echo).status, 200u);
  auto third = running->connect();
  third.send(get_echo);
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().accept_pauses == 1; }));
  EXPECT_EQ(running->web->metrics().connections_accepted, 2u);
  EXPECT_FALSE(third.is_readable());
  first.close();
  EXPECT_EQ(third.read()->status, 200u);
}

// security-checklist c.81
TEST(Limits, WithoutFreeDescriptorsAcceptingPausesAndResumes) {
  auto running = start_limited({});
  auto before = running->connect();
  EXPECT_EQ(before.ask(get_echo).status, 200u);
  rlimit original{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &original), 0);
  auto waiting = std::make_unique<test::raw_client>(running->web->port());
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().connections_accepted == 2; }));
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int highest = ::fcntl(socket, F_DUPFD, 0);
  ::close(highest);
  rlimit tight = original;
  tight.rlim_cur = static_cast<rlim_t>(highest);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(running->web->port());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  EXPECT_GT(::send(socket, get_echo.data(), get_echo.size(), MSG_NOSIGNAL), 0);
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().accept_pauses >= 1; }));
  EXPECT_EQ(before.ask(get_echo).status, 200u);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &original), 0);
  char first = 0;
  EXPECT_EQ(::recv(socket, &first, 1, 0), 1);
  EXPECT_EQ(first, 'H');
  ::close(socket);
}

// security-checklist c.50
TEST(Limits, SlowClientsDoNotStopOthers) {
  auto running = start_limited({}, 2);
  std::vector<test::raw_client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(running->connect());
    slow.back().send(i % 2 == 0 ? "GET /echo HTTP/1.1\r\nHost:" : post_of_length("/echo", 100) + "a");
  }
  EXPECT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 200; }));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(running->connect().ask(get_echo).status, 200u);
  for (auto& each : slow) {
    EXPECT_FALSE(each.is_readable());
    each.send("x");
  }
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(running->connect().ask(get_echo).status, 200u);
}

}  // namespace kontor::http
