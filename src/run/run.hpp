// A run: one answer of a language model, from the question to the message it becomes. What others see of it.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "chat/conversation.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::run {

using run_id = base::id<struct run_tag>;
/// One start of the program: whose a run is.
using program_id = base::id<struct program_tag>;

/// How an answer ended; the names are stored and shown (schema Finish).
enum class finish {
  complete,
  length,       ///< The model's limit, or ours.
  filtered,     ///< The provider withholds it; what was shown is withdrawn.
  cancelled,    ///< By the user.
  interrupted,  ///< The program ended.
  failed,       ///< See the failure.
};
std::string_view name_of(finish how) noexcept;
std::optional<finish> parse_finish(std::string_view name) noexcept;

/// An answer that ended so can be gone on with.
constexpr bool can_be_continued(finish how) noexcept {
  return how != finish::complete && how != finish::filtered;
}

/// Why a run has no answer, or not the whole of it (schema RunFailure).
struct failure {
  std::string kind;         ///< What can be done about it; a closed list, see failure_kinds.hpp.
  std::string words;        ///< The provider's own where there are any; printable.
  std::int64_t status = 0;  ///< Of the provider's answer; 0: there was none.
  std::optional<std::chrono::seconds> retry_after = std::nullopt;

  friend bool operator==(const failure&, const failure&) = default;
};

struct usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  bool is_estimated = false;  ///< The provider did not say; by the length of the text.

  friend bool operator==(const usage&, const usage&) = default;
};

/// What happens in a conversation, in the order in which it is told. The names are stored.
enum class event_kind {
  processing,
  message,
  text,
  reasoning,
  waiting,
  tool_call,
  tool_result,
  error,
  result,
  idle,
  cancelled,
};
std::string_view name_of(event_kind what) noexcept;
std::optional<event_kind> parse_event_kind(std::string_view name) noexcept;

/// One event as it is stored. Messages stand in their own rows, so an event has their number only.
struct event {
  std::int64_t seq = 0;
  run_id run;
  event_kind kind = event_kind::idle;
  base::timestamp at;
  std::string text;         ///< Of text and reasoning the piece, of an error its failure as JSON, of a call its id.
  std::int64_t number = 0;  ///< Of text where it begins in its message, in bytes; of message, call and both kinds of
                            ///< results that of the message; of waiting the seconds.
};

}  // namespace kontor::run
