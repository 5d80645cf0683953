// Runs that are worked on, with a provider that says what the test tells it to.
#include "run/runner.hpp"

#include "run/run_fixture.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace kontor::run {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

/// Says what it is given; the connection is open as long as the stream lives.
struct fake_provider final : chat::llm_provider {
  struct stream final : chat::answer_stream {
    stream(fake_provider& p, base::user_id o) : of(p), owner(o) { ++of.open; }
    ~stream() override {
      --of.open;
      ++of.closed;
    }
    async::awaitable<chat::model_event> next() override {
      const auto loop = co_await boost::asio::this_coro::executor;
      while (true) {
        {
          const std::scoped_lock lock(of.mutex);
          if (!of.script.empty()) {
            auto event = std::move(of.script.front());
            of.script.pop_front();
            co_return event;
          }
        }
        timer pause(loop, std::chrono::milliseconds(1));
        co_await pause.async_wait(async::use_awaitable);
      }
    }
    fake_provider& of;
    base::user_id owner;
  };

  async::awaitable<base::result<std::unique_ptr<chat::answer_stream>>> ask(base::user_id owner,
                                                                           chat::model_request what) override {
    if (breaks) throw std::runtime_error("broken on purpose");
    if (refusal) co_return *refusal;
    {
      const std::scoped_lock lock(mutex);
      asked.push_back(std::move(what));
    }
    co_return std::make_unique<stream>(*this, owner);
  }

  void say(chat::model_event what) {
    const std::scoped_lock lock(mutex);
    script.push_back(std::move(what));
  }

  std::mutex mutex;
  std::deque<chat::model_event> script;
  std::vector<chat::model_request> asked;
  std::optional<base::error> refusal;
  bool breaks = false;
  std::atomic<int> open = 0;
  std::atomic<int> closed = 0;
};

struct ear final : listener {
  void hear(const frame& what) noexcept override {
    const std::scoped_lock lock(mutex);
    frames.push_back(boost::json::parse(*what));
    changed.notify_all();
  }
  /// Waits until one of this type (or status) was heard.
  boost::json::value await(std::string_view type) {
    std::unique_lock lock(mutex);
    boost::json::value found;
    const bool came = changed.wait_for(lock, std::chrono::seconds(20), [&] {
      for (const auto& one : frames)
        if (text_at(one, "type") == type || (one.as_object().contains("status") && text_at(one, "status") == type)) {
          found = one;
          return true;
        }
      return false;
    });
    EXPECT_TRUE(came) << type << " was not heard";
    return found;
  }
  std::string text() {
    const std::scoped_lock lock(mutex);
    std::string out;
    std::int64_t seq = 0;
    for (const auto& one : frames) {
      if (seq != 0) EXPECT_EQ(one.at("seq").as_int64(), seq + 1) << "a hole";
      seq = one.at("seq").as_int64();
      if (text_at(one, "type") != "text") continue;
      EXPECT_EQ(one.at("offset").as_int64(), static_cast<std::int64_t>(out.size()));
      out += text_at(one, "text");
    }
    return out;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<boost::json::value> frames;
};

template <class Condition>
void until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

struct Runner : run_fixture {
  ~Runner() override {
    if (works) works->stop();
    if (other) other->stop();
  }
  runner& working() {
    if (!works) {
      works.emplace(*runs, provider, tools, listeners, [this](const run_key&) { ++ended; }, quick);
      works->start(loops.at(0));
    }
    return *works;
  }
  /// Begins, and listens.
  begun_run go(std::string text = "Why gold?") {
    auto& with = working();
    auto work = begun(std::move(text));
    listeners.enter({ann, work.which.conversation}, heard);
    listeners.go_live({ann, work.which.conversation}, *heard, 0);
    with.begin(work);
    return work;
  }

  runner_settings quick{.watch_every = std::chrono::milliseconds(20),
                        .follow_every = std::chrono::milliseconds(10),
                        .beat_every = std::chrono::milliseconds(20)};
  fake_provider provider;
  chat::no_tools tools;
  hub listeners;
  std::shared_ptr<ear> heard = std::make_shared<ear>();
  std::atomic<int> ended = 0;
  std::optional<runner> works;
  std::optional<runner> other;
};
INSTANTIATE_TEST_SUITE_P(Databases, Runner, tests::each_database, tests::database_name);

// SQLite has one program at a time.
struct TwoPrograms : Runner {};
INSTANTIATE_TEST_SUITE_P(Databases, TwoPrograms, testing::Values(sql::kind::postgresql), tests::database_name);

}  // namespace

TEST_P(Runner, TellsWhatComesAndKeepsIt) {
  const auto work = go();
  heard->await("processing");
  provider.say(chat::text_delta{"Be"});
  heard->await("text");
  for (int i = 0; i < 300; ++i)
    provider.say(chat::text_delta{std::to_string(i) + " €"});
  chat::model_done done;
  done.usage = chat::model_usage{7, 9};
  provider.say(std::move(done));
  const auto result = heard->await("result");
  heard->await("idle");
  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.content, heard->text());
  EXPECT_EQ(text_at(result, "content"), heard->text());
  EXPECT_EQ(provider.asked.at(0).messages.back().content, "Why gold?");
  until([&] { return ended == 1 && works->size() == 0; });
  EXPECT_EQ(await(runs->usage(ann))->tokens, 16);
  EXPECT_EQ(provider.open, 0);
}

TEST_P(Runner, StoppingClosesTheProvidersConnectionAndBooksWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"so far"});
  heard->await("text");
  const auto before = std::chrono::steady_clock::now();
  works->cancel(ann, work.which.conversation);
  until([&] { return provider.open == 0; });
  heard->await("cancelled");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(messages(work.which.conversation).back().what.finish, "cancelled");
  EXPECT_GT(await(runs->usage(ann))->tokens, 0);
}

TEST_P(Runner, StoppingBeforeTheFirstPieceEndsItToo) {
  const auto work = go();
  until([&] { return provider.open == 1; });
  works->cancel(ann, work.which.conversation);
  heard->await("cancelled");
  EXPECT_EQ(provider.open, 0);
  EXPECT_EQ(messages(work.which.conversation).size(), 1U);
}

// Open WebUI CVE-2025-63681, CVE-2026-70483.
TEST_P(Runner, NobodyStopsTheRunOfAnother) {
  const auto work = go();
  until([&] { return provider.open == 1; });
  works->cancel(bob, work.which.conversation);
  provider.say(chat::text_delta{"goes on"});
  provider.say(chat::model_done{});
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "complete");
}

TEST_P(Runner, WhatIsDeletedOrAskedForElsewhereEndsToo) {
  const auto asked = go();
  until([&] { return provider.open == 1; });
  EXPECT_TRUE(await(runs->ask_to_stop(ann, asked.which.conversation)).value());
  heard->await("cancelled");
  until([&] { return provider.open == 0; });

  const auto deleted = go("another");
  until([&] { return provider.open == 1; });
  write([&](sql::session& in) { return chat::statements::mark_deleted(in, ann, deleted.which.conversation, noon); });
  until([&] { return provider.open == 0 && works->size() == 0; });

  const auto removed = go("one more");
  until([&] { return provider.open == 1; });
  write([&](sql::session& in) { return chat::statements::remove(in, ann, removed.which.conversation); });
  until([&] { return provider.open == 0 && works->size() == 0; });

  const auto gone = go("the last one");
  until([&] { return provider.open == 1; });
  write([](sql::session& in) { return in.execute("DELETE FROM users WHERE id = :id", {{"id", ann}}); });
  until([&] { return provider.open == 0 && works->size() == 0; });
}

// Or the limit of a day could be walked around by deleting each conversation while it is answered.
TEST_P(Runner, WhatIsRemovedForGoodIsBookedAllTheSame) {
  const auto work = go();
  provider.say(chat::text_delta{"an answer of some length"});
  heard->await("text");
  write([&](sql::session& in) { return chat::statements::remove(in, ann, work.which.conversation); });
  provider.say(chat::text_delta{" and more"});
  until([&] { return provider.open == 0 && works->size() == 0; });
  EXPECT_GT(await(runs->usage(ann))->tokens, 0);
}

TEST_P(Runner, AFailureIsToldWithWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"half"});
  heard->await("text");
  chat::model_failed broken;
  broken.kind = chat::model_failure::truncated;
  provider.say(std::move(broken));
  EXPECT_EQ(text_at(heard->await("error"), "code"), "truncated");
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "failed");
  heard->await("idle");
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "half");
}

TEST_P(Runner, WhoCannotBeAskedIsToldWhy) {
  provider.refusal = base::error{base::errc::conflict, "secret-unreadable"};
  const auto work = go();
  EXPECT_EQ(text_at(heard->await("error"), "code"), "key-unreadable");
  heard->await("idle");
  EXPECT_EQ(messages(work.which.conversation).size(), 1U);
}

TEST_P(Runner, ADefectEndsOneRunAndNotTheOthers) {
  provider.breaks = true;
  go();
  EXPECT_EQ(text_at(heard->await("error"), "code"), "internal");
  heard->await("idle");
  until([&] { return works->size() == 0; });
  provider.breaks = false;
  heard = std::make_shared<ear>();
  go("again");
  provider.say(chat::text_delta{"fine"});
  provider.say(chat::model_done{});
  heard->await("result");
}

TEST_P(Runner, WhatCannotBeStoredEndsTheRunWithWhatWas) {
  const auto work = go();
  provider.say(chat::text_delta{"fine"});
  heard->await("text");
  provider.say(chat::text_delta{"\xff"});  // No text at all: a defect of whoever says it.
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "interrupted");
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "fine");
  until([&] { return provider.open == 0 && works->size() == 0; });
}

TEST_P(Runner, ARunThatNobodyWorksOnIsEnded) {
  working();
  const auto work = begun("Why gold?");
  clock.advance(std::chrono::seconds(11));
  until([&] { return ended == 1; });
  EXPECT_FALSE(await(runs->state(ann, work.which.conversation))->running);
}

TEST_P(Runner, AMessageThatDoesNotFitAsksNobody) {
  model.context_window = 400;
  go(std::string(2000, 'x'));
  EXPECT_EQ(text_at(heard->await("error"), "code"), "context-too-long");
  EXPECT_TRUE(provider.asked.empty());
}

TEST_P(Runner, AnAnswerThatIsTooLongEndsAndClosesTheConnection) {
  const auto work = go();
  for (int i = 0; i < 9; ++i)
    provider.say(chat::text_delta{std::string(32 * 1024, 'x')});
  EXPECT_EQ(text_at(heard->await("result"), "finish"), "length");
  EXPECT_EQ(messages(work.which.conversation).back().what.content.size(), max_answer);
  until([&] { return provider.open == 0; });
}

TEST_P(Runner, AtTheEndOfTheProgramRunsAreInterruptedWithWhatCame) {
  const auto work = go();
  provider.say(chat::text_delta{"so far"});
  heard->await("text");
  works->stop();
  EXPECT_EQ(provider.open, 0);
  const auto said = messages(work.which.conversation);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1].what.content, "so far");
  EXPECT_EQ(said[1].what.finish, "interrupted");
}

TEST_P(Runner, WhatAProgramLeftIsEndedByTheNext) {
  const auto work = begun("Why gold?");
  append(work, 2, {{event_kind::text, "so far", 0}});
  run_store next(*store, clock);
  clock.advance(run_store::gone_after + std::chrono::seconds(1));
  other.emplace(next, provider, tools, listeners, [this](const run_key&) { ++ended; }, quick);
  other->start(loops.at(1));
  until([&] { return ended == 1; });
  EXPECT_EQ(messages(work.which.conversation).back().what.content, "so far");
  other->stop();
  other.reset();
}

TEST_P(TwoPrograms, SocketsAtTheOtherOneHearAllOfIt) {
  run_store next(*store, clock);
  hub far;
  const auto far_ear = std::make_shared<ear>();
  other.emplace(next, provider, tools, far, [](const run_key&) {}, quick);
  other->start(loops.at(1));
  const auto work = go();
  far.enter({ann, work.which.conversation}, far_ear);
  far.go_live({ann, work.which.conversation}, *far_ear, 0);
  for (int i = 0; i < 500; ++i)
    provider.say(chat::text_delta{"word "});
  heard->await("text");
  far_ear->await("text");
  provider.say(chat::model_done{});
  heard->await("idle");
  far_ear->await("idle");
  EXPECT_EQ(far_ear->text(), heard->text());
  other->stop();
  other.reset();
}

}  // namespace kontor::run
