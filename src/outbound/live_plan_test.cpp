#include "outbound/live_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using market::interval;
using market::series;
using market::venue;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

series of(const std::string& symbol) {
  return {venue::spot, symbol, interval::m1};
}

std::string arg(const std::string& symbol) {
  return R"("arg":{"instType":"SPOT","channel":"candle1m","instId":")" + symbol + R"("})";
}
std::string ack(const std::string& symbol) {
  return R"({"event":"subscribe",)" + arg(symbol) + "}";
}
std::string candle(const std::string& symbol, int time, int close, const char* action = "update") {
  const auto price = std::to_string(close);
  return R"({"action":")" + std::string(action) + R"(",)" + arg(symbol) + R"(,"data":[[")" + std::to_string(time) +
         R"(",")" + price + R"(",")" + price + R"(",")" + price + R"(",")" + price + R"(","1","1","1"]]})";
}

/// Time goes on when a test says so, and everything that is done is written down in a word or two.
struct LivePlan : testing::Test {
  void make(live_rules how = {}) {
    rules = how;
    plan.emplace([this] { return random; }, rules);
  }
  LivePlan() { make(); }

  std::string text_of(const live_action& action) {
    struct writer {
      std::string operator()(const live_open& it) const { return "open " + std::to_string(it.link); }
      std::string operator()(const live_cut& it) const { return "cut " + std::to_string(it.link); }
      std::string operator()(const live_began& it) const { return "began " + it.of.symbol; }
      std::string operator()(const live_broke& it) const { return "broke " + it.of.symbol; }
      std::string operator()(const live_refused& it) const { return "refused " + it.of.symbol; }
      std::string operator()(const live_heard& it) const {
        std::string out = "heard " + it.of.symbol;
        for (const auto& each : it.latest)
          out += " " + std::to_string(each.time) + ":" + std::to_string(static_cast<int>(each.close));
        return out;
      }
      std::string operator()(const live_say& it) const {
        if (it.text == "ping") return std::to_string(it.link) + " ping";
        const auto said = boost::json::parse(it.text);
        const auto& op = said.at("op").as_string();
        std::string out = std::to_string(it.link) + (op == "subscribe" ? " +" : " -");
        for (const auto& each : said.at("args").as_array())
          out.append(" ").append(each.at("instId").as_string());
        return out;
      }
    };
    return std::visit(writer(), action);
  }
  std::vector<std::string> act() {
    std::vector<std::string> out;
    for (const auto& each : plan->act(now))
      out.push_back(text_of(each));
    return out;
  }
  /// What is done until then, each thing at its own time.
  std::vector<std::string> pass(std::chrono::milliseconds time) {
    const auto until = now + time;
    std::vector<std::string> out;
    for (int i = 0; i < 100'000; ++i) {
      for (auto& each : act())
        out.push_back(std::move(each));
      if (plan->next_at() > until) break;
      now = std::max(now, plan->next_at());
    }
    now = until;
    return out;
  }
  void opened(live_link link) { plan->opened(link, now); }
  void lost(live_link link) { plan->lost(link, now); }
  void heard(live_link link, const std::string& text) { plan->heard(link, text, now); }
  /// Everybody answers for so long, at least every half minute.
  std::vector<std::string> pass_answered(std::chrono::milliseconds time, live_link link) {
    std::vector<std::string> out;
    for (const auto until = now + time; now < until;) {
      for (auto& each : pass(std::min<std::chrono::milliseconds>(
               20s, std::chrono::duration_cast<std::chrono::milliseconds>(until - now))))
        if (!each.ends_with("ping")) out.push_back(std::move(each));
      heard(link, "pong");
    }
    return out;
  }

  live_rules rules;
  double random = 0;
  std::optional<live_plan> plan;
  live_plan::time_point now = live_plan::time_point() + 1000h;
};

}  // namespace

TEST_F(LivePlan, SubscribesAndTells) {
  EXPECT_THAT(act(), IsEmpty());
  EXPECT_EQ(plan->next_at(), live_plan::time_point::max()) << "nothing to wait for";
  plan->want(of("A"));
  plan->want(of("A"));
  EXPECT_THAT(act(), ElementsAre("open 1"));
  opened(1);
  EXPECT_THAT(act(), ElementsAre("1 + A"));
  heard(1, ack("A"));
  heard(1, candle("A", 60000, 5, "snapshot"));
  heard(1, candle("A", 60000, 6));
  EXPECT_THAT(act(), ElementsAre("began A", "heard A 60000:5", "heard A 60000:6"));
  heard(1, candle("A", 1, 4));
  EXPECT_THAT(act(), ElementsAre("heard A 1:4 60000:6")) << "what is corrected comes before what grows";
  heard(1, candle("B", 60000, 7));
  EXPECT_THAT(act(), IsEmpty()) << "nobody wanted it";
  plan->drop(of("A"));
  heard(1, candle("A", 60000, 8));
  EXPECT_THAT(pass(1s), ElementsAre("1 - A"));
  EXPECT_THAT(pass(rules.idle), testing::Contains("cut 1")) << "nobody needs it";
}

TEST_F(LivePlan, TheFirstCandleIsAnAnswerAsWell) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, candle("A", 60000, 5, "snapshot"));
  EXPECT_THAT(act(), ElementsAre("began A", "heard A 60000:5"));
  heard(1, ack("A"));
  EXPECT_THAT(act(), IsEmpty());
}

// bitget.md §7: 10 messages a second, channels in batches, a frame of at most 4096 bytes.
TEST_F(LivePlan, AsksInBatchesAtAPace) {
  for (int i = 0; i < 50; ++i)
    plan->want({venue::usdt_futures, "A123456789012345678901234567" + std::to_string(1000 + i), interval::h12});
  act();
  opened(1);
  std::vector<live_plan::time_point> times;
  for (int i = 0; i < 20; ++i) {
    for (const auto& each : plan->act(now))
      if (const auto* const said = std::get_if<live_say>(&each)) {
        times.push_back(now);
        EXPECT_LE(said->text.size(), 4096u);
      }
    now = std::max(now, plan->next_at());
    if (now > times.front() + 1s) break;
  }
  ASSERT_EQ(times.size(), 3u) << "50 in batches of 20";
  EXPECT_GE(times[1] - times[0], 100ms);
  EXPECT_GE(times[2] - times[1], 100ms);
}

TEST_F(LivePlan, OneConnectionHasFiftyChannels) {
  for (int i = 0; i < 51; ++i)
    plan->want(of("A" + std::to_string(i)));
  EXPECT_THAT(act(), ElementsAre("open 1", "open 2"));
  make({.channels = 1, .connections = 2});
  for (const char* symbol : {"A", "B", "C"})
    plan->want(of(symbol));
  EXPECT_THAT(act(), ElementsAre("open 1", "open 2")) << "those beyond wait until there is room";
  opened(1);
  opened(2);
  EXPECT_THAT(pass(1s), ElementsAre("1 + A", "2 + B"));
  plan->drop(of("A"));
  EXPECT_THAT(pass(1s), testing::Contains("1 + C"));
}

TEST_F(LivePlan, PingsAndEndsWhatIsDead) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  act();
  EXPECT_THAT(pass(29'999ms), IsEmpty());
  EXPECT_THAT(pass(1ms), ElementsAre("1 ping"));
  now += 5s;
  heard(1, "pong");
  EXPECT_THAT(pass(59'999ms), ElementsAre("1 ping", "1 ping")) << "25 s and 55 s after the pong";
  EXPECT_THAT(pass(1ms), ElementsAre("cut 1", "broke A")) << "a minute without anything";
  EXPECT_THAT(pass(1s), ElementsAre("open 2"));
  opened(2);
  EXPECT_THAT(pass(0s), ElementsAre("2 + A"));
  heard(1, candle("A", 60000, 5));
  EXPECT_THAT(act(), IsEmpty()) << "what is said on an old connection is nobody's";
  heard(2, ack("A"));
  EXPECT_THAT(act(), ElementsAre("began A"));
}

TEST_F(LivePlan, TriesAgainWithGrowingPauses) {
  plan->want(of("A"));
  act();
  live_link link = 1;
  for (const auto pause : {1000ms, 1000ms, 2000ms, 4000ms, 8000ms, 15000ms, 15000ms, 15000ms}) {
    lost(link);
    EXPECT_THAT(pass(pause - 1ms), IsEmpty()) << pause.count();
    EXPECT_THAT(pass(1ms), ElementsAre("open " + std::to_string(++link))) << pause.count();
  }
  random = 0.999999;
  lost(link);
  EXPECT_THAT(pass(29s), IsEmpty()) << "never more than half a minute";
  EXPECT_THAT(pass(1s), ElementsAre("open " + std::to_string(++link)));
  // One that answered and ended at once proves nothing.
  random = 0;
  opened(link);
  act();
  heard(link, ack("A"));
  pass_answered(19s, link);
  lost(link);
  EXPECT_THAT(pass(14s), ElementsAre("broke A"));
  pass(1s);
  opened(++link);
  act();
  heard(link, ack("A"));
  pass_answered(20s, link);
  lost(link);
  act();
  EXPECT_THAT(pass(1s), ElementsAre("open " + std::to_string(++link))) << "from the beginning again";
}

TEST_F(LivePlan, ManyThatEndTogetherAreOneFailure) {
  make({.channels = 1});
  for (int i = 0; i < 10; ++i)
    plan->want(of("A" + std::to_string(i)));
  act();
  for (live_link link = 1; link <= 10; ++link)
    lost(link);
  EXPECT_EQ(pass(1s).size(), 10u);
}

TEST_F(LivePlan, WhatIsDroppedWhileAwayIsNotOpened) {
  plan->want(of("A"));
  act();
  lost(1);
  plan->drop(of("A"));
  EXPECT_THAT(pass(1h), IsEmpty());
  opened(1);
  heard(1, ack("A"));
  lost(1);
  EXPECT_THAT(pass(1h), IsEmpty());
}

// bitget.md §7: the server ends every connection after 24 hours.
TEST_F(LivePlan, RenewsBeforeADayWithoutMissingAnything) {
  make({.renewal_spread = 0ms});
  plan->want(of("A"));
  plan->want(of("B"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  heard(1, ack("B"));
  act();
  EXPECT_THAT(pass_answered(23h - 1min, 1), IsEmpty());
  EXPECT_THAT(pass_answered(1min, 1), ElementsAre("open 2"));
  heard(1, candle("A", 60000, 1));
  EXPECT_THAT(act(), ElementsAre("heard A 60000:1")) << "the old one is heard on";
  opened(2);
  EXPECT_THAT(pass(0s), ElementsAre("2 + A B"));
  heard(2, ack("A"));
  heard(1, candle("A", 60000, 2));
  EXPECT_THAT(act(), ElementsAre("heard A 60000:2")) << "until the first candle comes on the new one";
  heard(2, candle("A", 60000, 3, "snapshot"));
  heard(1, candle("A", 60000, 2));
  EXPECT_THAT(act(), ElementsAre("heard A 60000:3")) << "nothing began, nothing broke, nothing twice";
  heard(2, candle("B", 60000, 4, "snapshot"));
  EXPECT_THAT(pass(1s), ElementsAre("heard B 60000:4", "cut 1"));
}

TEST_F(LivePlan, ARenewalThatComesTooLateIsABreak) {
  make({.renewal_spread = 0ms});
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  pass_answered(23h, 1);
  lost(1);
  EXPECT_THAT(act(), testing::Contains("broke A"));
  opened(2);
  act();
  heard(2, ack("A"));
  EXPECT_THAT(act(), testing::Contains("began A"));
}

TEST_F(LivePlan, EachConnectionIsRenewedAtItsOwnTime) {
  random = 0.5;
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  EXPECT_THAT(pass_answered(23h - 16min, 1), ElementsAre("began A"));
  EXPECT_THAT(pass_answered(2min, 1), ElementsAre("open 2")) << "a quarter of an hour earlier";
}

TEST_F(LivePlan, WhatTheExchangeDoesNotHaveIsRefused) {
  plan->want(of("NO"));
  plan->want(of("YES"));
  act();
  opened(1);
  EXPECT_THAT(act(), ElementsAre("1 + NO YES"));
  heard(1, R"({"event":"error","code":30001,)" + arg("NO") + "}");
  heard(1, ack("YES"));
  EXPECT_THAT(pass(1s), ElementsAre("refused NO", "began YES"));
  // Not asked for again, on no connection.
  lost(1);
  EXPECT_THAT(pass(1s), ElementsAre("broke YES", "open 2"));
  opened(2);
  EXPECT_THAT(pass(5s), ElementsAre("2 + YES"));
  plan->drop(of("NO"));
  plan->want(of("NO"));
  EXPECT_THAT(pass(1s), testing::Contains("2 + NO")) << "whoever wants it anew asks anew";
}

TEST_F(LivePlan, WhatIsRefusedIsAskedForAgainAfterAWhile) {
  plan->want(of("NEW"));
  plan->want(of("YES"));
  act();
  opened(1);
  act();
  heard(1, ack("YES"));
  const std::string error = R"({"event":"error","code":30001,)" + arg("NEW") + "}";
  heard(1, error);
  EXPECT_THAT(pass(1s), ElementsAre("began YES", "refused NEW"));
  EXPECT_THAT(pass_answered(rules.refused - 2s, 1), IsEmpty());
  EXPECT_THAT(pass_answered(2s, 1), ElementsAre("1 + NEW"));
  heard(1, error);
  EXPECT_THAT(pass_answered(10s, 1), ElementsAre("refused NEW"));
  EXPECT_THAT(pass_answered(rules.refused, 1), ElementsAre("1 + NEW"));
  heard(1, ack("NEW"));
  EXPECT_THAT(pass(1s), ElementsAre("began NEW")) << "it was listed meanwhile";
}

TEST_F(LivePlan, ARefusalOnAConnectionThatItHasLeftIsNothing) {
  make({.channels = 1});
  plan->want(of("A"));
  act();
  opened(1);
  EXPECT_THAT(act(), ElementsAre("1 + A"));
  plan->drop(of("A"));
  plan->want(of("0"));
  act();
  plan->want(of("A"));
  EXPECT_THAT(act(), ElementsAre("open 2"));
  heard(1, R"({"event":"error","code":30001,)" + arg("A") + "}");
  EXPECT_THAT(act(), IsEmpty());
  opened(2);
  EXPECT_THAT(act(), ElementsAre("2 + A"));
  heard(2, R"({"event":"error","code":30001,)" + arg("A") + "}");
  EXPECT_THAT(act(), ElementsAre("refused A"));
  plan->drop(of("A"));
  lost(2);
  EXPECT_NO_THROW(pass(1s));
}

TEST_F(LivePlan, WhoIsRefusedIsFoundOneByOne) {
  for (const char* symbol : {"A", "B", "C"})
    plan->want(of(symbol));
  act();
  opened(1);
  EXPECT_THAT(act(), ElementsAre("1 + A B C"));
  const std::string error = R"({"event":"error","code":"30001","msg":"Channel does not exist"})";
  heard(1, error);
  EXPECT_THAT(pass(1s), ElementsAre("1 + A"));
  heard(1, ack("A"));
  EXPECT_THAT(pass(1s), ElementsAre("began A", "1 + B"));
  heard(1, error);
  EXPECT_THAT(pass(1s), ElementsAre("refused B", "1 + C"));
  heard(1, ack("C"));
  EXPECT_THAT(pass(1s), ElementsAre("began C"));
  plan->want(of("D"));
  plan->want(of("E"));
  EXPECT_THAT(pass(1s), ElementsAre("1 + D E")) << "in batches again";
}

TEST_F(LivePlan, WhatIsNotAnsweredIsAskedAgain) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, "pong");
  EXPECT_THAT(pass_answered(19s, 1), IsEmpty());
  EXPECT_THAT(pass_answered(25s, 1), ElementsAre("1 + A"));
  // And further apart each time.
  EXPECT_LE(pass_answered(1h, 1).size(), 15u);
  for (int i = 0; i < 100 && pass_answered(20s, 1).empty(); ++i) {
  }
  heard(1, candle("A", 60000, 1));
  EXPECT_THAT(act(), testing::Contains("began A"));
}

TEST_F(LivePlan, ThrottledItWaits) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, R"({"event":"error","code":30006,"msg":"too many requests"})");
  EXPECT_THAT(pass(4'999ms), IsEmpty());
  EXPECT_THAT(pass(1ms), ElementsAre("1 + A"));
}

// bitget.md §7: 240 subscribe requests an hour on one connection.
TEST_F(LivePlan, AnotherConnectionTakesOverWhenTooMuchWasAskedFor) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  act();
  std::size_t asked = 1;
  for (int i = 0; i < 260; ++i) {
    plan->want(of("B"));
    for (const auto& each : pass(1s)) {
      if (each == "1 + B") ++asked;
      if (each == "open 2") opened(2);
    }
    heard(1, ack("B"));
    plan->drop(of("B"));
    pass(1s);
    heard(1, "pong");
    heard(2, "pong");
  }
  EXPECT_EQ(asked, 220u);
  plan->want(of("C"));
  EXPECT_THAT(pass(1s), testing::Contains("2 + C"));
}

TEST_F(LivePlan, WhatIsNoMessageEndsTheConnection) {
  for (const char* text : {"no JSON", "[]", ""}) {
    make();
    plan->want(of("A"));
    act();
    opened(1);
    act();
    heard(1, ack("A"));
    act();
    heard(1, text);
    EXPECT_THAT(act(), ElementsAre("cut 1", "broke A")) << text;
    EXPECT_THAT(pass(1s), ElementsAre("open 2"));
  }
}

TEST_F(LivePlan, UnknownEventsChangeNothing) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  for (const char* text : {R"({"event":"login","code":"0"})", R"({"event":"error","code":30003,"msg":"invalid op"})",
                           R"({"something":"new"})"})
    heard(1, text);
  heard(7, ack("A"));
  EXPECT_THAT(act(), IsEmpty());
}

TEST_F(LivePlan, WantedAgainBeforeItWasUnsubscribedItGoesOn) {
  plan->want(of("A"));
  act();
  opened(1);
  act();
  heard(1, ack("A"));
  act();
  plan->drop(of("A"));
  plan->want(of("A"));
  EXPECT_THAT(pass(1s), IsEmpty());
  heard(1, candle("A", 60000, 1));
  EXPECT_THAT(act(), ElementsAre("began A", "heard A 60000:1"));
}

}  // namespace kontor::outbound
