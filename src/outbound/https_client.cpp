#include "outbound/https_client.hpp"

#include "async/completion.hpp"
#include "outbound/body_pipe.hpp"
#include "outbound/curl_loop.hpp"
#include "outbound/transfer.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

namespace kontor::outbound {
namespace {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, async::executor>;

// Who is told, once, what has become of a question; from the loop of the client.
class listener {
 public:
  virtual ~listener() = default;
  virtual void tell(base::result<web_response> outcome) noexcept = 0;
  virtual void fail(std::exception_ptr breakage) noexcept = 0;
};
using answer = std::unique_ptr<listener>;

class waiting_coroutine final : public listener {
 public:
  explicit waiting_coroutine(async::completion<web_response> who) : who_(std::move(who)) {}
  void tell(base::result<web_response> outcome) noexcept override { who_.complete(std::move(outcome)); }
  void fail(std::exception_ptr breakage) noexcept override { who_.fail(std::move(breakage)); }

 private:
  async::completion<web_response> who_;
};

// A pipe that is dropped without a word ends all the same: nobody waits for ever.
class end_of_pipe final : public listener {
 public:
  explicit end_of_pipe(std::shared_ptr<body_pipe> pipe) : pipe_(std::move(pipe)) {}
  ~end_of_pipe() override {
    if (pipe_) break_off();
  }
  void tell(base::result<web_response> outcome) noexcept override {
    std::exchange(pipe_, nullptr)->end(std::move(outcome));
  }
  void fail(std::exception_ptr) noexcept override { break_off(); }

 private:
  void break_off() noexcept {
    tell(base::error{base::errc::internal, "", "", "a request was dropped without an answer"});
  }
  std::shared_ptr<body_pipe> pipe_;
};

base::error stopped() {
  return {base::errc::unavailable, std::string(transfer_failure::stopped), "The request was stopped.", ""};
}

base::error timed_out() {
  return {base::errc::unavailable, std::string(transfer_failure::timed_out), "The server did not answer in time.",
          "a limit of ours"};
}

}  // namespace

std::string_view web_response::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

class https_client::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(boost::asio::io_context& loop, https_client_settings settings, egress_policy policy)
      : loop_(loop),
        settings_(std::move(settings)),
        policy_(std::move(policy)),
        curl_(loop, [this](CURL* handle, CURLcode code) { ended(handle, code); }) {}

  boost::asio::io_context& loop() noexcept { return loop_; }
  const egress_policy& policy() const noexcept { return policy_; }
  std::uint64_t next_number() noexcept { return ++numbers_; }

  void begin(std::uint64_t number, web_request request, answer done);
  void cancel(std::uint64_t number) { finish(number, stopped()); }
  void resume(std::uint64_t number);
  void close();

 private:
  struct running {
    running(std::unique_ptr<transfer> w, answer d, const async::executor& loop)
        : what(std::move(w)), done(std::move(d)), limit(loop) {}
    std::unique_ptr<transfer> what;
    answer done;
    timer limit;
  };
  std::optional<base::error> no_room_for(const std::string& owner) const;
  void ended(CURL* handle, CURLcode code);
  void finish(std::uint64_t number, base::result<web_response> outcome);
  void wait_for_limit(std::uint64_t number, running& which);

  boost::asio::io_context& loop_;
  const https_client_settings settings_;
  const egress_policy policy_;
  std::atomic<std::uint64_t> numbers_ = 0;
  bool closed_ = false;
  std::map<std::string, std::size_t> owners_;
  curl_loop curl_;
  std::map<std::uint64_t, running> running_;
};

std::optional<base::error> https_client::impl::no_room_for(const std::string& owner) const {
  constexpr std::chrono::seconds later{1};
  if (closed_) return stopped();
  if (running_.size() >= settings_.at_once)
    return base::error{base::errc::overloaded, "", "", "too many requests to the outside", {}, later};
  const auto found = owners_.find(owner);
  if (!owner.empty() && found != owners_.end() && found->second >= settings_.at_once_per_owner)
    return base::error{base::errc::too_many_requests, "", "", "too many requests to the outside", {}, later};
  return std::nullopt;
}

void https_client::impl::begin(std::uint64_t number, web_request request, answer done) {
  try {
    if (auto why = no_room_for(request.owner)) {
      done->tell(std::move(*why));
      return;
    }
    auto what = std::make_unique<transfer>(std::move(request), settings_, policy_);
    if (auto begun = what->begin(); !begun) {
      done->tell(begun.error());
      return;
    }
    auto* const handle = what->handle();
    if (!what->owner().empty()) ++owners_[what->owner()];
    const auto [place, is_new] = running_.try_emplace(number, std::move(what), std::move(done), loop_.get_executor());
    auto wait_anew = [this, at = place] { wait_for_limit(at->first, at->second); };
    wait_anew();
    place->second.what->tell_when_earlier(std::move(wait_anew));
    curl_.add(handle);
  } catch (...) {
    // The answer is in one of two hands.
    if (done)
      done->fail(std::current_exception());
    else
      finish(number, base::error{base::errc::internal, "", "", "a request could not be started"});
  }
}

void https_client::impl::ended(CURL* handle, CURLcode code) {
  const auto found =
      std::ranges::find_if(running_, [handle](const auto& each) { return each.second.what->handle() == handle; });
  if (found == running_.end()) return;
  const auto number = found->first;
  try {
    if (auto outcome = found->second.what->ended(code))
      finish(number, std::move(*outcome));
    else
      curl_.add(handle);
  } catch (const std::exception& breakage) {
    finish(number, base::error{base::errc::internal, "", "", breakage.what()});
  }
}

void https_client::impl::finish(std::uint64_t number, base::result<web_response> outcome) {
  const auto found = running_.find(number);
  if (found == running_.end()) return;
  const auto it = running_.extract(found);
  auto& which = it.mapped();
  curl_.remove(which.what->handle());
  if (const auto owner = owners_.find(which.what->owner()); owner != owners_.end() && --owner->second == 0)
    owners_.erase(owner);
  which.done->tell(std::move(outcome));
}

void https_client::impl::resume(std::uint64_t number) {
  const auto found = running_.find(number);
  if (found == running_.end()) return;
  auto& what = *found->second.what;
  if (const auto code = what.resume(); code != CURLE_OK) finish(number, what.ended(code).value_or(stopped()));
}

// The limit moves on with every piece that comes; the timer looks again when it has run out.
void https_client::impl::wait_for_limit(std::uint64_t number, running& which) {
  which.limit.expires_at(which.what->look_again_at());
  which.limit.async_wait([self = weak_from_this(), number](const boost::system::error_code& interrupted) {
    const auto client = self.lock();
    if (interrupted || !client) return;
    const auto found = client->running_.find(number);
    if (found == client->running_.end()) return;
    if (found->second.what->due() <= transfer::clock::now())
      client->finish(number, timed_out());
    else
      client->wait_for_limit(number, found->second);
  });
}

void https_client::impl::close() {
  closed_ = true;
  while (!running_.empty())
    finish(running_.begin()->first, stopped());
}

https_client::https_client(boost::asio::io_context& loop, https_client_settings settings, egress_policy policy)
    : impl_(std::make_shared<impl>(loop, std::move(settings), std::move(policy))) {}

https_client::~https_client() {
  impl_->close();
}

const egress_policy& https_client::policy() const noexcept {
  return impl_->policy();
}

namespace {

/// As long as it lives, cancelling the coroutine calls `act`.
template <class Act>
class when_cancelled {
 public:
  when_cancelled(boost::asio::cancellation_slot slot, Act act) : slot_(slot) {
    if (slot_.is_connected()) slot_.assign([act = std::move(act)](boost::asio::cancellation_type) { act(); });
  }
  ~when_cancelled() {
    if (slot_.is_connected()) slot_.clear();
  }
  when_cancelled(const when_cancelled&) = delete;
  when_cancelled& operator=(const when_cancelled&) = delete;

 private:
  boost::asio::cancellation_slot slot_;
};

}  // namespace

async::awaitable<base::result<web_response>> https_client::send(web_request request) {
  const auto client = impl_;
  const auto number = client->next_number();
  auto end_it = [client, number] { boost::asio::post(client->loop(), [client, number] { client->cancel(number); }); };
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  const when_cancelled link(state.slot(), std::move(end_it));

  auto start = [&client, number, &request](async::completion<web_response> done) {
    try {
      auto who = std::make_unique<waiting_coroutine>(std::move(done));
      auto job = [client, number, request = std::move(request), who = std::move(who)]() mutable {
        client->begin(number, std::move(request), std::move(who));
      };
      boost::asio::post(client->loop(), std::move(job));
    } catch (...) {
      // Thrown on, it would meet a coroutine that waits already: what was dropped with the job has answered it.
    }
  };
  co_return co_await async::wait_for<web_response>(std::move(start));
}

class https_client::streamed final : public web_stream {
 public:
  streamed(std::shared_ptr<impl> client, web_request request)
      : client_(std::move(client)), number_(client_->next_number()), pipe_(std::make_shared<body_pipe>()) {
    request.on_body = [pipe = pipe_](const web_response& head, std::string_view piece) {
      return pipe->put(head, piece);
    };
    auto who = std::make_unique<end_of_pipe>(pipe_);
    boost::asio::post(client_->loop(),
                      [client = client_, number = number_, request = std::move(request),
                       who = std::move(who)]() mutable { client->begin(number, std::move(request), std::move(who)); });
  }
  ~streamed() override { cancel(); }

  const web_response& head() const noexcept override { return head_; }

  async::awaitable<base::result<void>> wait_for_head() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    const when_cancelled link(state.slot(), [this] { cancel(); });
    auto head = co_await pipe_->head();
    if (!head) {
      has_ended_ = true;
      co_return head.error();
    }
    head_ = std::move(*head);
    co_return base::result<void>();
  }

  async::awaitable<base::result<std::string>> next() override {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    const when_cancelled link(state.slot(), [this] { cancel(); });
    auto taken = co_await pipe_->take();
    if (!taken) {
      has_ended_ = true;
      co_return taken.error();
    }
    if (taken->bytes.empty()) has_ended_ = true;
    if (taken->has_to_resume)
      boost::asio::post(client_->loop(), [client = client_, number = number_] { client->resume(number); });
    co_return std::move(taken->bytes);
  }

 private:
  void cancel() noexcept {
    if (has_ended_) return;
    try {
      boost::asio::post(client_->loop(), [client = client_, number = number_] { client->cancel(number); });
    } catch (...) {
      // Without memory for that it is left to its limits; nobody takes the rest, so it costs a connection.
    }
  }

  const std::shared_ptr<impl> client_;
  const std::uint64_t number_;
  const std::shared_ptr<body_pipe> pipe_;
  web_response head_;
  bool has_ended_ = false;
};

async::awaitable<base::result<std::unique_ptr<web_stream>>> https_client::open(web_request request) {
  auto out = std::make_unique<streamed>(impl_, std::move(request));
  if (auto begun = co_await out->wait_for_head(); !begun) co_return begun.error();
  co_return std::unique_ptr<web_stream>(std::move(out));
}

}  // namespace kontor::outbound
