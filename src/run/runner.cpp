#include "run/runner.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "metrics/counter.hpp"
#include "run/failure_kinds.hpp"
#include "run/live_run.hpp"
#include "run/tool_round.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::run {
namespace {

using base::log_level;
std::string where_of(const run_key& which) {
  return which.conversation.str();
}

}  // namespace

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

void runner::work::publish(const run_key& which, const std::vector<told_event>& told) {
  const hub::place where{which.owner, which.conversation};
  listeners.publish(where, told);
}

async::awaitable<void> runner::work::run(shared self, one_run what) {
  using namespace boost::asio::experimental::awaitable_operators;
  auto reading = read(self, what);
  auto writing = write(self, what);
  std::exception_ptr breakage;
  try {
    co_await (std::move(reading) && std::move(writing));
  } catch (...) {
    breakage = std::current_exception();
  }
  // In any case, or nobody would look after its row any more.
  self->forget(what);
  if (breakage) std::rethrow_exception(breakage);
}

void runner::work::forget(const one_run& what) {
  const auto mine = here->runs.find({what->which.owner, what->which.conversation});
  if (mine != here->runs.end() && mine->second == what) here->runs.erase(mine);
  --count;
}

// Whoever stops the run rings: then what is awaited of the provider is cancelled, and its connection closed.
async::awaitable<void> runner::work::read(shared self, one_run what) {
  using namespace boost::asio::experimental::awaitable_operators;
  if (what->made.end()) co_return;
  auto conversing = converse(self, what);
  auto halted = live_run::until_end(what);
  auto late = limit(self, what);
  co_await (std::move(conversing) || std::move(halted) || std::move(late));
}

async::awaitable<void> runner::work::limit(shared self, one_run what) {
  steady_timer timer(self->here->loop.get_executor(), self->settings.run_time);
  co_await timer.async_wait(async::use_awaitable);
  chat::model_failed late;
  late.kind = chat::model_failure::timed_out;
  what->made.fail(to_failure(late));
  what->news.ring();
}

// The connection is closed before anything is done for the model.
async::awaitable<void> runner::work::ask(shared self, one_run what) {
  auto stream = co_await self->provider.ask(what->which.owner, next_question(*what));
  if (!stream) what->made.fail(to_failure(stream.error()));
  while (!what->made.end() && what->made.where() != phase::calls) {
    const auto event = co_await (*stream)->next();
    what->made.take(event);
    what->news.ring();
    while (!what->made.end() && what->made.waiting_bytes() > self->settings.most_waiting)
      co_await what->taken.heard();
  }
}

// Each question of a run is looked at as the first one was. What cannot be looked at now is booked all the same.
async::awaitable<void> runner::work::look_at_the_day(shared self, one_run what) {
  if (!what->tokens_per_day) co_return;
  const auto used = co_await self->store.usage(what->which.owner);
  if (used && used->tokens >= *what->tokens_per_day)
    what->made.fail(no_tokens_left(used->day_ends_at - self->store.now()));
}

async::awaitable<void> runner::work::converse(shared self, one_run what) {
  try {
    while (!what->made.end()) {
      co_await ask(self, what);
      if (what->made.where() != phase::calls) continue;
      co_await do_calls(what, self->tools, self->settings.call_time);
      if (!what->made.end()) co_await look_at_the_day(self, what);
    }
  } catch (const boost::system::system_error& broken) {
    // Cancelled by whoever has set the end already, or with the loop.
    if (broken.code() == boost::asio::error::operation_aborted) what->made.stop(finish::interrupted);
    if (!what->made.end())
      base::log(log_level::error, "a run broke", {{"conversation", where_of(what->which)}, {"what", broken.what()}});
    what->made.fail(internal_failure());
  } catch (const std::exception& broken) {
    // Of two things that are cancelled together neither's reason comes here, but that both had one.
    if (!what->made.end())
      base::log(log_level::error, "a run broke", {{"conversation", where_of(what->which)}, {"what", broken.what()}});
    what->made.fail(internal_failure());
  }
  what->news.ring();
}

// What cannot be stored for a defect must not keep the conversation for ever: it ends with what was stored.
async::awaitable<void> runner::work::write(shared self, one_run what) {
  bool is_broken = false;
  try {
    co_await write_all(self, what);
  } catch (const boost::system::system_error& broken) {
    if (broken.code() == boost::asio::error::operation_aborted) throw;
    is_broken = note_broken(what, broken);
  } catch (const std::exception& broken) {
    is_broken = note_broken(what, broken);
  }
  // Not ours any more, ended, or broken: nobody reads on.
  what->stop(finish::interrupted);
  if (is_broken) co_await self->end_one(what->which);
}

bool runner::work::note_broken(const one_run& what, const std::exception& broken) {
  base::log(log_level::error, "an answer cannot be stored",
            {{"conversation", where_of(what->which)}, {"what", broken.what()}});
  return true;
}

// One transaction at a time; what comes meanwhile goes with the next.
async::awaitable<void> runner::work::write_all(shared self, one_run what) {
  while (true) {
    while (!what->made.has_pieces() && !what->made.has_row() && !what->made.end())
      co_await what->news.heard();
    auto pieces = what->made.take_pieces();
    what->taken.ring();
    // What was done is stored before the end is.
    auto behind = what->made.take_row();
    const bool is_last = what->made.end() && !behind;
    auto storing =
        is_last ? self->keep_last(what, std::move(pieces)) : self->keep(what, std::move(pieces), std::move(behind));
    const bool goes_on = co_await std::move(storing);
    if (!goes_on) co_return;
  }
}

async::awaitable<void> runner::work::pause_after(const base::error& why, int attempt) {
  if (attempt == 0) base::log(log_level::warning, "an answer cannot be stored yet", {{"detail", why.internal_detail}});
  const auto time = std::min(std::chrono::milliseconds(1000), std::chrono::milliseconds(50) * (attempt + 1));
  co_await sleep(time);
}

async::awaitable<bool> runner::work::keep(const one_run& what, std::vector<piece> pieces, std::optional<row> behind) {
  for (int attempt = 0;; ++attempt) {
    auto stored = co_await store.append(what->which, what->seq, pieces, behind);
    if (stored) {
      if (behind && stored->is_lost) what->made.row_lost();
      if (behind && !stored->is_lost) what->made.row_kept();
      what->taken.ring();
      if (stored->is_lost) {
        // Its end finds out what became of it, and books what was used.
        what->stop(finish::cancelled);
        co_return true;
      }
      what->seq = stored->seq;
      publish(what->which, stored->told);
      co_return true;
    }
    if (stopping) co_return false;
    co_await pause_after(stored.error(), attempt);
  }
}

async::awaitable<bool> runner::work::keep_last(const one_run& what, std::vector<piece> pieces) {
  for (int attempt = 0;; ++attempt) {
    auto stored = co_await store.finish(what->which, what->seq, pieces, *what->made.end(), what->made.text());
    if (stored) {
      publish(what->which, stored->told);
      if (!stored->is_lost || !stored->told.empty()) {
        ended.add(what->made.end()->how);
        after_end(what->which);
      }
      co_return false;
    }
    if (stopping && attempt > 3) co_return false;
    co_await pause_after(stored.error(), attempt);
  }
}

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

runner::runner(run_store& store, chat::llm_provider& provider, chat::toolbox& tools, hub& listeners,
               std::function<void(const run_key&)> after_end, runner_settings settings)
    : work_(std::make_shared<work>(store, provider, tools, listeners, std::move(after_end), settings)) {}

runner::~runner() {
  stop();
}

void runner::start(boost::asio::io_context& loop) {
  work_->here.emplace(loop);
  boost::asio::post(loop, [self = work_] {
    self->here->roots.spawn("watch over runs", work::keep_watch(self));
    self->here->roots.spawn("follow other programs", work::keep_following(self));
    self->here->roots.spawn("end abandoned runs", work::keep_ending(self));
    self->here->roots.spawn("say that this program is there", work::keep_beating(self));
  });
}

void runner::begin(begun_run what) {
  auto& loop = work_->here->loop;
  ++work_->count;
  auto task = [self = work_, what = std::move(what)]() mutable {
    const hub::place where{what.which.owner, what.which.conversation};
    self->publish(what.which, what.told);
    auto one = std::make_shared<live_run>(self->here->loop, std::move(what));
    if (self->stopping) one->stop(finish::interrupted);
    self->here->runs[where] = one;
    self->here->roots.spawn("run", work::run(self, std::move(one)));
  };
  boost::asio::post(loop, std::move(task));
}

void runner::cancel(const base::user_id& owner, const chat::conversation_id& conversation) {
  if (!work_->here) return;
  boost::asio::post(work_->here->loop, [self = work_, where = hub::place{owner, conversation}] {
    const auto found = self->here->runs.find(where);
    if (found != self->here->runs.end()) found->second->stop(finish::cancelled);
  });
}

std::size_t runner::size() const noexcept {
  return work_->count;
}

std::uint64_t runner::ended(finish how) const noexcept {
  return work_->ended.value(how);
}

void runner::stop() {
  if (!work_->here || work_->stopping.exchange(true)) return;
  auto& loop = work_->here->loop;
  if (loop.stopped()) return;
  const auto end = [self = work_] {
    for (const auto& [where, one] : self->here->runs)
      one->stop(finish::interrupted);
    self->here->rest.ring();
  };
  boost::asio::post(loop, end);
  constexpr std::chrono::seconds time_to_die{10};
  auto ended =
      boost::asio::co_spawn(loop.get_executor(), work_->here->roots.drain(time_to_die), boost::asio::use_future);
  if (!ended.get()) base::log(log_level::error, "runs do not end; they are ended when the program starts again");
}

}  // namespace kontor::run
