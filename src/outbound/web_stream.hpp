// The answer of a server outside whose body is taken piece by piece.
#pragma once

#include "async/awaitable.hpp"
#include "outbound/web_message.hpp"

#include <string>

namespace kontor::outbound {

/// On the loop of whoever opened it.
class web_stream {
 public:
  /// Ends the transfer, when it has not ended.
  virtual ~web_stream() = default;

  /// Without the body.
  virtual const web_response& head() const noexcept = 0;

  /// What has come of the body meanwhile, at most about 80 KiB; waits for it when nothing has. Empty: it has ended as
  /// it should. Errors as https_client::send. While this is not called, the server has to wait. Cancelling the
  /// coroutine ends the transfer.
  virtual async::awaitable<base::result<std::string>> next() = 0;
};

}  // namespace kontor::outbound
