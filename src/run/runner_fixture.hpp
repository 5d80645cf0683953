// Runs that are worked on, with a provider that says what the test tells it to.
#pragma once

#include "run/run_fixture.hpp"
#include "run/runner.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace kontor::run {

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

/// Does what the test says.
struct fake_tools final : chat::toolbox {
  async::awaitable<std::vector<chat::tool>> tools_of(base::user_id, chat::tool_rights) override {
    co_return std::vector<chat::tool>();
  }
  async::awaitable<chat::tool_outcome> call(base::user_id owner, chat::tool_call what) override {
    const auto loop = co_await boost::asio::this_coro::executor;
    {
      const std::scoped_lock lock(mutex);
      called.push_back(std::move(what));
      EXPECT_EQ(owner, ann);
    }
    while (true) {
      if (breaks) throw std::runtime_error("broken on purpose");
      {
        const std::scoped_lock lock(mutex);
        if (!outcomes.empty()) {
          auto outcome = std::move(outcomes.front());
          outcomes.pop_front();
          co_return outcome;
        }
      }
      timer pause(loop, std::chrono::milliseconds(1));
      co_await pause.async_wait(async::use_awaitable);
    }
  }
  void give(std::string content, std::optional<std::string> chart = std::nullopt) {
    const std::scoped_lock lock(mutex);
    outcomes.push_back({.is_good = true, .content = std::move(content), .chart = std::move(chart)});
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex);
    return called.size();
  }

  std::mutex mutex;
  std::deque<chat::tool_outcome> outcomes;
  std::vector<chat::tool_call> called;
  std::atomic<bool> breaks = false;
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
inline void until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

struct runner_fixture : run_fixture {
  ~runner_fixture() override {
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
  begun_run go(std::string text = "Why gold?", sql::permission still = sql::always) {
    auto& with = working();
    auto work = begun(std::move(text));
    work.still = std::move(still);
    listeners.enter({ann, work.which.conversation}, heard);
    listeners.go_live({ann, work.which.conversation}, *heard, 0);
    with.begin(work);
    return work;
  }

  runner_settings quick{.watch_every = std::chrono::milliseconds(20),
                        .follow_every = std::chrono::milliseconds(10),
                        .beat_every = std::chrono::milliseconds(20)};
  fake_provider provider;
  fake_tools tools;
  hub listeners;
  std::shared_ptr<ear> heard = std::make_shared<ear>();
  std::atomic<int> ended = 0;
  std::optional<runner> works;
  std::optional<runner> other;
};
}  // namespace kontor::run
