// Room for large answers: while they are made, and until they are with the client. A slow reader holds the memory of
// its answer, so there is a bound to what one account holds, and all of them.
#pragma once

#include "base/error.hpp"
#include "base/id.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace kontor::chart {

/// In numbers of an answer; each is some 20 bytes of text.
struct answer_limits {
  std::size_t large = 50'000;           ///< From so many on an answer needs a place.
  std::size_t per_account = 3'000'000;  ///< Four of the largest that there are.
  std::size_t in_all = 12'000'000;
};

/// Runs on any thread. Places may outlive it.
class answer_places {
 public:
  explicit answer_places(answer_limits limits) : room_(std::make_shared<room>(limits)) {}

  /// For an answer of so many numbers of this account, as long as the place is kept; null: it needs none. Both with
  /// Retry-After: errc::too_many_requests when the account holds too much, errc::overloaded when all together do.
  base::result<std::shared_ptr<const void>> take(const base::user_id& owner, std::size_t numbers);

 private:
  struct room {
    explicit room(answer_limits l) : limits(l) {}
    const answer_limits limits;
    std::mutex mutex;
    std::size_t taken = 0;
    std::map<base::user_id, std::size_t> by_account;
  };
  class place;

  const std::shared_ptr<room> room_;
};

}  // namespace kontor::chart
