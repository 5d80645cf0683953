// The answer that grows: what a provider's events make of it. Decides without input or output of its own.
#pragma once

#include "chat/llm_provider.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::run {

inline constexpr std::size_t max_answer = 256 * 1024;    ///< Bytes of text, and of reasoning; then it ends as `length`.
inline constexpr std::size_t largest_piece = 16 * 1024;  ///< Bytes of one event.
inline constexpr std::int64_t bytes_per_token = 4;       ///< For estimates.

/// Where a run stands (docs/conversations.md).
enum class phase {
  asks,     ///< The provider was asked, or asked for a pause.
  streams,  ///< There is a first piece.
  ended,
};

/// Something to be told, in the order in which it came.
struct piece {
  event_kind kind = event_kind::text;  ///< text, reasoning or waiting.
  std::string text = {};
  std::int64_t number = 0;  ///< As in event.

  friend bool operator==(const piece&, const piece&) = default;
};

/// How it ended.
struct ending {
  finish how = finish::complete;
  std::optional<failure> why = std::nullopt;  ///< With finish::failed.
  usage used = {};
  std::string model = {};  ///< The one that answered, in the provider's words; may be empty.
};

class answer {
 public:
  /// `asked_bytes`: of all that the model was shown, for estimates.
  explicit answer(std::size_t asked_bytes) : asked_bytes_(asked_bytes) {}

  /// Takes the provider's next event. After the end nothing has an effect.
  void take(const chat::model_event& what);
  /// The provider could not be asked, or something broke here.
  void fail(failure why);
  /// Ends it as `cancelled` or `interrupted`, with the text so far.
  void stop(finish how);

  /// What came and was not taken yet, as few pieces as possible.
  std::vector<piece> take_pieces() { return std::exchange(pieces_, {}); }
  bool has_pieces() const noexcept { return !pieces_.empty(); }
  std::size_t waiting_bytes() const noexcept;  ///< In those pieces.

  phase where() const noexcept { return phase_; }
  const std::optional<ending>& end() const noexcept { return end_; }
  /// All of it; empty when it is withdrawn.
  const std::string& text() const noexcept { return text_; }

 private:
  void add(event_kind kind, std::string_view text);
  void finish_with(finish how, std::optional<failure> why = std::nullopt);
  void finish_done(const chat::model_done& done);
  void finish_filtered(const chat::model_done& done);
  void finish_failed(const chat::model_failed& failed);

  const std::size_t asked_bytes_;
  phase phase_ = phase::asks;
  std::string text_;
  std::size_t reasoning_bytes_ = 0;
  std::vector<piece> pieces_;
  std::optional<chat::model_usage> counted_;
  std::string model_;
  std::optional<ending> end_;
};

/// Without control characters other than line feed and tab: what a model writes stands in other people's terminals one
/// day. A carriage return before a line feed goes, and with it nothing is lost.
std::string without_controls(std::string_view text);

/// The longest beginning of well-formed UTF-8 that has at most so many bytes and ends with a whole character.
std::string_view beginning_of(std::string_view text, std::size_t bytes) noexcept;

/// What is booked for a text that nobody counted.
constexpr std::int64_t estimated_tokens(std::size_t bytes) noexcept {
  return (static_cast<std::int64_t>(bytes) + bytes_per_token - 1) / bytes_per_token;
}

}  // namespace kontor::run
