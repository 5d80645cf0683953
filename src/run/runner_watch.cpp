// What a runner does beside its runs: it looks for those that are to stop, follows other programs, says that it is
// there, and ends what nobody works on any more.
#include "base/log.hpp"
#include "run/runner_work.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace kontor::run {

using base::log_level;

async::awaitable<void> runner::work::sleep(std::chrono::milliseconds time) {
  using namespace boost::asio::experimental::awaitable_operators;
  if (stopping) time = std::min(time, std::chrono::milliseconds(50));
  steady_timer timer(here->loop.get_executor(), time);
  boost::system::error_code woken;
  auto over = timer.async_wait(boost::asio::redirect_error(async::use_awaitable, woken));
  auto rung = here->rest.heard();
  co_await (std::move(over) || std::move(rung));
}

template <class Step>
async::awaitable<void> runner::work::repeat(const char* name, std::chrono::milliseconds every, Step step) {
  bool has_complained = false;
  while (!stopping) {
    try {
      co_await (this->*step)();
      has_complained = false;
    } catch (const std::exception& broken) {
      if (!std::exchange(has_complained, true))
        base::log(log_level::error, "watching over runs failed", {{"task", name}, {"what", broken.what()}});
    }
    if (!stopping) co_await sleep(every);
  }
}

async::awaitable<void> runner::work::keep_watch(shared self) {
  co_await self->repeat("watch", self->settings.watch_every, &work::watch_once);
}

async::awaitable<void> runner::work::keep_following(shared self) {
  co_await self->repeat("follow", self->settings.follow_every, &work::follow_once);
}

async::awaitable<void> runner::work::keep_beating(shared self) {
  co_await self->repeat("beat", self->settings.beat_every, &work::beat_once);
}

async::awaitable<void> runner::work::keep_ending(shared self) {
  co_await self->repeat("end", self->settings.beat_every, &work::end_abandoned);
}

async::awaitable<void> runner::work::watch_once() {
  if (here->runs.empty()) co_return;
  // Those that began meanwhile are not among what is found, and have to stay.
  std::vector<one_run> before;
  for (const auto& [where, one] : here->runs)
    before.push_back(one);
  const auto found = co_await store.watch();
  if (!found) co_return;
  for (const auto& one : before) {
    const auto row =
        std::find_if(found->begin(), found->end(), [&one](const auto& r) { return r.which == one->which; });
    if (row == found->end() || row->is_to_stop) one->stop(finish::cancelled);
  }
  co_await stop_those_over(std::move(before));
}

// What a session or a token began ends with it.
async::awaitable<void> runner::work::stop_those_over(std::vector<one_run> all) {
  std::vector<sql::permission> asked;
  for (const auto& one : all)
    asked.push_back(one->still);
  const auto over = co_await store.find_over(std::move(asked));
  if (!over) co_return;
  for (const auto place : *over)
    all[place]->stop(finish::cancelled);
}

async::awaitable<void> runner::work::follow_once() {
  auto behind = listeners.take_behind();
  if (!store.is_alone()) {
    const auto moved = co_await store.find_moved();
    if (moved)
      for (const auto& one : *moved)
        if (hub::place where{one.owner, one.id}; listeners.missing(where, one.seq)) behind.push_back(std::move(where));
  }
  for (auto& where : behind) {
    bool is_told = false;
    try {
      auto telling = catch_up(where);
      is_told = co_await std::move(telling);
    } catch (const boost::system::system_error& broken) {
      if (broken.code() == boost::asio::error::operation_aborted) throw;
    } catch (const std::exception& broken) {
      base::log(log_level::error, "events cannot be read", {{"what", broken.what()}});
    }
    // What nobody could read is read the next time.
    if (!is_told) listeners.note_behind(where);
  }
}

// False: it has to be tried again.
async::awaitable<bool> runner::work::catch_up(hub::place where) {
  constexpr std::int64_t at_once = 200;
  std::optional<std::int64_t> before;
  while (const auto heard = listeners.heard_by_all(where)) {
    if (before && *heard <= *before) co_return true;  // Another one sat down, and is told by who asked for that.
    before = heard;
    const auto page = co_await store.events_after(where.first, where.second, *heard, at_once);
    if (!page) co_return page.error().code == base::errc::not_found;
    if (!page->has_all) {
      auto text = reload_frame(store.now(), where.second, page->last_seq, "");
      listeners.skip_to(where, page->last_seq, std::make_shared<const std::string>(std::move(text)));
      co_return true;
    }
    listeners.publish(where, page->told);
    if (static_cast<std::int64_t>(page->told.size()) < at_once) co_return true;
  }
  co_return true;
}

// Runs of this program that nobody works on: their beginning was stored, and nobody could tell.
async::awaitable<void> runner::work::end_forgotten() {
  constexpr std::chrono::seconds time_to_begin{10};
  const auto found = co_await store.watch();
  if (!found) co_return;
  for (const auto& one : *found) {
    const auto mine = here->runs.find({one.which.owner, one.which.conversation});
    const bool is_worked_on = mine != here->runs.end() && mine->second->which == one.which;
    if (!is_worked_on && store.now() - one.started_at > time_to_begin) co_await end_one(one.which);
  }
}

// Beside the ending of others' runs, which takes its time when they are many.
async::awaitable<void> runner::work::beat_once() {
  if (!here->runs.empty()) (void)co_await store.beat();
}

async::awaitable<void> runner::work::end_abandoned() {
  co_await end_forgotten();
  const auto abandoned = co_await store.find_abandoned();
  if (!abandoned) co_return;
  for (const auto& which : *abandoned) {
    if (stopping) co_return;
    co_await end_one(which);
  }
}

async::awaitable<void> runner::work::end_one(run_key which) {
  const auto told = co_await store.interrupt(which);
  if (!told || told->empty()) co_return;
  publish(which, *told);
  ended.add(finish::interrupted);
  after_end(which);
}

}  // namespace kontor::run
