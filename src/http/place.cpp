#include "http/place.hpp"

#include "http/refusal.hpp"

#include <chrono>
#include <cstddef>

namespace kontor::http {

/// How many there are, and what is said to whom there is none for.
struct place::rule {
  std::size_t most;
  std::size_t most_per_address;
  base::errc own_limit;  // The client's own: the other is always errc::overloaded.
  const char* own_limit_detail;
  const char* detail;
  std::chrono::seconds again;
};

place::claimed place::for_large_body(std::shared_ptr<server_state> server, const boost::asio::ip::address& client) {
  constexpr auto detail = "As many large bodies are being read as can be.";
  const auto& limits = server->settings.limits;
  const rule by{.most = limits.large_bodies,
                .most_per_address = limits.large_bodies_per_address,
                .own_limit = base::errc::overloaded,
                .own_limit_detail = detail,
                .detail = detail,
                .again = std::chrono::seconds(5)};
  auto& of = server->large_bodies;
  return claim(std::move(server), of, client, by);
}

place::claimed place::for_socket(std::shared_ptr<server_state> server, const boost::asio::ip::address& client) {
  const auto& limits = server->settings.limits;
  const rule by{.most = limits.sockets,
                .most_per_address = limits.sockets_per_address,
                .own_limit = base::errc::too_many_requests,
                .own_limit_detail = "Too many WebSockets from this address.",
                .detail = "As many WebSockets as possible are open.",
                .again = std::chrono::seconds(1)};
  auto& of = server->sockets;
  return claim(std::move(server), of, client, by);
}

place::claimed place::claim(std::shared_ptr<server_state> server, places& of, const boost::asio::ip::address& client,
                            const rule& by) {
  const auto refuse_for_now = [&](base::errc code, const char* detail) {
    ++of.refused;
    auto why = refuse(code, detail);
    why.retry_after = by.again;
    return why;
  };
  if (!of.addresses.enter(client, by.most_per_address)) return refuse_for_now(by.own_limit, by.own_limit_detail);
  if (of.taken++ >= by.most) {
    --of.taken;
    of.addresses.leave(client);
    return refuse_for_now(base::errc::overloaded, by.detail);
  }
  return std::unique_ptr<place>(new place(std::move(server), of, client));
}

place::~place() {
  --of_.taken;
  of_.addresses.leave(client_);
}

}  // namespace kontor::http
