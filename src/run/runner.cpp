#include "run/runner_work.hpp"

#include "base/log.hpp"
#include "run/failure_kinds.hpp"
#include "run/tool_round.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
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
