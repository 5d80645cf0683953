#include "http/shard.hpp"

#include "base/text.hpp"
#include "http/connection.hpp"
#include "http/web_socket.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

boost::asio::ip::address counted_as(const boost::asio::ip::address& client) {
  if (!client.is_v6()) return client;
  auto bytes = client.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes);
}

std::string random_prefix() {
  std::random_device source;
  std::array<std::uint8_t, 6> bytes;
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(source());
  return base::to_hex(bytes);
}

// Fine enough for the shortest limit, coarse enough to cost nothing.
std::chrono::milliseconds tick_of(const limits& l) {
  const auto shortest = std::min(
      {l.header_time, l.body_time, l.write_time, l.idle_time, l.linger_time, l.socket_ping_time, l.socket_close_time});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

bool address_counter::enter(const boost::asio::ip::address& client, std::size_t limit) {
  const auto key = counted_as(client);
  const std::lock_guard lock(mutex_);
  auto& count = open_[key];
  if (count >= limit) {
    if (count == 0) open_.erase(key);
    return false;
  }
  ++count;
  return true;
}

void address_counter::leave(const boost::asio::ip::address& client) {
  const std::lock_guard lock(mutex_);
  const auto at = open_.find(counted_as(client));
  if (at != open_.end() && --at->second == 0) open_.erase(at);
}

server_state::server_state(const router& r, server_settings s)
    : routes(r), settings(std::move(s)), cors(settings.cors_origins), request_id_prefix(random_prefix()) {
  if (!settings.render_error) throw std::logic_error("http::server_settings::render_error is not set");
}

shard::shard(boost::asio::io_context& l, std::shared_ptr<server_state> s, std::size_t number)
    : loop(l),
      server(std::move(s)),
      roots(l),
      sweeper(l, tick_of(server->settings.limits)),
      tally(server->routes.names().size()),
      id_prefix_(server->request_id_prefix + base::to_hex(std::array{static_cast<std::uint8_t>(number)})) {}

void shard::next_request_id(std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 10> counter;
  auto rest = next_id_++;
  for (auto at = counter.rbegin(); at != counter.rend(); ++at, rest >>= 4)
    *at = digits[rest & 0xf];
  out.assign(id_prefix_);
  out.append(counter.data(), counter.size());
}

void shard::begin_stop() {
  stopping = true;
  for (auto* each : connections)
    each->begin_stop();
  for (auto* each : sockets)
    each->close(close_code::going_away, "The server stops.");
}

}  // namespace kontor::http
