#include "async/fair_turns.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace kontor::async {

namespace {

base::error ended() {
  return {base::errc::unavailable, "", "", "there are no more turns"};
}

}  // namespace

std::optional<turn_order::ticket> turn_order::stand(const base::user_id& who) {
  auto& mine = accounts_[who];
  if (mine.line.size() >= limits_.most_waiting) return std::nullopt;
  if (mine.line.empty()) round_.push_back(who);
  mine.line.push_back(++last_);
  ++waiting_;
  return last_;
}

std::optional<turn_order::ticket> turn_order::next() {
  if (taken_ >= limits_.at_once) return std::nullopt;
  const auto may = [this](const base::user_id& who) { return accounts_.at(who).taken < limits_.of_one; };
  const auto found = std::ranges::find_if(round_, may);
  if (found == round_.end()) return std::nullopt;
  const auto who = *found;
  round_.erase(found);
  auto& mine = accounts_.at(who);
  const auto first = mine.line.front();
  mine.line.pop_front();
  if (!mine.line.empty()) round_.push_back(who);
  ++mine.taken;
  ++taken_;
  --waiting_;
  return first;
}

void turn_order::leave(const base::user_id& who) {
  const auto mine = accounts_.find(who);
  --mine->second.taken;
  --taken_;
  if (mine->second.taken == 0 && mine->second.line.empty()) accounts_.erase(mine);
}

class fair_turns::held {
 public:
  held(std::shared_ptr<line> in, const base::user_id& who) : in_(std::move(in)), who_(who) {}
  ~held() {
    {
      const std::scoped_lock lock(in_->mutex);
      in_->order.leave(who_);
    }
    call_next(in_);
  }
  held(const held&) = delete;
  held& operator=(const held&) = delete;

 private:
  const std::shared_ptr<line> in_;
  const base::user_id who_;
};

void fair_turns::call_next(const std::shared_ptr<line>& in) {
  std::vector<line::waiter> called;
  {
    const std::scoped_lock lock(in->mutex);
    if (in->is_abandoned) return;
    while (const auto ticket = in->order.next()) {
      const auto found = in->waiters.find(*ticket);
      called.push_back(std::move(found->second));
      in->waiters.erase(found);
    }
  }
  for (auto& one : called)
    one.done.complete(turn(std::make_shared<const held>(in, one.who)));
}

awaitable<base::result<std::shared_ptr<const void>>> fair_turns::take(base::user_id who) {
  const auto in = line_;
  auto start = [&in, &who](completion<turn> done) {
    std::optional<turn_order::ticket> ticket;
    bool is_over = false;
    {
      const std::scoped_lock lock(in->mutex);
      is_over = in->is_abandoned;
      if (!is_over) ticket = in->order.stand(who);
      if (ticket) in->waiters.emplace(*ticket, line::waiter{.who = who, .done = std::move(done)});
    }
    if (ticket) return call_next(in);
    if (is_over) return done.complete(ended());
    base::error crowded{base::errc::too_many_requests, "", "", "too much of one account waits for its turn"};
    crowded.retry_after = std::chrono::seconds(2);
    done.complete(std::move(crowded));
  };
  co_return co_await wait_for<turn>(std::move(start));
}

void fair_turns::abandon() {
  std::map<turn_order::ticket, line::waiter> all;
  {
    const std::scoped_lock lock(line_->mutex);
    line_->is_abandoned = true;
    all.swap(line_->waiters);
  }
  for (auto& [ticket, one] : all)
    one.done.complete(ended());
}

std::size_t fair_turns::waiting() const {
  const std::scoped_lock lock(line_->mutex);
  return line_->waiters.size();
}

}  // namespace kontor::async
