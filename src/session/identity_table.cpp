#include "session/identity_table.hpp"

#include <algorithm>
#include <utility>

namespace kontor::session {

using std::chrono::steady_clock;

identity_use decide_identity_use(std::optional<steady_clock::duration> age, bool is_renewing,
                                 const identity_table_settings& settings) noexcept {
  if (age && *age < settings.fresh_for) return identity_use::use;
  if (!is_renewing) return identity_use::renew;
  return age && *age < settings.usable_for ? identity_use::use : identity_use::wait;
}

// Finishes a renewal that was abandoned: its query threw, or its coroutine was destroyed. Those who wait must not wait
// for ever.
class identity_table::renewal_guard {
 public:
  renewal_guard(identity_table& table, base::session_id id, std::shared_ptr<renewal> running)
      : table_(table), id_(id), running_(std::move(running)) {}
  ~renewal_guard() {
    if (running_) finish(base::error{base::errc::unavailable, "", "", "the query for an identity was abandoned"});
  }
  renewal_guard(const renewal_guard&) = delete;
  renewal_guard& operator=(const renewal_guard&) = delete;

  void finish(base::result<identity> answer) {
    table_.finish(id_, std::exchange(running_, nullptr), asked_at_, std::move(answer));
  }

 private:
  identity_table& table_;
  const base::session_id id_;
  std::shared_ptr<renewal> running_;
  const steady_clock::time_point asked_at_ = steady_clock::now();
};

identity_table::identity_table(identity_source& source, identity_table_settings settings)
    : source_(source), settings_(settings) {}

identity_table::shard& identity_table::shard_of(const base::session_id& id) {
  return shards_[std::hash<base::session_id>{}(id) % shards_.size()];
}

async::awaitable<base::result<identity>> identity_table::find(base::session_id id) {
  auto& home = shard_of(id);
  for (;;) {
    std::shared_ptr<renewal> running;
    bool is_mine = false;
    {
      const std::lock_guard lock(home.mutex);
      auto found = home.entries.find(id);
      const bool is_new = found == home.entries.end();
      std::optional<steady_clock::duration> age;
      if (!is_new && found->second.known) age = steady_clock::now() - found->second.asked_at;
      switch (decide_identity_use(age, !is_new && found->second.running, settings_)) {
        case identity_use::use:
          co_return *found->second.known;
        case identity_use::wait:
          running = found->second.running;
          break;
        case identity_use::renew:
          if (is_new) {
            make_room(home);
            found = home.entries.try_emplace(id).first;
            found->second.place = home.order.insert(home.order.end(), id);
          }
          running = found->second.running = std::make_shared<renewal>();
          is_mine = true;
          break;
      }
    }

    if (is_mine) {
      co_await renew(id, running);
    } else {
      auto join = [&home, running](async::completion<void> done) {
        {
          const std::lock_guard lock(home.mutex);
          if (!running->answer) {
            running->waiters.push_back(std::move(done));
            return;
          }
        }
        done.complete(base::result<void>());
      };
      const auto told = co_await async::wait_for<void>(std::move(join));
      if (!told) co_return told.error();
    }

    const std::lock_guard lock(home.mutex);
    if (!running->forgotten) co_return *running->answer;
  }
}

void identity_table::make_room(shard& in) const {
  const auto limit = std::max<std::size_t>(1, settings_.capacity / shards_.size());
  while (in.entries.size() >= limit) {
    in.entries.erase(in.order.front());
    in.order.pop_front();
  }
}

async::awaitable<void> identity_table::renew(base::session_id id, std::shared_ptr<renewal> running) {
  renewal_guard guard(*this, id, std::move(running));
  guard.finish(co_await source_.find_identity(id));
}

void identity_table::finish(const base::session_id& id, const std::shared_ptr<renewal>& running,
                            steady_clock::time_point asked_at, base::result<identity> answer) {
  auto& home = shard_of(id);
  std::vector<async::completion<void>> waiters;
  {
    const std::lock_guard lock(home.mutex);
    const auto found = home.entries.find(id);
    // Otherwise it was forgotten or had to make room meanwhile, and what is there now is somebody else's.
    if (found != home.entries.end() && found->second.running == running) {
      auto& mine = found->second;
      mine.running.reset();
      const bool is_gone = answer.has_error() && answer.error().code == base::errc::not_found;
      if (answer) {
        mine.known = *answer;
        mine.asked_at = asked_at;
        home.order.splice(home.order.end(), home.order, mine.place);
      } else if (!is_gone && mine.known && steady_clock::now() - mine.asked_at < settings_.usable_for) {
        answer = *mine.known;
      } else {
        home.order.erase(mine.place);
        home.entries.erase(found);
      }
    }
    if (answer.has_error() && answer.error().code != base::errc::not_found) {
      auto why = answer.error();
      why.code = base::errc::unavailable;
      answer = std::move(why);
    }
    running->answer = std::move(answer);
    waiters.swap(running->waiters);
  }
  for (auto& waiter : waiters)
    waiter.complete(base::result<void>());
}

void identity_table::forget(const base::session_id& id) {
  auto& home = shard_of(id);
  const std::lock_guard lock(home.mutex);
  const auto found = home.entries.find(id);
  if (found == home.entries.end()) return;
  if (found->second.running) found->second.running->forgotten = true;
  home.order.erase(found->second.place);
  home.entries.erase(found);
}

void identity_table::forget_owner(const base::user_id& owner) {
  for (auto& part : shards_) {
    const std::lock_guard lock(part.mutex);
    for (auto at = part.entries.begin(); at != part.entries.end();) {
      auto& found = at->second;
      // Of what is being asked for the first time nobody knows yet whose it is.
      if (found.running && (!found.known || found.known->owner.id == owner)) found.running->forgotten = true;
      if (found.known && found.known->owner.id != owner) {
        ++at;
        continue;
      }
      part.order.erase(found.place);
      at = part.entries.erase(at);
    }
  }
}

std::size_t identity_table::size() const {
  std::size_t sum = 0;
  for (const auto& part : shards_) {
    const std::lock_guard lock(part.mutex);
    sum += part.entries.size();
  }
  return sum;
}

}  // namespace kontor::session
