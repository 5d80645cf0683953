#include "http/body_place.hpp"

#include "http/refusal.hpp"

#include <chrono>
#include <string>

namespace kontor::http {
namespace {

base::error too_many() {
  auto why = refuse(base::errc::overloaded, "As many large bodies are being read as can be.");
  why.retry_after = std::chrono::seconds(5);
  return why;
}

}  // namespace

base::result<std::unique_ptr<body_place>> body_place::claim(std::shared_ptr<server_state> server,
                                                            const boost::asio::ip::address& client) {
  auto& state = *server;
  const auto& limits = state.settings.limits;
  if (!state.body_addresses.enter(client, limits.large_bodies_per_address)) return too_many();
  if (state.large_bodies++ >= limits.large_bodies) {
    --state.large_bodies;
    state.body_addresses.leave(client);
    return too_many();
  }
  return std::unique_ptr<body_place>(new body_place(std::move(server), client));
}

body_place::~body_place() {
  --server_->large_bodies;
  server_->body_addresses.leave(client_);
}

}  // namespace kontor::http
