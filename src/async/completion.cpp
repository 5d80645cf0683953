#include "async/completion.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace kontor::async::detail {

namespace {

// Room for the one operation that Asio queues when a coroutine is resumed. It is there from the beginning: that memory
// has run out is what an answer may have to tell, on a thread where nobody would catch an exception.
struct posting_room {
  alignas(std::max_align_t) std::array<std::byte, 128> bytes;
};

// An allocator of exactly that room. Asio gives it back before it calls what was queued, so that may own the room.
template <class T>
struct posting_allocator {
  using value_type = T;

  explicit posting_allocator(posting_room& r) noexcept : room(&r) {}
  template <class Other>
  posting_allocator(const posting_allocator<Other>& other) noexcept : room(other.room) {}

  T* allocate(std::size_t count) noexcept {
    static_assert(sizeof(T) <= sizeof(posting_room) && alignof(T) <= alignof(posting_room));
    return count == 1 ? static_cast<T*>(static_cast<void*>(room->bytes.data())) : nullptr;
  }
  void deallocate(T*, std::size_t) noexcept {}

  template <class Other>
  bool operator==(const posting_allocator<Other>& other) const noexcept {
    return room == other.room;
  }

  posting_room* room;
};

template <class Handler>
class suspended_handler final : public suspended {
 public:
  suspended_handler(Handler handler, const executor& loop) : handler_(std::move(handler)), work_(loop) {}

 private:
  struct resumption {
    using allocator_type = posting_allocator<void*>;
    allocator_type get_allocator() const noexcept { return allocator_type(*room); }
    void operator()() {
      auto handler = std::move(of->handler_);
      of.reset();
      std::move(handler)();
    }
    std::unique_ptr<suspended_handler> of;
    posting_room* room;
  };

  void go_on() noexcept override {
    // Once it is queued it may be gone at any moment.
    const auto loop = std::move(work_);
    boost::asio::post(loop.get_executor(), resumption{std::unique_ptr<suspended_handler>(this), &room_});
  }

  Handler handler_;
  boost::asio::executor_work_guard<executor> work_;
  posting_room room_;
};

// Shared with the thread, because the one that resumes it still holds the mutex when the thread may already go on.
struct doorbell {
  std::mutex mutex;
  std::condition_variable rung;
  bool open = false;
};

class blocked_thread final : public suspended {
 public:
  explicit blocked_thread(std::shared_ptr<doorbell> bell) : bell_(std::move(bell)) {}

 private:
  void go_on() noexcept override {
    const std::unique_ptr<blocked_thread> self(this);
    const std::lock_guard lock(bell_->mutex);
    bell_->open = true;
    bell_->rung.notify_one();
  }

  std::shared_ptr<doorbell> bell_;
};

}  // namespace

awaitable<void> suspend(starter start) {
  const executor loop = co_await boost::asio::this_coro::executor;
  auto initiate = [&start, &loop](auto handler) {
    start(std::make_unique<suspended_handler<decltype(handler)>>(std::move(handler), loop));
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<executor>, void()>(std::move(initiate),
                                                                                             use_awaitable);
}

void block(const starter& start) {
  const auto bell = std::make_shared<doorbell>();
  start(std::make_unique<blocked_thread>(bell));
  std::unique_lock lock(bell->mutex);
  bell->rung.wait(lock, [&bell] { return bell->open; });
}

}  // namespace kontor::async::detail
