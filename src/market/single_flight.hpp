// One question for all who ask the same while it is on its way.
#pragma once

#include "async/completion.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace kontor::market {

/// Thread-safe.
template <class T>
class single_flight {
 public:
  enum class place { first, later, refused };

  /// The first has to see to it that answer() is called; refused: `most` wait already, and `who` is left as it was.
  place join(async::completion<T>& who, std::size_t most) {
    const std::scoped_lock lock(mutex_);
    if (waiters_.size() >= most) return place::refused;
    waiters_.push_back(std::move(who));
    return std::exchange(is_asked_, true) ? place::later : place::first;
  }

  void answer(const base::result<T>& what) {
    std::vector<async::completion<T>> all;
    {
      const std::scoped_lock lock(mutex_);
      all.swap(waiters_);
      is_asked_ = false;
    }
    for (auto& one : all)
      one.complete(what);
  }

 private:
  std::mutex mutex_;
  std::vector<async::completion<T>> waiters_;
  bool is_asked_ = false;
};

}  // namespace kontor::market
