// What a connection keeps in memory: of bodies that nobody asked for, nothing.
#include "http/server_fixture.hpp"

#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

const std::string get = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";

async::awaitable<response> say_nothing(request&) {
  co_return response(204);
}

std::unique_ptr<running_server> start() {
  auto running = std::make_unique<running_server>(limits{}, 1);
  running->routes.add(method::get, "/none", say_nothing);
  running->routes.add(method::post, "/none", say_nothing);
  running->routes.add(method::post, "/any", say_nothing, {.body = route_options::body_kind::any});
  running->routes.set_fallback(say_nothing);
  running->start();
  return running;
}

std::string head(std::string_view request_line, std::string_view framing) {
  return std::string(request_line) + " HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n\r\n";
}

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST(Memory, BodiesThatNobodyTakesAreNotKept) {
  constexpr std::size_t clients = 300;
  const std::string body(48 * 1024, 'b');
  const std::vector<std::string> messages = {
      head("POST /none", "Content-Length: " + std::to_string(body.size())) + body,
      head("POST /none", "Transfer-Encoding: chunked") + "c000\r\n" + body + "\r\n0\r\n\r\n",
      head("GET /page", "Content-Length: " + std::to_string(body.size())) + body,
  };
  for (const auto& message : messages) {
    auto running = start();
    std::vector<test::raw_client> open;
    for (std::size_t i = 0; i < clients; ++i) {
      open.push_back(running->connect());
      ASSERT_EQ(open.back().ask(get).status, 204u);
    }
    const auto before = resident_bytes();
    for (auto& each : open)
      ASSERT_EQ(each.ask(message).status, 204u);
    const auto after = resident_bytes();
    EXPECT_LT(after, before + clients * body.size() / 4) << message.substr(0, 60);
  }
}

TEST(Memory, TheLimitHoldsForBodiesThatNobodyTakes) {
  const limits l;
  auto running = start();
  const auto sized = [](std::uint64_t length) {
    return head("POST /none", "Content-Length: " + std::to_string(length)) + std::string(length, 'b');
  };
  const auto chunked = [](std::uint64_t length) {
    std::string message = head("POST /none", "Transfer-Encoding: chunked");
    for (; length >= 0x1000; length -= 0x1000)
      message += "1000\r\n" + std::string(0x1000, 'b') + "\r\n";
    if (length > 0) message += "1\r\nb\r\n";
    return message + "0\r\n\r\n";
  };
  for (const auto& message : {sized(l.body), chunked(l.body)}) {
    auto client = running->connect();
    EXPECT_EQ(client.ask(message).status, 204u);
    EXPECT_EQ(client.ask(get).status, 204u);
  }
  EXPECT_EQ(running->connect().ask(sized(l.body + 1)).status, 413u);
  EXPECT_EQ(running->connect().ask(chunked(l.body + 1)).status, 413u);
}

}  // namespace kontor::http
