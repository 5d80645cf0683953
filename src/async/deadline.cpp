#include "async/deadline.hpp"

namespace kontor::async {

deadline_sweeper::deadline_sweeper(boost::asio::io_context& loop, std::chrono::milliseconds tick)
    : timer_(loop.get_executor()), tick_(tick) {}

void deadline_sweeper::start() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& interrupted) {
    if (interrupted || stopped_) return;
    sweep();
    start();
  });
}

void deadline_sweeper::stop() {
  stopped_ = true;
  timer_.cancel();
}

void deadline_sweeper::sweep() {
  const auto now = std::chrono::steady_clock::now();
  for (auto* at = first_; at != nullptr; at = next_) {
    next_ = at->after_;
    if (at->at_ > now) continue;
    at->clear();
    at->on_expiry_();
  }
  next_ = nullptr;
}

deadline::deadline(deadline_sweeper& sweeper, std::function<void()> on_expiry)
    : sweeper_(sweeper), on_expiry_(std::move(on_expiry)), after_(sweeper.first_) {
  if (after_ != nullptr) after_->before_ = this;
  sweeper_.first_ = this;
}

deadline::~deadline() {
  if (sweeper_.next_ == this) sweeper_.next_ = after_;
  if (before_ != nullptr) before_->after_ = after_;
  if (after_ != nullptr) after_->before_ = before_;
  if (sweeper_.first_ == this) sweeper_.first_ = after_;
}

}  // namespace kontor::async
