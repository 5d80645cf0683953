// What is said over one socket (api/asyncapi.yaml).
#pragma once

#include "api/market_seat.hpp"
#include "api/run_wire.hpp"
#include "api/socket_watch.hpp"
#include "async/awaitable.hpp"
#include "http/web_socket.hpp"
#include "run/hub.hpp"
#include "run/run_service.hpp"
#include "run/run_store.hpp"
#include "session/session_service.hpp"
#include "throttle/request_limiter.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace kontor::api {

inline constexpr std::size_t sockets_per_user = 32;
inline constexpr std::size_t conversations_per_socket = 32;
/// So many frames in a row that are over the limit of requests end the socket with 1008.
inline constexpr int most_refused_frames = 100;

/// The program's own: the session has ended.
inline constexpr auto session_ended_code = http::close_code{4401};

/// What a socket uses; all outlive it.
struct socket_parts {
  run::run_service* runs;
  run::run_store* store;
  run::hub* listeners;
  socket_watch* watch;
  market::market_service* markets;
  market::live_market* live;
  watch_places* places;
  throttle::request_limiter* limiter;
  const base::clock* clock;
};

/// One open socket of somebody who is signed in. Frames are answered one after the other, on its loop.
class chat_socket final : public run::listener,
                          public market::market_listener,
                          public watched_socket,
                          public std::enable_shared_from_this<chat_socket> {
 public:
  chat_socket(std::shared_ptr<http::web_socket> socket, session::identity who, socket_parts parts);

  /// The whole conversation, as a session of the room http.
  static async::awaitable<void> converse(std::shared_ptr<http::web_socket> socket, session::identity who,
                                         socket_parts parts);

  /// Of a conversation, and of a series that is watched.
  void hear(const run::frame& what) noexcept override;
  const base::session_id& session() const noexcept override { return session_; }
  bool has_factors(account::second_factor_for demanded) const noexcept override {
    return has_second_factor_ || !account::is_demanded(demanded, is_admin_);
  }
  void end_session() noexcept override;
  void end_unknown() noexcept override;
  std::chrono::steady_clock::time_point last_heard() const noexcept override;
  void hear_ping(const run::frame& ping) noexcept override { hear(ping); }

 private:
  class seat;
  class subscription;

  async::awaitable<void> run();
  async::awaitable<void> answer(const client_frame& said);
  async::awaitable<void> take(std::string_view request, const chat_frame& wanted);
  async::awaitable<void> take(std::string_view request, const cancel_frame& wanted);
  async::awaitable<void> take(std::string_view request, const subscribe_frame& wanted);
  async::awaitable<void> take(std::string_view request, const unsubscribe_frame& wanted);
  async::awaitable<void> take(std::string_view request, const watch_frame& wanted);
  async::awaitable<void> take(std::string_view request, const unwatch_frame& wanted);
  async::awaitable<void> take(std::string_view request, const ping_frame& wanted);

  /// True: something was on its way. What went wrong is said.
  async::awaitable<bool> cancel_one(std::string_view request, chat::conversation_id which);
  /// Listens from `after` on, or from now on.
  async::awaitable<void> listen(std::string_view request, chat::conversation_id to, std::optional<std::int64_t> after);
  async::awaitable<base::result<run::events_page>> replay(chat::conversation_id of, std::int64_t& after);
  async::awaitable<base::result<run::events_page>> present(chat::conversation_id of, bool has_all);
  void leave(const chat::conversation_id& which) noexcept;

  bool is_full_for(const std::optional<chat::conversation_id>& one) const;
  bool is_over_limit(std::string_view request);
  void say(std::string text);
  void close(http::close_code code, const char* why) noexcept;
  void refuse(std::string_view request, const base::error& why,
              const std::optional<chat::conversation_id>& in = std::nullopt);

  const std::shared_ptr<http::web_socket> socket_;
  const base::user_id owner_;
  const base::session_id session_;
  const std::string email_;
  const bool has_second_factor_;
  const bool is_admin_;
  const socket_parts parts_;
  std::set<chat::conversation_id> listens_to_;
  market_seat market_;
  int refused_in_a_row_ = 0;
  std::atomic<std::chrono::steady_clock::rep> last_heard_;
};

}  // namespace kontor::api
