// The inside of a runner: for runner.cpp, which works on the runs, and runner_watch.cpp, which looks after them.
#pragma once

#include "async/task_group.hpp"
#include "metrics/counter.hpp"
#include "run/live_run.hpp"
#include "run/runner.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::run {

/// Lives as long as its coroutines, which may be destroyed with the loop.
struct runner::work {
  using shared = std::shared_ptr<work>;
  using one_run = std::shared_ptr<live_run>;

  work(run_store& s, chat::llm_provider& p, chat::toolbox& t, hub& l, std::function<void(const run_key&)> a,
       runner_settings with)
      : store(s), provider(p), tools(t), listeners(l), after_end(std::move(a)), settings(with) {}

  struct on_loop {
    explicit on_loop(boost::asio::io_context& l) : loop(l), roots(l), rest(l) {}
    boost::asio::io_context& loop;
    async::task_group roots;
    bell rest;  // Rung at the end: nobody sleeps on.
    std::map<hub::place, one_run> runs;
  };

  static async::awaitable<void> run(shared self, one_run what);
  static async::awaitable<void> read(shared self, one_run what);
  static async::awaitable<void> converse(shared self, one_run what);
  static async::awaitable<void> ask(shared self, one_run what);
  static async::awaitable<void> look_at_the_day(shared self, one_run what);
  static async::awaitable<void> limit(shared self, one_run what);
  static async::awaitable<void> write(shared self, one_run what);
  static async::awaitable<void> write_all(shared self, one_run what);
  static bool note_broken(const one_run& what, const std::exception& broken);
  void forget(const one_run& what);
  async::awaitable<bool> keep(const one_run& what, std::vector<piece> pieces, std::optional<row> behind);
  async::awaitable<bool> keep_last(const one_run& what, std::vector<piece> pieces);
  async::awaitable<void> pause_after(const base::error& why, int attempt);
  void publish(const run_key& which, const std::vector<told_event>& told);

  static async::awaitable<void> keep_watch(shared self);
  static async::awaitable<void> keep_following(shared self);
  static async::awaitable<void> keep_beating(shared self);
  static async::awaitable<void> keep_ending(shared self);
  async::awaitable<void> watch_once();
  async::awaitable<void> stop_those_over(std::vector<one_run> all);
  async::awaitable<void> follow_once();
  async::awaitable<void> beat_once();
  async::awaitable<void> end_abandoned();
  async::awaitable<void> end_forgotten();
  async::awaitable<void> end_one(run_key which);
  async::awaitable<bool> catch_up(hub::place where);
  async::awaitable<void> sleep(std::chrono::milliseconds time);
  template <class Step>
  async::awaitable<void> repeat(const char* name, std::chrono::milliseconds every, Step step);

  run_store& store;
  chat::llm_provider& provider;
  chat::toolbox& tools;
  hub& listeners;
  const std::function<void(const run_key&)> after_end;
  const runner_settings settings;
  std::optional<on_loop> here;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> count = 0;
  metrics::counters<finish, finish::failed> ended;
};

}  // namespace kontor::run
