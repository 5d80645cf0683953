#include "api/socket_watch.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kontor::api {
namespace {

using steady_clock = std::chrono::steady_clock;
using sockets = std::vector<std::shared_ptr<watched_socket>>;

}  // namespace

/// Lives as long as its coroutine, which may be destroyed with the loop.
struct socket_watch::work {
  work(session::session_service& s, const account::settings_source& r, const base::clock& c, socket_watch_settings with)
      : sessions(s), rules(r), clock(c), settings(with) {}

  struct on_loop {
    explicit on_loop(boost::asio::io_context& l) : loop(l), roots(l), timer(l.get_executor()) {}
    boost::asio::io_context& loop;
    async::task_group roots;
    boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, async::executor> timer;
  };

  static async::awaitable<void> run(std::shared_ptr<work> self);
  async::awaitable<bool> look();
  async::awaitable<bool> look_or_log();
  void end_without_factors();
  void end_all_after(bool is_known);
  void ping_quiet_ones();
  sockets of(const base::session_id& which);
  template <class Predicate>
  sockets all_that(Predicate holds);

  session::session_service& sessions;
  const account::settings_source& rules;
  const base::clock& clock;
  const socket_watch_settings settings;
  std::optional<on_loop> here;
  std::atomic<bool> stopping = false;
  bool has_complained = false;
  steady_clock::time_point known_at = steady_clock::now();
  std::mutex mutex;
  std::unordered_map<base::session_id, sockets> all;
};

sockets socket_watch::work::of(const base::session_id& which) {
  const std::scoped_lock lock(mutex);
  const auto found = all.find(which);
  return found == all.end() ? sockets() : found->second;
}

template <class Predicate>
sockets socket_watch::work::all_that(Predicate holds) {
  sockets out;
  const std::scoped_lock lock(mutex);
  for (const auto& [id, ones] : all)
    std::copy_if(ones.begin(), ones.end(), std::back_inserter(out), holds);
  return out;
}

// False: the database cannot say.
async::awaitable<bool> socket_watch::work::look() {
  constexpr std::size_t at_once = 2000;
  std::vector<base::session_id> ids;
  {
    const std::scoped_lock lock(mutex);
    ids.reserve(all.size());
    for (const auto& [id, ones] : all)
      ids.push_back(id);
  }
  for (std::size_t at = 0; at < ids.size(); at += at_once) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), at + at_once));
    std::vector<base::session_id> some(first, last);
    const auto over = co_await sessions.find_over(std::move(some));
    if (!over) co_return false;
    for (const auto& id : *over)
      for (const auto& one : of(id))
        one->end_session();
  }
  co_return true;
}

// The rule may have changed since a socket was opened.
void socket_watch::work::end_without_factors() {
  const auto demanded = rules.current().second_factor_for;
  for (const auto& one : all_that([demanded](const auto& each) { return !each->has_factors(demanded); }))
    one->end_session();
}

// A moment without an answer is nobody's fault; beyond it nobody goes on hearing what may have been taken from them.
void socket_watch::work::end_all_after(bool is_known) {
  const auto now = steady_clock::now();
  if (is_known) known_at = now;
  if (now - known_at < settings.longest_unknown) return;
  const auto ended = all_that([](const auto&) { return true; });
  if (!ended.empty())
    base::log(base::log_level::error, "sockets are closed, because their sessions cannot be looked at",
              {{"sockets", std::to_string(ended.size())}});
  for (const auto& one : ended)
    one->end_unknown();
}

void socket_watch::work::ping_quiet_ones() {
  const auto then = steady_clock::now() - settings.ping_after;
  const auto quiet = all_that([then](const auto& one) { return one->last_heard() <= then; });
  if (quiet.empty()) return;
  const auto ping = std::make_shared<const std::string>(run::ping_frame(clock.now()));
  for (const auto& one : quiet)
    one->hear_ping(ping);
}

async::awaitable<bool> socket_watch::work::look_or_log() {
  try {
    const bool is_known = co_await look();
    has_complained = false;
    co_return is_known;
  } catch (const std::exception& broken) {
    if (!std::exchange(has_complained, true))
      base::log(base::log_level::error, "watching over sockets failed", {{"what", broken.what()}});
  }
  co_return false;
}

async::awaitable<void> socket_watch::work::run(std::shared_ptr<work> self) {
  while (!self->stopping) {
    const bool is_known = co_await self->look_or_log();
    self->end_all_after(is_known);
    self->end_without_factors();
    self->ping_quiet_ones();
    if (self->stopping) break;
    self->here->timer.expires_after(self->settings.look_every);
    boost::system::error_code woken;
    co_await self->here->timer.async_wait(boost::asio::redirect_error(async::use_awaitable, woken));
  }
}

socket_watch::socket_watch(session::session_service& sessions, const account::settings_source& rules,
                           const base::clock& clock, socket_watch_settings settings)
    : work_(std::make_shared<work>(sessions, rules, clock, settings)) {}

socket_watch::~socket_watch() {
  stop();
}

void socket_watch::start(boost::asio::io_context& loop) {
  work_->here.emplace(loop);
  boost::asio::post(loop, [self = work_] { self->here->roots.spawn("watch over sockets", work::run(self)); });
}

void socket_watch::stop() {
  if (!work_->here || work_->stopping.exchange(true)) return;
  auto& loop = work_->here->loop;
  if (loop.stopped()) return;
  boost::asio::post(loop, [self = work_] { self->here->timer.cancel(); });
  constexpr std::chrono::seconds time_to_die{10};
  auto ended =
      boost::asio::co_spawn(loop.get_executor(), work_->here->roots.drain(time_to_die), boost::asio::use_future);
  if (!ended.get()) base::log(base::log_level::error, "the watch over sockets does not end");
}

void socket_watch::add(std::shared_ptr<watched_socket> which) {
  const std::scoped_lock lock(work_->mutex);
  auto& of_session = work_->all[which->session()];
  of_session.push_back(std::move(which));
}

void socket_watch::remove(const watched_socket& which) {
  const std::scoped_lock lock(work_->mutex);
  const auto found = work_->all.find(which.session());
  if (found == work_->all.end()) return;
  std::erase_if(found->second, [&which](const auto& one) { return one.get() == &which; });
  if (found->second.empty()) work_->all.erase(found);
}

}  // namespace kontor::api
