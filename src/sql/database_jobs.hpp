// The templates of `database`: a job in the queue, with its caller waiting in a coroutine or on a thread. Included by
// database.hpp. Only the small class `job_of` is made for each job, the rest for each type of answer.
#pragma once

#include "sql/database.hpp"

#include <optional>
#include <type_traits>
#include <utility>

namespace kontor::sql {

namespace detail {

/// A job whose answer is a `T`, and who waits for it.
template <class T>
class answering_job : public job {
 public:
  /// Before it is queued.
  void answer_to(async::completion<T> waiting) { waiting_.emplace(std::move(waiting)); }

  void answer() noexcept override { waiting_->complete(std::move(*outcome_)); }
  void fail(base::error why) noexcept override { waiting_->complete(std::move(why)); }
  void fail(std::exception_ptr breakage) noexcept override { waiting_->fail(std::move(breakage)); }

 protected:
  std::optional<base::result<T>> outcome_;

 private:
  std::optional<async::completion<T>> waiting_;
};

template <class Job>
class job_of final : public answering_job<job_value<Job>> {
 public:
  explicit job_of(Job what) : what_(std::move(what)) {}

  bool run(session& in) override {
    auto& outcome = this->outcome_;
    outcome.reset();
    if constexpr (std::is_void_v<std::invoke_result_t<Job&, session&>>) {
      what_(in);
      outcome.emplace();
    } else {
      outcome.emplace(what_(in));
    }
    return outcome->has_value();
  }

 private:
  Job what_;
};

}  // namespace detail

template <class Job>
std::unique_ptr<detail::answering_job<job_value<Job>>> database::make_job(Job job) {
  return std::make_unique<detail::job_of<Job>>(std::move(job));
}

template <class T>
async::awaitable<base::result<T>> database::run(access how, std::unique_ptr<detail::answering_job<T>> job) {
  auto start = [this, how, &job](async::completion<T> waiting) {
    job->answer_to(std::move(waiting));
    try {
      submit(how, std::move(job));
    } catch (...) {
      // Thrown on, it would meet a coroutine that waits already. The job has answered when it was dropped.
    }
  };
  co_return co_await async::wait_for<T>(std::move(start));
}

template <class T>
base::result<T> database::run_now(access how, std::unique_ptr<detail::answering_job<T>> job) {
  return async::wait_blocking_for<T>([this, how, &job](async::completion<T> waiting) {
    job->answer_to(std::move(waiting));
    submit(how, std::move(job));
  });
}

}  // namespace kontor::sql
