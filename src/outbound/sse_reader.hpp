// Server-sent events out of bytes that come in pieces (WHATWG HTML section 9.2). Decides only.
#pragma once

#include "outbound/line_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

struct sse_event {
  std::string name;  ///< Empty: not said, which means `message`.
  std::string data;

  friend bool operator==(const sse_event&, const sse_event&) = default;
};

/// An event without data is none; one that has not ended with an empty line when the stream ends is none either.
/// `id` and `retry` are of no use here, where a stream is never begun again.
class sse_reader {
 public:
  static constexpr std::size_t longest = 1024 * 1024;  ///< Bytes of a line, and of the data of an event.

  /// Puts the events that have ended behind `events`. False when something is too long: there is no going on then.
  bool take(std::string_view bytes, std::vector<sse_event>& events);

 private:
  bool take_line(std::string_view line, std::vector<sse_event>& events);

  line_reader lines_{longest};
  bool is_first_ = true;
  bool has_data_ = false;
  sse_event begun_;
};

}  // namespace kontor::outbound
