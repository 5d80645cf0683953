// What waits to be written to one socket, within bounds, and the order to close it.
#pragma once

#include "http/web_socket.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

struct socket_frame {
  std::shared_ptr<const std::string> data;
  message_kind kind = message_kind::text;
};

struct close_order {
  close_code code = close_code::normal;
  std::string reason;
};

/// Thread-safe, and knows no loop: each change says whether the writer must be woken. It need not be while it is
/// writing, or when somebody was told so already.
class outbox {
 public:
  enum class outcome {
    taken,
    full,    ///< From now on closed with 1013; what waited is forgotten.
    closed,  ///< It was closed before.
  };
  struct change {
    outcome what = outcome::taken;
    bool wakes_writer = false;
  };

  outbox(std::size_t most_bytes, std::size_t most_frames) noexcept
      : most_bytes_(most_bytes), most_frames_(most_frames) {}

  /// A frame counts from here until the writer asks for the next one.
  change add(socket_frame frame);
  /// `taken` the first time.
  change close(close_order order);

  // For the writer.

  /// It is awake, and will ask for frames: whoever adds more has to wake it again.
  void woken();
  /// The frame to be written after the one before, which is done; nullopt when none waits.
  std::optional<socket_frame> next();
  /// Nothing will ever be written again.
  void shut();

  bool is_closed() const;
  bool is_empty() const;
  /// nullopt: nobody ordered it to be closed.
  std::optional<close_order> order() const;

 private:
  void forget_waiting() noexcept;

  mutable std::mutex mutex_;
  const std::size_t most_bytes_;
  const std::size_t most_frames_;
  std::vector<socket_frame> waiting_;
  std::size_t first_ = 0;         // of those in waiting_ that were not taken yet
  std::size_t bytes_ = 0;         // waiting and being written
  std::size_t written_size_ = 0;  // of the one that is being written
  bool writing_ = false;
  bool awake_ = false;
  bool closed_ = false;
  std::optional<close_order> order_;
};

}  // namespace kontor::http
