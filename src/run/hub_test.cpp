#include "run/hub.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>

namespace kontor::run {
namespace {

const auto speaker = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
const auto stranger = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();
const auto spoken_in = chat::conversation_id::parse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa").value();
const hub::place here{speaker, spoken_in};

struct noting_ear final : listener {
  void hear(const frame& what) noexcept override {
    const std::scoped_lock lock(mutex);
    heard += heard.empty() ? *what : " " + *what;
    ++count;
  }
  std::mutex mutex;
  std::string heard;
  std::atomic<std::size_t> count = 0;
};

told_event said(std::int64_t seq) {
  return {.seq = seq, .text = std::make_shared<const std::string>(std::to_string(seq))};
}
std::vector<told_event> all_from(std::int64_t first, std::int64_t last) {
  std::vector<told_event> out;
  for (auto i = first; i <= last; ++i)
    out.push_back(said(i));
  return out;
}

}  // namespace

TEST(Hub, TellsThoseWhoListenAndNobodyElse) {
  hub all;
  const auto one = std::make_shared<noting_ear>();
  const auto two = std::make_shared<noting_ear>();
  const auto foreign = std::make_shared<noting_ear>();
  for (const auto& who : {one, two})
    all.enter(here, who);
  // The same id in another account is another conversation.
  all.enter({stranger, spoken_in}, foreign);
  all.go_live(here, *one, 3);
  all.go_live(here, *two, 3);
  all.go_live({stranger, spoken_in}, *foreign, 3);
  all.publish(here, all_from(4, 5));
  all.exit(here, *two);
  all.publish(here, all_from(6, 6));
  EXPECT_EQ(one->heard, "4 5 6");
  EXPECT_EQ(two->heard, "4 5");
  EXPECT_EQ(foreign->heard, "");
}

TEST(Hub, NothingIsLostOrDoubledBetweenWhatWasReadAndWhatHappens) {
  // Three events are read; whatever of them and of the next two comes before, between and after, all is heard once.
  for (int entered = 0; entered <= 3; ++entered)
    for (int live = entered; live <= 5; ++live)
      for (int read = entered; read <= live; ++read) {
        SCOPED_TRACE(std::to_string(entered) + ' ' + std::to_string(live) + ' ' + std::to_string(read));
        hub all;
        const auto who = std::make_shared<noting_ear>();
        const auto happens = [&](int from, int to) {
          for (int i = from; i <= to; ++i)
            all.publish(here, all_from(i, i));
        };
        happens(1, entered);
        all.enter(here, who);
        happens(entered + 1, live);
        // What was read from the database, whenever that was after `enter`.
        for (int i = 1; i <= read; ++i)
          who->hear(said(i).text);
        all.go_live(here, *who, read);
        happens(live + 1, 5);
        EXPECT_EQ(who->heard, "1 2 3 4 5");
        EXPECT_TRUE(all.take_behind().empty());
      }
}

TEST(Hub, AHoleIsReadAgain) {
  hub all;
  const auto who = std::make_shared<noting_ear>();
  all.enter(here, who);
  all.go_live(here, *who, 2);
  all.publish(here, all_from(4, 5));  // Another program had the third.
  EXPECT_EQ(who->heard, "");
  EXPECT_EQ(all.take_behind(), std::vector<hub::place>{here});
  EXPECT_TRUE(all.take_behind().empty());
  EXPECT_EQ(all.heard_by_all(here), 2);
  EXPECT_EQ(all.missing(here, 5), 2);
  all.publish(here, all_from(3, 5));
  EXPECT_EQ(who->heard, "3 4 5");
  EXPECT_EQ(all.missing(here, 5), std::nullopt);
}

TEST(Hub, WhatCouldNotBeReadIsNamedAgain) {
  hub all;
  const auto who = std::make_shared<noting_ear>();
  all.enter(here, who);
  all.go_live(here, *who, 2);
  all.publish(here, all_from(4, 4));
  EXPECT_EQ(all.take_behind().size(), 1U);
  all.note_behind(here);
  all.note_behind(here);
  all.note_behind({stranger, spoken_in});  // Nobody sits there.
  EXPECT_EQ(all.take_behind(), std::vector<hub::place>{here});
}

TEST(Hub, WhatIsGoneIsPassedOver) {
  hub all;
  const auto late = std::make_shared<noting_ear>();
  const auto current = std::make_shared<noting_ear>();
  all.enter(here, late);
  all.enter(here, current);
  all.go_live(here, *late, 2);
  all.go_live(here, *current, 9);
  all.skip_to(here, 9, std::make_shared<const std::string>("reload"));
  all.publish(here, all_from(10, 10));
  EXPECT_EQ(late->heard, "reload 10");
  EXPECT_EQ(current->heard, "10");
}

TEST(Hub, WhoIsLiveTooLateReadsAgain) {
  hub all;
  const auto who = std::make_shared<noting_ear>();
  all.enter(here, who);
  all.publish(here, all_from(1, 3000));
  all.go_live(here, *who, 0);
  EXPECT_LT(who->count, 3000U);
  EXPECT_EQ(all.take_behind(), std::vector<hub::place>{here});
  all.publish(here, all_from(all.heard_by_all(here).value() + 1, 3000));
  EXPECT_EQ(who->count, 3000U);
}

TEST(Hub, AnEventWithoutATextIsCountedOnly) {
  hub all;
  const auto who = std::make_shared<noting_ear>();
  all.enter(here, who);
  all.go_live(here, *who, 0);
  const std::vector<told_event> events = {said(1), {.seq = 2, .text = nullptr}, said(3)};
  all.publish(here, events);
  EXPECT_EQ(who->heard, "1 3");
}

TEST(Hub, AnAccountHasSoManySockets) {
  hub all;
  std::vector<std::shared_ptr<noting_ear>> sockets;
  for (int i = 0; i < 3; ++i)
    sockets.push_back(std::make_shared<noting_ear>());
  EXPECT_TRUE(all.join(speaker, sockets[0], 2));
  EXPECT_TRUE(all.join(speaker, sockets[1], 2));
  EXPECT_FALSE(all.join(speaker, sockets[2], 2));
  EXPECT_TRUE(all.join(stranger, sockets[2], 2));
  all.tell(speaker, std::make_shared<const std::string>("hello"));
  EXPECT_EQ(sockets[0]->heard + sockets[1]->heard + sockets[2]->heard, "hellohello");
  all.leave(speaker, *sockets[0]);
  EXPECT_EQ(all.sockets_of(speaker), 1U);
  EXPECT_TRUE(all.join(speaker, sockets[0], 2));
}

TEST(Hub, ManyComeAndGoWhileEventsHappen) {
  hub all;
  std::atomic<std::int64_t> stored = 0;
  constexpr std::int64_t last = 4000;
  std::thread speaker([&] {
    for (std::int64_t i = 1; i <= last; ++i) {
      stored = i;
      all.publish(here, all_from(i, i));
    }
  });
  const auto listen = [&] {
    for (int round = 0; round < 50; ++round) {
      const auto who = std::make_shared<noting_ear>();
      all.enter(here, who);
      const auto read = stored.load();
      all.go_live(here, *who, read);
      while (stored < last && who->count < 20)
        std::this_thread::yield();
      all.exit(here, *who);
      // What was heard is what follows, without a hole.
      std::string expected;
      for (std::size_t i = 0; i < who->count; ++i)
        expected += (i == 0 ? "" : " ") + std::to_string(read + 1 + static_cast<std::int64_t>(i));
      EXPECT_EQ(who->heard, expected);
    }
  };
  std::thread first(listen);
  std::thread second(listen);
  speaker.join();
  first.join();
  second.join();
}

}  // namespace kontor::run
