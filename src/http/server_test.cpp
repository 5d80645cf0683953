#include "http/server.hpp"

#include "http/server_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <future>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace kontor::http {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

const std::string quick_request = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

// `/slow` answers when `release` is set.
struct slow_server {
  explicit slow_server(const limits& l = {}, std::size_t loops = 2) : running(l, loops) {
    running.routes.add(method::get, "/quick", [](request&) -> async::awaitable<response> { co_return response(204); });
    running.routes.add(method::get, "/slow", [this](request&) { return answer_late(); });
    running.start();
  }
  async::awaitable<response> answer_late() {
    ++begun;
    timer pause(co_await boost::asio::this_coro::executor);
    while (!release) {
      pause.expires_after(std::chrono::milliseconds(1));
      co_await pause.async_wait(async::use_awaitable);
    }
    co_return response::with_body(200, "text/plain", "at last");
  }

  std::atomic<int> begun = 0;
  std::atomic<bool> release = false;
  running_server running;
};

}  // namespace

TEST(Server, CountsRequestsByTheirRouteAndNeverByTheirPath) {
  running_server running;
  const auto found = [](request&) -> async::awaitable<response> { co_return response(204); };
  const auto broken = [](request&) -> async::awaitable<response> {
    throw std::runtime_error("out of order");
    co_return response(204);
  };
  running.routes.add(method::get, "/users/{id:uuid}/{what}", found);
  running.routes.add(method::post, "/users/{id:uuid}/{what}", broken);
  running.start();
  const auto count = [&](std::string_view verb, std::string_view pattern) {
    std::array<std::uint64_t, 5> by_class{};
    std::uint64_t timed = 0;
    for (const auto& each : running.web->traffic()) {
      if (each.which.verb != verb || each.which.pattern != pattern) continue;
      by_class = each.by_class;
      timed = each.took.count();
    }
    EXPECT_EQ(timed, std::accumulate(by_class.begin(), by_class.end(), std::uint64_t{0}));
    return by_class;
  };
  for (const auto* line :
       {"GET /users/0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6/a", "HEAD /users/0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6/b",
        "GET /users/0192f3a4-5b6c-4d7e-8f90-000000000000/c", "GET /users/nobody/c", "GET /%zz", "TRACE /",
        "PUT /users/0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6/a", "POST /users/0192f3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6/a"}) {
    auto client = running.connect();
    (void)client.ask(std::string(line) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  using counts = std::array<std::uint64_t, 5>;
  EXPECT_TRUE(running_server::eventually([&] { return running.web->metrics().connections_open == 0; }));
  EXPECT_EQ(count("GET", "/users/{id}/{what}"), (counts{0, 3, 0, 0, 0}));
  EXPECT_EQ(count("POST", "/users/{id}/{what}"), (counts{0, 0, 0, 0, 1}));
  EXPECT_EQ(count("any", "none"), (counts{0, 0, 0, 4, 0}));
  EXPECT_EQ(running.web->traffic().size(), 4u);
}

TEST(Server, CountsWhatItDoes) {
  slow_server slow;
  auto client = slow.running.connect();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.ask(quick_request).status, 204u);
  auto seen = slow.running.web->metrics();
  EXPECT_EQ(seen.connections_accepted, 1u);
  EXPECT_EQ(seen.connections_open, 1u);
  EXPECT_EQ(seen.requests, 3u);
  client.close();
  EXPECT_TRUE(slow.running.eventually([&] { return slow.running.web->metrics().connections_open == 0; }));
}

TEST(Server, SpreadsConnectionsOverItsLoops) {
  running_server running({}, 3);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  running.routes.add(method::get, "/quick", [&](request&) -> async::awaitable<response> {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    co_return response(204);
  });
  running.start();
  // The kernel chooses by a hash of the ports: with enough connections each loop gets some.
  std::vector<test::raw_client> clients;
  EXPECT_TRUE(running.eventually([&] {
    clients.push_back(running.connect());
    clients.back().ask(quick_request);
    const std::lock_guard lock(mutex);
    return threads.size() == 3;
  }));
}

TEST(Server, SaysThatThePortIsTaken) {
  slow_server first;
  running_server second({}, 1);
  second.settings.port = first.running.web->port();
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("port " + std::to_string(first.running.web->port())), std::string::npos)
        << e.what();
  }
}

TEST(Server, AsksForARenderer) {
  async::event_loops loops(1);
  const router routes;
  EXPECT_THROW(server(loops, routes, {}), std::logic_error);
}

// security-checklist c.82
TEST(Server, StopLetsRequestsInProgressFinish) {
  slow_server slow;
  auto idle = slow.running.connect();
  EXPECT_EQ(idle.ask(quick_request).status, 204u);
  auto fresh = slow.running.connect();
  auto busy = slow.running.connect();
  busy.send(get_slow + quick_request);
  EXPECT_TRUE(
      slow.running.eventually([&] { return slow.begun == 1 && slow.running.web->metrics().connections_open == 3; }));

  auto stopping = std::async(std::launch::async, [&] { slow.running.stop(); });
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(fresh.is_closed());
  EXPECT_TRUE(slow.running.eventually([&] {
    try {
      slow.running.connect();
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  EXPECT_FALSE(busy.is_readable());
  slow.release = true;
  const auto answer = busy.read();
  EXPECT_EQ(answer->body, "at last");
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  busy.close();
  stopping.get();
  EXPECT_EQ(slow.running.web->metrics().connections_open, 0u);
}

TEST(Server, StopCutsWhatDoesNotEnd) {
  limits l;
  l.shutdown_time = std::chrono::milliseconds(50);
  slow_server slow(l);
  auto busy = slow.running.connect();
  busy.send(get_slow);
  auto half = slow.running.connect();
  half.send("GET /quick HTTP/1.1\r\n");
  EXPECT_TRUE(
      slow.running.eventually([&] { return slow.begun == 1 && slow.running.web->metrics().connections_open == 2; }));
  slow.running.stop();
  EXPECT_EQ(slow.running.web->metrics().connections_open, 0u);
  EXPECT_TRUE(half.is_closed());
}

TEST(Server, StopsTwiceAndWithoutStart) {
  slow_server slow;
  slow.running.stop();
  slow.running.stop();
  async::event_loops loops(1);
  const router routes;
  server_settings settings;
  settings.render_error = render_for_test;
  server never(loops, routes, settings);
}

TEST(Server, EndsWithClientsThatNeverStop) {
  slow_server slow;
  std::atomic<bool> over = false;
  std::array<std::atomic<int>, 4> answered{};
  std::vector<std::future<void>> clients;
  for (auto& count : answered) {
    clients.push_back(std::async(std::launch::async, [&] {
      while (!over) {
        try {
          auto client = slow.running.connect();
          while (client.send(quick_request) && client.read())
            ++count;
        } catch (const std::runtime_error&) {
        }
      }
    }));
  }
  EXPECT_TRUE(slow.running.eventually(
      [&] { return std::all_of(answered.begin(), answered.end(), [](const auto& count) { return count > 50; }); }));
  slow.running.stop();
  over = true;
  for (auto& each : clients)
    each.get();
  EXPECT_EQ(slow.running.web->metrics().connections_open, 0u);
}

}  // namespace kontor::http
