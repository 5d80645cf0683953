#include "http/server.hpp"

#include "base/log.hpp"
#include "http/listener.hpp"
#include "http/shard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace kontor::http {
namespace {

namespace ip = boost::asio::ip;

// What a handler still holds after it was asked to end: a job on a pool always answers.
constexpr std::chrono::seconds time_to_die{10};

// SO_REUSEPORT would let a second program of the same user share the port in silence; without it, the system says so.
void refuse_a_taken_port(boost::asio::io_context& loop, const ip::tcp::endpoint& at) {
  if (at.port() == 0) return;
  tcp_acceptor probe(loop.get_executor());
  probe.open(at.protocol());
  probe.set_option(tcp_acceptor::reuse_address(true));
  probe.bind(at);
}

}  // namespace

struct server::implementation {
  implementation(async::event_loops& l, const router& routes, server_settings settings)
      : loops(l), state(std::make_shared<server_state>(routes, std::move(settings))) {
    for (std::size_t i = 0; i < loops.size(); ++i)
      shards.push_back(std::make_shared<shard>(loops.at(i), state, i));
  }

  // Runs `job` on every loop and waits for all of them.
  template <class Job>
  void on_every_loop(Job job) {
    std::vector<std::future<void>> done;
    for (std::size_t i = 0; i < shards.size(); ++i) {
      if (shards[i]->loop.stopped()) continue;
      std::promise<void> ready;
      done.push_back(ready.get_future());
      boost::asio::post(shards[i]->loop, [&job, i, ready = std::move(ready)]() mutable {
        job(i);
        ready.set_value();
      });
    }
    for (auto& each : done)
      each.get();
  }

  bool drain(std::chrono::steady_clock::duration limit) {
    std::vector<std::future<bool>> drained;
    for (auto& each : shards)
      if (!each->loop.stopped())
        drained.push_back(
            boost::asio::co_spawn(each->loop.get_executor(), each->roots.drain(limit), boost::asio::use_future));
    bool all = true;
    for (auto& each : drained)
      all = each.get() && all;
    return all;
  }

  async::event_loops& loops;
  std::shared_ptr<server_state> state;
  std::vector<std::shared_ptr<shard>> shards;
  std::vector<std::shared_ptr<listener>> listeners;
  std::uint16_t port = 0;
  bool running = false;
};

server::server(async::event_loops& loops, const router& routes, server_settings settings)
    : implementation_(std::make_unique<implementation>(loops, routes, std::move(settings))) {}

server::~server() {
  stop();
}

void server::start() {
  auto& self = *implementation_;
  ip::tcp::endpoint at(self.state->settings.address, self.state->settings.port);
  try {
    refuse_a_taken_port(self.loops.at(0), at);
    for (auto& each : self.shards) {
      self.listeners.push_back(std::make_shared<listener>(each, at));
      at.port(self.listeners.back()->local_endpoint().port());
    }
  } catch (const boost::system::system_error& e) {
    self.listeners.clear();
    throw std::runtime_error("cannot listen on " + at.address().to_string() + " port " + std::to_string(at.port()) +
                             ": " + e.code().message());
  }
  self.port = at.port();
  self.running = true;
  for (std::size_t i = 0; i < self.shards.size(); ++i) {
    boost::asio::post(self.shards[i]->loop, [home = self.shards[i], accepting = self.listeners[i]] {
      home->sweeper.start();
      home->roots.spawn("listener", listener::run(accepting));
    });
  }
}

std::uint16_t server::port() const noexcept {
  return implementation_->port;
}

void server::stop() {
  auto& self = *implementation_;
  if (!std::exchange(self.running, false)) return;
  const auto begin = [&self](std::size_t i) {
    self.listeners[i]->stop();
    self.shards[i]->begin_stop();
  };
  self.on_every_loop(begin);
  if (!self.drain(self.state->settings.limits.shutdown_time)) {
    base::log(base::log_level::warning, "requests in progress are cut",
              {{"open", std::to_string(self.state->open.load())}});
    const auto cut = [&self](std::size_t i) { self.shards[i]->roots.cancel_all(); };
    self.on_every_loop(cut);
    if (!self.drain(time_to_die)) base::log(base::log_level::error, "a handler does not end");
  }
  const auto end = [&self](std::size_t i) { self.shards[i]->sweeper.stop(); };
  self.on_every_loop(end);
  // A sweep that was due already runs before this turn is over.
  const auto nothing = [](std::size_t) {};
  self.on_every_loop(nothing);
}

server_metrics server::metrics() const {
  const auto& self = *implementation_;
  server_metrics sum;
  sum.connections_accepted = self.state->accepted;
  sum.connections_open = self.state->open;
  sum.connections_refused = self.state->refused;
  sum.accept_pauses = self.state->accept_pauses;
  sum.sockets_open = self.state->sockets.taken;
  sum.sockets_refused = self.state->sockets.refused;
  sum.slow_readers_dropped = self.state->slow_readers;
  for (const auto& each : self.shards)
    sum.requests += each->requests.load(std::memory_order_relaxed);
  for (const auto& each : self.shards)
    sum.requests_cut += each->tally.cut();
  return sum;
}

std::vector<route_traffic> server::traffic() const {
  const auto& self = *implementation_;
  std::vector<route_traffic> all;
  const auto& names = self.state->routes.names();
  for (std::size_t number = 0; number < names.size(); ++number) {
    auto& sum = all.emplace_back();
    sum.which = names[number];
    for (const auto& each : self.shards) {
      const auto& of = each->tally.of(number);
      for (std::size_t i = 0; i < sum.by_class.size(); ++i)
        sum.by_class[i] += of.by_class[i].value();
      sum.took += of.took.counts();
    }
  }
  return all;
}

}  // namespace kontor::http
