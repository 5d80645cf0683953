// How many series an account watches over all of its sockets.
#pragma once

#include "base/id.hpp"
#include "market/series.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace kontor::api {

/// Different ones of an account: a series with other indicators is another one, because each is computed for itself.
inline constexpr std::size_t watches_per_account = 64;

/// Runs on any thread. Places may outlive it.
class watch_places {
 public:
  /// A series, and the texts of the indicators that are heard with it.
  using watched = std::pair<market::series, std::string>;

  /// Counts as long as it is kept; the same of one account counts once. Null: the account has watches_per_account.
  std::shared_ptr<const void> take(const base::user_id& owner, watched what);

 private:
  struct room {
    std::mutex mutex;
    std::map<base::user_id, std::map<watched, std::size_t>> by_account;
  };
  class place;

  const std::shared_ptr<room> room_ = std::make_shared<room>();
};

}  // namespace kontor::api
