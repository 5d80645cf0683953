// The templates of `database`: a job in the queue, with its caller waiting in a coroutine or on a thread. Included by
// database.hpp.
#pragma once

#include "sql/database.hpp"

#include <future>
#include <optional>
#include <type_traits>
#include <utility>

namespace kontor::sql {

namespace detail {

/// The caller that waits on a thread.
template <class T>
class promised_answer {
 public:
  std::future<base::result<T>> future() { return promise_.get_future(); }
  void complete(base::result<T> value) { promise_.set_value(std::move(value)); }
  void fail(std::exception_ptr breakage) { promise_.set_exception(std::move(breakage)); }

 private:
  std::promise<base::result<T>> promise_;
};

}  // namespace detail

template <class Job, class Done>
class database::job_of final : public detail::job {
 public:
  using outcome = base::result<job_value<Job>>;

  job_of(Job what, Done done) : what_(std::move(what)), done_(std::move(done)) {}

  bool run(session& in) override {
    outcome_.reset();
    if constexpr (std::is_void_v<std::invoke_result_t<Job&, session&>>) {
      what_(in);
      outcome_.emplace();
    } else {
      outcome_.emplace(what_(in));
    }
    return outcome_->has_value();
  }
  void answer() noexcept override { done_.complete(std::move(*outcome_)); }
  void fail(base::error why) noexcept override { done_.complete(std::move(why)); }
  void fail(std::exception_ptr breakage) noexcept override { done_.fail(std::move(breakage)); }

 private:
  Job what_;
  Done done_;
  std::optional<outcome> outcome_;
};

template <class Job>
async::awaitable<base::result<job_value<Job>>> database::run(access how, Job job) {
  using done = async::completion<job_value<Job>>;
  auto start = [this, how, &job](done waiting) {
    try {
      submit(how, std::make_unique<job_of<Job, done>>(std::move(job), std::move(waiting)));
    } catch (...) {
      // As in async::blocking_pool::run.
      if (waiting) waiting.fail(std::current_exception());
    }
  };
  co_return co_await async::wait_for<job_value<Job>>(std::move(start));
}

template <class Job>
base::result<job_value<Job>> database::run_now(access how, Job job) {
  using done = detail::promised_answer<job_value<Job>>;
  done waiting;
  auto answer = waiting.future();
  submit(how, std::make_unique<job_of<Job, done>>(std::move(job), std::move(waiting)));
  return answer.get();
}

}  // namespace kontor::sql
