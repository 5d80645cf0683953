// What a connection keeps in memory: bodies that nobody asked for, and bodies that are done with.
#include "base/secret_bytes.hpp"
#include "http/server_fixture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

const std::string get_none = "GET /none HTTP/1.1\r\nHost: x\r\n\r\n";

async::awaitable<response> say_nothing(request&) {
  co_return response(204);
}

std::unique_ptr<running_server> start_measured() {
  auto running = std::make_unique<running_server>(limits{}, 1);
  running->routes.add(method::get, "/none", say_nothing);
  running->routes.add(method::post, "/none", say_nothing);
  running->routes.add(method::post, "/any", say_nothing, {.body = route_options::body_kind::any});
  running->routes.set_fallback({.handle = say_nothing, .has = {}});
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

// Not watched by the sanitizers: they make memory of their own, and to look at each byte of it would take minutes.
__attribute__((no_sanitize("thread", "address"))) void invert(unsigned char* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<unsigned char>(~bytes[i]);
}

// A text that is in memory only while a message with it is: what is kept here is its complement.
class marker {
 public:
  marker() {
    std::random_device source;
    for (auto& byte : complement_)
      byte = static_cast<unsigned char>(~(0x21 + source() % 0x5e));
  }

  std::size_t size() const { return complement_.size(); }
  void write_to(char* place) const {
    std::transform(complement_.begin(), complement_.end(), place, [](auto b) { return static_cast<char>(~b); });
  }

  // In memory that can be written and is no file's. The sanitizers' shadows are too large to be read, and hold no data.
  std::size_t count_in_memory() const {
    std::vector<unsigned char> part(1 << 20);
    std::size_t found = 0;
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::size_t next = 0;
      const auto from = std::stoull(line, &next, 16);
      const auto to = std::stoull(line.substr(next + 1), &next, 16);
      if (line.find(" rw-p ") == std::string::npos || to - from > (256u << 20)) continue;
      for (auto at = from; at < to; at += part.size() - size()) {
        const auto wanted = std::min<std::size_t>(part.size(), to - at);
        const auto got = ::pread(memory, part.data(), wanted, static_cast<off_t>(at));
        if (got <= 0) break;
        // Inverted at once: this buffer is part of what is searched.
        invert(part.data(), static_cast<std::size_t>(got));
        const auto* place = part.data();
        const auto* const end = place + got;
        while (true) {
          place = static_cast<const unsigned char*>(
              ::memmem(place, static_cast<std::size_t>(end - place), complement_.data(), size()));
          if (place == nullptr) break;
          const auto found_at = at + static_cast<std::size_t>(place - part.data());
          place += size();
          const auto own = reinterpret_cast<std::uintptr_t>(part.data());
          if (found_at < own || found_at >= own + part.size()) ++found;
        }
        if (static_cast<std::size_t>(got) < wanted || at + wanted == to) break;
      }
    }
    ::close(memory);
    return found;
  }

 private:
  std::array<unsigned char, 32> complement_{};
};

// The question marks of the message become the marker, and the message is wiped when it is sent.
void send_marked(test::raw_client& client, const marker& secret, std::string message) {
  const auto place = message.find(std::string(secret.size(), '?'));
  ASSERT_NE(place, std::string::npos);
  secret.write_to(message.data() + place);
  ASSERT_TRUE(client.send(message));
  base::wipe(message.data(), message.size());
}

}  // namespace

#ifdef KONTOR_SANITIZED
// The sanitizers hold back freed memory for a while; bodies that are kept would still show, with all of their bytes.
constexpr std::size_t noise = 2;
#else
constexpr std::size_t noise = 4;
#endif

TEST(Memory, BodiesThatNobodyTakesAreNotKept) {
  constexpr std::size_t clients = 300;
  const std::string body(48 * 1024, 'b');
  const std::vector<std::string> messages = {
      head("POST /none", "Content-Length: " + std::to_string(body.size())) + body,
      head("POST /none", "Transfer-Encoding: chunked") + "c000\r\n" + body + "\r\n0\r\n\r\n",
      head("GET /page", "Content-Length: " + std::to_string(body.size())) + body,
  };
  for (const auto& message : messages) {
    auto running = start_measured();
    std::vector<test::raw_client> open;
    for (std::size_t i = 0; i < clients; ++i) {
      open.push_back(running->connect());
      ASSERT_EQ(open.back().ask(get_none).status, 204u);
    }
    const auto before = resident_bytes();
    for (auto& each : open)
      ASSERT_EQ(each.ask(message).status, 204u);
    const auto after = resident_bytes();
    EXPECT_LT(after, before + clients * body.size() / noise) << message.substr(0, 60);
  }
}

TEST(Memory, TheLimitHoldsForBodiesThatNobodyTakes) {
  const limits l;
  auto running = start_measured();
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
    EXPECT_EQ(client.ask(get_none).status, 204u);
  }
  EXPECT_EQ(running->connect().ask(sized(l.body + 1)).status, 413u);
  EXPECT_EQ(running->connect().ask(chunked(l.body + 1)).status, 413u);
}

TEST(Memory, AFinishedBodyLeavesNothingBehind) {
  const marker secret;
  const std::string field(secret.size(), '?');
  const std::string large(200 * 1024, 'b');
  const std::vector<std::string> messages = {
      head("POST /any", "Content-Length: " + std::to_string(field.size())) + field,
      head("POST /none", "Content-Length: " + std::to_string(field.size())) + field,
      head("POST /any", "Transfer-Encoding: chunked") + "20\r\n" + field + "\r\n6\r\nlonger\r\n0\r\n\r\n",
      // Far more than is reserved at first: the text moves as it grows.
      head("POST /any", "Content-Length: " + std::to_string(field.size() + large.size())) + field + large,
  };
  for (const auto& message : messages) {
    auto running = start_measured();
    auto client = running->connect();
    send_marked(client, secret, message);
    ASSERT_EQ(client.read()->status, 204u);
    ASSERT_EQ(client.ask(get_none).status, 204u);
    EXPECT_EQ(secret.count_in_memory(), 0u) << message.substr(0, 60);
  }
}

TEST(Memory, AnUnfinishedBodyLeavesNothingBehind) {
  const marker secret;
  auto running = start_measured();
  auto client = running->connect();
  send_marked(client, secret, head("POST /any", "Content-Length: 33") + std::string(secret.size(), '?'));
  client.half_close();
  ASSERT_EQ(client.read()->status, 400u);
  client.close();
  ASSERT_TRUE(running->eventually([&] { return running->web->metrics().connections_open == 0; }));
  EXPECT_EQ(secret.count_in_memory(), 0u);
}

}  // namespace kontor::http
