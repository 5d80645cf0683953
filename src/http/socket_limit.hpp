// How long a connection waits for its socket.
#pragma once

#include "async/deadline.hpp"
#include "http/shard.hpp"

#include <chrono>

namespace kontor::http {

/// Cancels what waits for the socket when the limit passes. Used on the socket's loop.
class socket_limit {
 public:
  socket_limit(async::deadline_sweeper& sweeper, tcp_socket& socket)
      : deadline_(sweeper, [this, &socket] {
          passed_ = true;
          boost::system::error_code ignored;
          socket.cancel(ignored);
        }) {}

  void arm(std::chrono::milliseconds limit) {
    passed_ = false;
    deadline_.expires_after(limit);
  }
  void disarm() {
    deadline_.clear();
    passed_ = false;
  }

  /// To be asked after each wait, also after one that went well: a limit may pass when what it was set for has already
  /// happened but the coroutine was not resumed yet; then there is nothing to cancel, and only this tells.
  bool passed() const noexcept { return passed_; }

 private:
  bool passed_ = false;
  async::deadline deadline_;
};

}  // namespace kontor::http
