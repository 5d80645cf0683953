#include "chart/answer_places.hpp"

#include <chrono>
#include <utility>

namespace kontor::chart {
namespace {

base::error come_again(base::errc code, const char* whose) {
  base::error out{code, "", "", whose};
  out.retry_after = std::chrono::seconds(2);
  return out;
}

}  // namespace

class answer_places::place {
 public:
  place(std::shared_ptr<room> in, const base::user_id& owner, std::size_t numbers)
      : in_(std::move(in)), owner_(owner), numbers_(numbers) {}
  ~place() {
    const std::scoped_lock lock(in_->mutex);
    in_->taken -= numbers_;
    const auto mine = in_->by_account.find(owner_);
    mine->second -= numbers_;
    if (mine->second == 0) in_->by_account.erase(mine);
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;

 private:
  const std::shared_ptr<room> in_;
  const base::user_id owner_;
  const std::size_t numbers_;
};

base::result<std::shared_ptr<const void>> answer_places::take(const base::user_id& owner, std::size_t numbers) {
  if (numbers < room_->limits.large) return std::shared_ptr<const void>();
  {
    const std::scoped_lock lock(room_->mutex);
    const auto mine = room_->by_account.find(owner);
    const auto held = mine == room_->by_account.end() ? 0 : mine->second;
    if (held + numbers > room_->limits.per_account)
      return come_again(base::errc::too_many_requests, "large answers of one account");
    if (room_->taken + numbers > room_->limits.in_all)
      return come_again(base::errc::overloaded, "large answers of all accounts");
    room_->by_account[owner] += numbers;
    room_->taken += numbers;
  }
  return std::shared_ptr<const void>(std::make_shared<const place>(room_, owner, numbers));
}

}  // namespace kontor::chart
