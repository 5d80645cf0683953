#include "sql/job_queue.hpp"

#include <algorithm>

namespace kontor::sql {

void job_queue::push(item job) {
  base::error refusal{base::errc::unavailable, "", "", "the database has been stopped"};
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && jobs_.size() < limit_) {
      jobs_.push_back(std::move(job));
      ready_.notify_one();
      return;
    }
    if (!closed_) {
      ++counts_.refused;
      refusal = {base::errc::overloaded, "", "", "too many jobs wait for the database"};
      refusal.retry_after = std::chrono::seconds(1);
    }
  }
  job->fail(std::move(refusal));
}

std::vector<job_queue::item> job_queue::take(std::size_t most) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  const auto now = std::chrono::steady_clock::now();
  std::vector<item> taken;
  taken.reserve(std::min(most, jobs_.size()));
  while (!jobs_.empty() && taken.size() < most) {
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
    const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(now - taken.back()->queued_at);
    counts_.total_wait += waited;
    counts_.longest_wait = std::max(counts_.longest_wait, waited);
  }
  return taken;
}

void job_queue::refuse_overdue(std::chrono::milliseconds limit) {
  std::vector<item> overdue;
  {
    const std::lock_guard lock(mutex_);
    const auto oldest_allowed = std::chrono::steady_clock::now() - limit;
    while (!jobs_.empty() && jobs_.front()->queued_at < oldest_allowed) {
      overdue.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
      ++counts_.refused;
    }
  }
  for (auto& job : overdue) {
    base::error refusal{base::errc::unavailable, "", "", "waited too long for the database"};
    refusal.retry_after = std::chrono::seconds(1);
    job->fail(std::move(refusal));
  }
}

void job_queue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  ready_.notify_all();
}

job_queue::counts job_queue::count() const {
  const std::lock_guard lock(mutex_);
  auto copy = counts_;
  copy.waiting = jobs_.size();
  return copy;
}

}  // namespace kontor::sql
