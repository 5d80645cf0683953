#include "http/outbox.hpp"

#include <utility>

namespace kontor::http {
namespace {

constexpr std::size_t kept_frames = 16;  // room that an idle socket may hold

// RFC 6455 section 5.5: a control frame has at most 125 bytes, two of them for the code.
constexpr std::size_t longest_reason = 123;

void cut(std::string& reason) {
  if (reason.size() <= longest_reason) return;
  auto end = longest_reason;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80)
    --end;
  reason.resize(end);
}

}  // namespace

outbox::change outbox::add(socket_frame frame) {
  const auto size = frame.data->size();
  const std::lock_guard lock(mutex_);
  if (closed_) return {outcome::closed, false};
  const auto frames = waiting_.size() - first_ + (writing_ ? 1 : 0);
  if (frames >= most_frames_ || size > most_bytes_ || bytes_ > most_bytes_ - size) {
    closed_ = true;
    order_ = close_order{close_code::try_again_later, "The client reads too slowly."};
    forget_waiting();
    return {outcome::full, !std::exchange(awake_, true)};
  }
  waiting_.push_back(std::move(frame));
  bytes_ += size;
  return {outcome::taken, !writing_ && !std::exchange(awake_, true)};
}

outbox::change outbox::close(close_order order) {
  cut(order.reason);
  const std::lock_guard lock(mutex_);
  if (closed_) return {outcome::closed, false};
  closed_ = true;
  order_ = std::move(order);
  return {outcome::taken, !std::exchange(awake_, true)};
}

void outbox::woken() {
  const std::lock_guard lock(mutex_);
  awake_ = false;
}

std::optional<socket_frame> outbox::next() {
  const std::lock_guard lock(mutex_);
  bytes_ -= std::exchange(written_size_, 0);
  writing_ = first_ < waiting_.size();
  if (!writing_) return std::nullopt;
  auto frame = std::move(waiting_[first_++]);
  written_size_ = frame.data->size();
  if (first_ == waiting_.size()) {
    waiting_.clear();
    first_ = 0;
    if (waiting_.capacity() > kept_frames) waiting_.shrink_to_fit();
  } else if (first_ > kept_frames && first_ > waiting_.size() / 2) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  return frame;
}

void outbox::shut() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  forget_waiting();
}

void outbox::forget_waiting() noexcept {
  std::vector<socket_frame>().swap(waiting_);
  first_ = 0;
  bytes_ = written_size_;
}

bool outbox::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

bool outbox::is_empty() const {
  const std::lock_guard lock(mutex_);
  return !writing_ && first_ == waiting_.size();
}

std::optional<close_order> outbox::order() const {
  const std::lock_guard lock(mutex_);
  return order_;
}

}  // namespace kontor::http
