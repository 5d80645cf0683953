#include "outbound/bitget_live.hpp"

#include "outbound/moment.hpp"
#include "outbound/web_fixture.hpp"
#include "tests/support/web_socket_peer.hpp"

#include <boost/json/parse.hpp>

#include <condition_variable>
#include <list>
#include <mutex>
#include <set>

namespace kontor::outbound {
namespace {

using market::interval;
using market::series;
using market::venue;
using test::web_server;
using test::web_socket_peer;
using testing::Contains;
using testing::ElementsAre;

constexpr std::chrono::seconds long_enough{60};

series of(const std::string& symbol) {
  return {venue::spot, symbol, interval::m1};
}

/// The public socket of the exchange: it answers subscriptions with what it has, and pings unless it is told not to.
class exchange_socket {
 public:
  explicit exchange_socket(const test::identity* tls = nullptr)
      : server_([this](const auto& asked, auto& over) { return serve(asked, over); }, {.tls = tls}) {}

  web_url url() const { return parse_web_url(server_.origin()).value().with("/v2/ws/public"); }
  std::size_t connections() const { return server_.connections(); }

  void refuse(const std::string& symbol) {
    const std::lock_guard lock(mutex_);
    refused_.insert(symbol);
  }
  void fall_silent(bool is_silent) {
    const std::lock_guard lock(mutex_);
    is_silent_ = is_silent;
  }
  void cut_all() {
    const std::lock_guard lock(mutex_);
    for (auto& each : open_)
      each.over->cut();
  }
  /// On every connection that has it.
  void push(const std::string& symbol, int time, int close) {
    const std::lock_guard lock(mutex_);
    for (auto& each : open_)
      if (each.has.contains(symbol)) each.peer->say(candle(symbol, time, close, "update"));
  }
  void say(const std::string& text) {
    const std::lock_guard lock(mutex_);
    for (auto& each : open_)
      each.peer->say(text);
  }
  /// `connection +A +B -A`, in the order in which they came.
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  bool wait_until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    // Connections that say nothing tell nobody that they are there.
    const auto until = std::chrono::steady_clock::now() + long_enough;
    while (!holds() && std::chrono::steady_clock::now() < until)
      changed_.wait_for(lock, std::chrono::milliseconds(10));
    return holds();
  }
  bool wait_for_words(const std::string& what, std::ptrdiff_t count = 1) {
    return wait_until([&] { return std::ranges::count(heard_, what) >= count; });
  }
  std::size_t open() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }
  bool wait_for_open(std::size_t count) {
    return wait_until([&] { return open_.size() == count; });
  }

 private:
  struct link {
    web_server::connection* over = nullptr;
    std::unique_ptr<web_socket_peer> peer;
    std::set<std::string> has;
  };

  static std::string arg(const std::string& symbol) {
    return R"("arg":{"instType":"SPOT","channel":"candle1m","instId":")" + symbol + R"("})";
  }
  static std::string candle(const std::string& symbol, int time, int close, const char* action) {
    const auto price = std::to_string(close);
    return R"({"action":")" + std::string(action) + R"(",)" + arg(symbol) + R"(,"data":[[")" + std::to_string(time) +
           R"(",")" + price + R"(",")" + price + R"(",")" + price + R"(",")" + price + R"(","1","1","1"]],"ts":1})";
  }

  bool serve(const web_server::request& asked, web_server::connection& over) {
    std::list<link>::iterator here;
    {
      const std::lock_guard lock(mutex_);
      here = open_.insert(open_.end(), {&over, std::make_unique<web_socket_peer>(asked, over), {}});
      changed_.notify_all();
    }
    while (const auto text = here->peer->read())
      answer(*here, *text);
    const std::lock_guard lock(mutex_);
    open_.erase(here);
    changed_.notify_all();
    return false;
  }
  void answer(link& to, const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (text == "ping") {
      heard_.push_back("ping");
      if (!is_silent_) to.peer->say("pong");
    } else {
      const auto said = boost::json::parse(text);
      const bool is_wanted = said.at("op").as_string() == "subscribe";
      for (const auto& each : said.at("args").as_array()) {
        const std::string symbol(each.at("instId").as_string());
        heard_.push_back((is_wanted ? "+" : "-") + symbol);
        if (is_silent_) continue;
        if (!is_wanted) {
          to.has.erase(symbol);
        } else if (refused_.contains(symbol)) {
          to.peer->say(R"({"event":"error","code":"30001","msg":"Channel does not exist",)" + arg(symbol) + "}");
        } else {
          to.has.insert(symbol);
          to.peer->say(R"({"event":"subscribe",)" + arg(symbol) + "}");
          to.peer->say(candle(symbol, 60'000, 1, "snapshot"));
        }
      }
    }
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<link> open_;
  std::set<std::string> refused_;
  std::vector<std::string> heard_;
  bool is_silent_ = false;
  web_server server_;  // Ends first.
};

/// Writes down what it hears.
class notebook final : public market::live_listener {
 public:
  void heard(const series& which, std::span<const market::candle> latest) override {
    std::string text = which.symbol;
    for (const auto& each : latest)
      text += " " + std::to_string(each.time) + ":" + std::to_string(static_cast<int>(each.close));
    const bool is_to_fail = text == fails_at;
    write(std::move(text));
    if (is_to_fail) throw std::bad_alloc();
  }
  std::string fails_at;
  void began(const series& which) override { write("began " + which.symbol); }
  void broke(const series& which) override { write("broke " + which.symbol); }
  void refused(const series& which) override { write("refused " + which.symbol); }

  bool wait_for(const std::string& what, std::ptrdiff_t count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, long_enough, [&] { return std::ranges::count(lines_, what) >= count; });
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  void write(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

struct BitgetLive : WebFixture {
  BitgetLive() {
    rules.first_back_off = std::chrono::milliseconds(10);
    rules.most_back_off = std::chrono::milliseconds(50);
    rules.pace = std::chrono::milliseconds(5);
  }
  ~BitgetLive() override {
    if (live) live->stop();
    stop_loop();
    live.reset();
    sockets.reset();
  }

  void begin(web_url where) { begin(std::move(where), settings()); }
  void begin(web_url where, https_client_settings how) {
    sockets = std::make_unique<web_socket_client>(loop_, std::move(how), egress_policy(), limits);
    live = std::make_unique<bitget_live>(*sockets, std::move(where), rules);
    live->set_listener(told);
  }

  live_rules rules;
  web_socket_limits limits;
  notebook told;
  std::unique_ptr<web_socket_client> sockets;
  std::unique_ptr<bitget_live> live;
};

}  // namespace

TEST_F(BitgetLive, TellsCandlesAsTheyGrow) {
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("BTCUSDT"));
  live->want(of("BTCUSDT"));
  ASSERT_TRUE(told.wait_for("BTCUSDT 60000:1"));
  exchange.push("BTCUSDT", 60'000, 2);
  exchange.push("BTCUSDT", 120'000, 3);
  ASSERT_TRUE(told.wait_for("BTCUSDT 120000:3"));
  EXPECT_THAT(told.lines(), ElementsAre("began BTCUSDT", "BTCUSDT 60000:1", "BTCUSDT 60000:2", "BTCUSDT 120000:3"));
  EXPECT_THAT(exchange.heard(), ElementsAre("+BTCUSDT"));
  live->drop(of("BTCUSDT"));
  EXPECT_TRUE(exchange.wait_for_words("-BTCUSDT"));
}

TEST_F(BitgetLive, AFaultOfWhoListensDoesNotEndIt) {
  exchange_socket exchange;
  told.fails_at = "A 60000:2";
  begin(exchange.url());
  live->want(of("A"));
  ASSERT_TRUE(told.wait_for("A 60000:1"));
  exchange.push("A", 60'000, 2);
  ASSERT_TRUE(told.wait_for("A 60000:2"));
  exchange.push("A", 60'000, 3);
  EXPECT_TRUE(told.wait_for("A 60000:3"));
  live->want(of("B"));
  EXPECT_TRUE(told.wait_for("B 60000:1"));
}

TEST_F(BitgetLive, SpeaksOverTls) {
  exchange_socket exchange(&here_);
  begin(exchange.url());
  live->want(of("BTCUSDT"));
  EXPECT_TRUE(told.wait_for("BTCUSDT 60000:1"));
}

TEST_F(BitgetLive, SubscribesAgainAfterABreak) {
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("A"));
  live->want(of("B"));
  ASSERT_TRUE(told.wait_for("A 60000:1") && told.wait_for("B 60000:1"));
  for (int times = 2; times < 5; ++times) {
    exchange.cut_all();
    ASSERT_TRUE(told.wait_for("broke A", times - 1));
    ASSERT_TRUE(told.wait_for("broke B", times - 1));
    ASSERT_TRUE(told.wait_for("began A", times));
    ASSERT_TRUE(told.wait_for("began B", times));
  }
  live->drop(of("B"));
  ASSERT_TRUE(exchange.wait_for_words("-B"));
  exchange.cut_all();
  ASSERT_TRUE(told.wait_for("began A", 5));
  EXPECT_EQ(std::ranges::count(exchange.heard(), "+B"), 4) << "what was dropped is not asked for again";
}

TEST_F(BitgetLive, TriesUntilTheExchangeIsThere) {
  std::uint16_t port = 0;
  {
    const web_server gone(always(503, ""));
    port = gone.port();
  }
  begin(parse_socket_url("ws://127.0.0.1:" + std::to_string(port)).value());
  live->want(of("A"));
  std::atomic<int> tries = 0;
  moment tried;
  const web_server server(
      [&](const auto& asked, auto& over) {
        if (++tries == 3) tried.reach();
        if (tries <= 3) return over.write(web_server::answer(503, ""));
        web_socket_peer peer(asked, over);
        if (!peer.read()) return false;
        peer.say(R"({"event":"subscribe","arg":{"instType":"SPOT","channel":"candle1m","instId":"A"}})");
        while (peer.read()) {
        }
        return false;
      },
      {.port = port});
  ASSERT_TRUE(tried.wait());
  EXPECT_TRUE(told.wait_for("began A"));
  live->stop();
}

TEST_F(BitgetLive, PingsAndLeavesADeadConnection) {
  rules.ping = std::chrono::milliseconds(50);
  rules.dead = std::chrono::milliseconds(400);
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("A"));
  ASSERT_TRUE(told.wait_for("began A"));
  ASSERT_TRUE(exchange.wait_for_words("ping", 12)) << "half a second and more: alive by its pongs";
  EXPECT_FALSE(std::ranges::count(told.lines(), "broke A"));
  exchange.fall_silent(true);
  ASSERT_TRUE(told.wait_for("broke A"));
  exchange.fall_silent(false);
  EXPECT_TRUE(told.wait_for("began A", 2));
}

TEST_F(BitgetLive, RenewsWithoutABreak) {
  rules.renewal = std::chrono::milliseconds(300);
  rules.renewal_spread = std::chrono::milliseconds(0);
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("A"));
  live->want(of("B"));
  ASSERT_TRUE(told.wait_for("A 60000:1", 4)) << "a snapshot of each connection";
  exchange.push("A", 120'000, 7);
  ASSERT_TRUE(told.wait_for("A 120000:7"));
  const auto lines = told.lines();
  EXPECT_EQ(std::ranges::count(lines, "began A"), 1);
  EXPECT_EQ(std::ranges::count(lines, "began B"), 1);
  EXPECT_EQ(std::ranges::count(lines, "broke A"), 0);
  EXPECT_GE(exchange.connections(), 4u);
}

TEST_F(BitgetLive, SeveralConnectionsForManyChannels) {
  rules.channels = 3;
  exchange_socket exchange;
  begin(exchange.url());
  for (int i = 0; i < 10; ++i)
    live->want(of("A" + std::to_string(i)));
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(told.wait_for("began A" + std::to_string(i)));
  EXPECT_EQ(exchange.open(), 4u);
}

TEST_F(BitgetLive, EndsAConnectionThatNobodyNeeds) {
  rules.idle = std::chrono::milliseconds(50);
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("A"));
  ASSERT_TRUE(told.wait_for("began A"));
  live->drop(of("A"));
  EXPECT_TRUE(exchange.wait_for_open(0));
  live->want(of("A"));
  EXPECT_TRUE(told.wait_for("began A", 2));
}

TEST_F(BitgetLive, TellsWhatTheExchangeDoesNotHave) {
  exchange_socket exchange;
  exchange.refuse("NO");
  begin(exchange.url());
  live->want(of("NO"));
  live->want(of("YES"));
  EXPECT_TRUE(told.wait_for("refused NO"));
  EXPECT_TRUE(told.wait_for("began YES"));
}

TEST_F(BitgetLive, WhatIsTooLargeOrNoJsonEndsTheConnection) {
  limits.message = 1000;
  exchange_socket exchange;
  begin(exchange.url());
  live->want(of("A"));
  ASSERT_TRUE(told.wait_for("began A"));
  exchange.say(R"({"event":"something else"})");
  exchange.say("no JSON");
  ASSERT_TRUE(told.wait_for("broke A"));
  ASSERT_TRUE(told.wait_for("began A", 2));
  exchange.say("{\"a\":\"" + std::string(1000, 'x') + "\"}");
  ASSERT_TRUE(told.wait_for("broke A", 2));
  EXPECT_TRUE(told.wait_for("began A", 3));
}

TEST_F(BitgetLive, ACertificateThatDoesNotHoldIsNotSpokenTo) {
  const test::authority other;
  const auto there = other.issue({"127.0.0.1"});
  exchange_socket exchange(&there);
  begin(exchange.url());
  live->want(of("A"));
  ASSERT_TRUE(exchange.wait_until([&] { return exchange.connections() >= 2; }));
  EXPECT_THAT(exchange.heard(), testing::IsEmpty());
  EXPECT_THAT(told.lines(), testing::IsEmpty());
}

TEST_F(BitgetLive, StopsWithEverythingOpen) {
  rules.channels = 2;
  exchange_socket exchange;
  begin(exchange.url());
  for (int i = 0; i < 6; ++i)
    live->want(of("A" + std::to_string(i)));
  ASSERT_TRUE(told.wait_for("began A5"));
  live->stop();
  live->stop();
  EXPECT_TRUE(exchange.wait_for_open(0));
  const auto lines = told.lines().size();
  live->want(of("B"));
  live->drop(of("A1"));
  boost::asio::post(loop_, boost::asio::use_future([] {})).get();
  EXPECT_EQ(told.lines().size(), lines);
}

}  // namespace kontor::outbound
