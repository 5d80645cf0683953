#include "outbound/bitget_live.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "outbound/random_part.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <deque>
#include <exception>
#include <map>
#include <utility>

namespace kontor::outbound {
namespace {

using std::chrono::steady_clock;
using timer = boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, async::executor>;

// Longer than the limits of a connection, so that whoever connects has ended.
constexpr std::chrono::seconds time_to_die{25};
constexpr std::chrono::seconds pause_after_fault{1};

}  // namespace

/// On the loop, but for the constructor.
class bitget_live::work : public std::enable_shared_from_this<work> {
 public:
  work(web_socket_client& client, web_url where, live_rules rules, std::function<double()> random)
      : client_(client),
        where_(std::move(where)),
        plan_(random ? std::move(random) : std::function<double()>(random_part), rules),
        timer_(client.loop().get_executor()),
        roots_(client.loop()) {}

  boost::asio::io_context& loop() { return client_.loop(); }
  const exchange_socket_counts& counts() const noexcept { return counts_; }
  async::task_group& roots() { return roots_; }
  void set_listener(market::live_listener& who) { listener_ = &who; }

  void want(const market::series& of) {
    if (is_ended_) return;
    plan_.want(of);
    act();
  }
  void drop(const market::series& of) {
    if (is_ended_) return;
    plan_.drop(of);
    act();
  }
  void end() {
    if (std::exchange(is_ended_, true)) return;
    timer_.cancel();
    for (auto& [id, link] : links_)
      cut(link);
    links_.clear();
    roots_.cancel_all();
  }
  bool stop_once() { return !is_stopped_.exchange(true); }

 private:
  // One connection, and what is to be written to it.
  struct link_io {
    std::unique_ptr<web_socket> socket;
    std::deque<std::string> texts;
    bool is_writing = false;
    bool is_over = false;
  };
  using shared_link = std::shared_ptr<link_io>;

  void act();
  void try_this(live_action& what);
  void lose_link(live_link id);
  void wait_for_plan();
  void wait_until(steady_clock::time_point at);
  void do_this(live_open& what);
  void do_this(live_say& what);
  void do_this(live_cut& what);
  void do_this(live_began& what) { listener_->began(what.of); }
  void do_this(live_broke& what) { listener_->broke(what.of); }
  void do_this(live_refused& what) { listener_->refused(what.of); }
  void do_this(live_heard& what) { listener_->heard(what.of, what.latest); }

  static void cut(const shared_link& link) {
    link->is_over = true;
    if (link->socket) link->socket->cut();
  }
  // Only the link of this moment may tell what becomes of it.
  bool is_current(live_link id, const shared_link& link) const {
    const auto found = links_.find(id);
    return !is_ended_ && found != links_.end() && found->second == link;
  }
  void lose(live_link id, const shared_link& link, const base::error& why);

  static async::awaitable<void> listen(std::shared_ptr<work> self, live_link id, shared_link link);
  static async::awaitable<void> say_good_bye(shared_link link);
  static async::awaitable<void> speak(std::shared_ptr<work> self, live_link id, shared_link link);

  web_socket_client& client_;
  const web_url where_;
  market::live_listener* listener_ = nullptr;
  live_plan plan_;
  std::map<live_link, shared_link> links_;
  exchange_socket_counts counts_;
  bool is_ended_ = false;
  bool is_acting_ = false;
  bool is_to_act_again_ = false;
  std::atomic<bool> is_stopped_ = false;
  timer timer_;
  async::task_group roots_;
};

void bitget_live::work::act() {
  if (is_ended_ || listener_ == nullptr) return;
  if (is_acting_) {
    // Something that was begun here failed at once.
    is_to_act_again_ = true;
    return;
  }
  is_acting_ = true;
  bool is_done = false;
  try {
    do {
      is_to_act_again_ = false;
      for (auto& action : plan_.act(steady_clock::now()))
        try_this(action);
    } while (is_to_act_again_);
    is_done = true;
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "live candles could not be cared for", {{"what", broken.what()}});
  }
  is_acting_ = false;
  counts_.connections.set(static_cast<std::int64_t>(links_.size()));
  if (is_done) {
    wait_for_plan();
  } else {
    wait_until(steady_clock::now() + pause_after_fault);
  }
}

// One that goes wrong takes nothing from the others.
void bitget_live::work::try_this(live_action& what) {
  try {
    std::visit([this](auto& one) { do_this(one); }, what);
  } catch (const std::exception& broken) {
    base::log(base::log_level::error, "a step for live candles went wrong", {{"what", broken.what()}});
    if (const auto* const open = std::get_if<live_open>(&what)) lose_link(open->link);
    if (const auto* const say = std::get_if<live_say>(&what)) lose_link(say->link);
  }
}

// As if it had ended.
void bitget_live::work::lose_link(live_link id) {
  const auto found = links_.find(id);
  if (found != links_.end()) {
    cut(found->second);
    links_.erase(found);
  }
  plan_.lost(id, steady_clock::now());
  is_to_act_again_ = true;
}

void bitget_live::work::wait_for_plan() {
  const auto at = plan_.next_at();
  if (at == steady_clock::time_point::max()) {
    timer_.cancel();
    return;
  }
  wait_until(at);
}

void bitget_live::work::wait_until(steady_clock::time_point at) {
  timer_.expires_at(at);
  timer_.async_wait([who = weak_from_this()](const boost::system::error_code& interrupted) {
    if (const auto self = who.lock(); self && !interrupted) self->act();
  });
}

void bitget_live::work::do_this(live_open& what) {
  auto link = std::make_shared<link_io>();
  links_[what.link] = link;
  roots_.spawn("exchange socket", listen(shared_from_this(), what.link, std::move(link)));
}

void bitget_live::work::do_this(live_say& what) {
  const auto found = links_.find(what.link);
  if (found == links_.end()) return;
  auto link = found->second;
  link->texts.push_back(std::move(what.text));
  if (std::exchange(link->is_writing, true)) return;
  roots_.spawn("exchange socket, writing", speak(shared_from_this(), what.link, std::move(link)));
}

void bitget_live::work::do_this(live_cut& what) {
  const auto found = links_.find(what.link);
  if (found == links_.end()) return;
  auto link = std::move(found->second);
  links_.erase(found);
  if (link->socket && !link->is_writing) {
    link->is_over = true;
    roots_.spawn("exchange socket, closing", say_good_bye(std::move(link)));
  } else {
    cut(link);
  }
}

void bitget_live::work::lose(live_link id, const shared_link& link, const base::error& why) {
  if (!is_current(id, link)) return;
  base::log(base::log_level::warning, "the socket of the exchange has ended",
            {{"type", why.type}, {"why", why.internal_detail}});
  cut(link);
  links_.erase(id);
  counts_.lost.add();
  plan_.lost(id, steady_clock::now());
  act();
}

async::awaitable<void> bitget_live::work::listen(std::shared_ptr<work> self, live_link id, shared_link link) {
  auto opened = co_await self->client_.connect(self->where_, url_trust::operator_set);
  if (!opened) {
    self->lose(id, link, opened.error());
    co_return;
  }
  if (link->is_over) co_return;
  link->socket = std::move(*opened);
  self->plan_.opened(id, steady_clock::now());
  self->act();
  while (self->is_current(id, link)) {
    auto text = co_await link->socket->read();
    if (!text) {
      self->lose(id, link, text.error());
      break;
    }
    if (!self->is_current(id, link)) break;
    self->plan_.heard(id, *text, steady_clock::now());
    self->act();
  }
}

async::awaitable<void> bitget_live::work::speak(std::shared_ptr<work> self, live_link id, shared_link link) {
  while (!link->is_over && !link->texts.empty()) {
    auto text = std::move(link->texts.front());
    link->texts.pop_front();
    if (auto said = co_await link->socket->write(std::move(text)); !said) {
      self->lose(id, link, said.error());
      break;
    }
  }
  link->is_writing = false;
}

async::awaitable<void> bitget_live::work::say_good_bye(shared_link link) {
  co_await link->socket->close();
}

bitget_live::bitget_live(web_socket_client& client, web_url where, live_rules rules, std::function<double()> random)
    : work_(std::make_shared<work>(client, std::move(where), rules, std::move(random))) {}

bitget_live::~bitget_live() = default;

void bitget_live::set_listener(market::live_listener& who) {
  work_->set_listener(who);
}

void bitget_live::want(const market::series& of) {
  boost::asio::post(work_->loop(), [self = work_, of] { self->want(of); });
}

void bitget_live::drop(const market::series& of) {
  boost::asio::post(work_->loop(), [self = work_, of] { self->drop(of); });
}

const exchange_socket_counts& bitget_live::counts() const noexcept {
  return work_->counts();
}

void bitget_live::stop() {
  if (!work_->stop_once()) return;
  auto& loop = work_->loop();
  if (loop.stopped()) return;
  boost::asio::post(loop, [self = work_] { self->end(); });
  auto ended = boost::asio::co_spawn(loop.get_executor(), work_->roots().drain(time_to_die), boost::asio::use_future);
  if (!ended.get()) base::log(base::log_level::error, "the sockets of the exchange do not end");
}

}  // namespace kontor::outbound
