// The request lines of the log.
#include "http/server_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <string>

namespace kontor::http {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

// Keeps what is logged while it runs. The log changes only while no loop runs.
struct recorded_server {
  recorded_server() : running({}, 1) {
    // The fixture sets the log at its first start, and must not do so after us.
    running_server first({}, 1);
    first.start();
    first.stop();
    testing::internal::CaptureStderr();
    base::start_log({base::log_level::info, base::log_format::text});
    running.routes.add(method::post, "/act", [this](request&) { return act(); },
                       {.body = route_options::body_kind::any});
    running.start();
  }
  ~recorded_server() {
    if (!over_) lines();
  }

  std::string lines() {
    over_ = true;
    running.stop();
    auto written = testing::internal::GetCapturedStderr();
    base::start_log({base::log_level::error, base::log_format::text});
    return written;
  }

  async::awaitable<response> act() {
    ++begun;
    timer pause(co_await boost::asio::this_coro::executor);
    while (!release) {
      pause.expires_after(std::chrono::milliseconds(1));
      co_await pause.async_wait(async::use_awaitable);
    }
    co_return response(204);
  }

  std::atomic<int> begun = 0;
  std::atomic<bool> release = false;
  running_server running;

 private:
  bool over_ = false;
};

}  // namespace

// What was done must be in the log even when nobody was left to be told.
TEST(RequestLog, TellsOfAnswersThatNobodyTook) {
  recorded_server recorded;
  auto& running = recorded.running;
  auto client = running.connect();
  client.send("POST /act HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(running.eventually([&] { return recorded.begun == 1; }));
  client.reset();
  recorded.release = true;
  ASSERT_TRUE(running.eventually([&] { return running.web->metrics().connections_open == 0; }));
  const auto lines = recorded.lines();
  EXPECT_NE(lines.find("path=/act"), std::string::npos) << lines;
  EXPECT_NE(lines.find("status=204"), std::string::npos) << lines;
  EXPECT_NE(lines.find("cut=true"), std::string::npos) << lines;
}

TEST(RequestLog, TellsOfBodiesThatEndedInAReset) {
  recorded_server recorded;
  auto& running = recorded.running;
  auto client = running.connect();
  client.send("POST /act HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(client.read()->status, 100u);
  client.reset();
  ASSERT_TRUE(running.eventually([&] { return running.web->metrics().connections_open == 0; }));
  const auto lines = recorded.lines();
  EXPECT_NE(lines.find("path=/act"), std::string::npos) << lines;
  EXPECT_NE(lines.find("status=none"), std::string::npos) << lines;
  EXPECT_NE(lines.find("cut=true"), std::string::npos) << lines;
  EXPECT_EQ(recorded.begun, 0);
}

TEST(RequestLog, AnAnswerThatWasTakenIsNotCut) {
  recorded_server recorded;
  auto& running = recorded.running;
  EXPECT_EQ(running.connect().ask("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status, 404u);
  ASSERT_TRUE(running.eventually([&] { return running.web->metrics().connections_open == 0; }));
  const auto lines = recorded.lines();
  EXPECT_NE(lines.find("status=404"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("cut="), std::string::npos) << lines;
}

}  // namespace kontor::http
