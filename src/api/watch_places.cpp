#include "api/watch_places.hpp"

namespace kontor::api {

class watch_places::place {
 public:
  place(std::shared_ptr<room> in, const base::user_id& owner, watched what)
      : in_(std::move(in)), owner_(owner), what_(std::move(what)) {}
  ~place() {
    const std::scoped_lock lock(in_->mutex);
    const auto account = in_->by_account.find(owner_);
    const auto mine = account->second.find(what_);
    if (--mine->second > 0) return;
    account->second.erase(mine);
    if (account->second.empty()) in_->by_account.erase(account);
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;

 private:
  const std::shared_ptr<room> in_;
  const base::user_id owner_;
  const watched what_;
};

std::shared_ptr<const void> watch_places::take(const base::user_id& owner, watched what) {
  {
    const std::scoped_lock lock(room_->mutex);
    auto& mine = room_->by_account[owner];
    if (mine.size() >= watches_per_account && !mine.contains(what)) return nullptr;
    ++mine[what];
  }
  return std::make_shared<const place>(room_, owner, std::move(what));
}

}  // namespace kontor::api
