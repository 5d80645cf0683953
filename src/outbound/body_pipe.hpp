// The body of an answer on its way from the loop of the client to whoever reads it: a bounded number of bytes, and the
// end.
#pragma once

#include "async/completion.hpp"
#include "outbound/web_message.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// One side puts in, on the loop of the client; the other takes out, on a loop of its own.
class body_pipe {
 public:
  /// From so many bytes on the other side has to wait.
  static constexpr std::size_t capacity = 64 * 1024;

  body_flow put(const web_response& head, std::string_view piece);
  /// Once. What was put in before is still taken out.
  void end(base::result<web_response> outcome) noexcept;

  struct taken {
    std::string bytes;           ///< Empty: the body has ended as it should.
    bool has_to_resume = false;  ///< The other side waits; it is not told.
  };
  /// Waits for bytes, or for the end; the error that it ended with. One at a time.
  async::awaitable<base::result<taken>> take();

  /// Waits for the head of the answer, with which the first bytes come, or the end; the error when that came first.
  async::awaitable<base::result<web_response>> head();

 private:
  struct news {};

  async::awaitable<void> wait();
  void ring(std::unique_lock<std::mutex> lock) noexcept;

  std::mutex mutex_;
  std::string bytes_;
  bool is_paused_ = false;
  std::optional<web_response> head_;
  std::optional<base::result<web_response>> end_;
  std::optional<async::completion<news>> waiting_;
};

}  // namespace kontor::outbound
