// The answer that grows: what a provider's events make of it, and what comes of the tools that the model asks for.
// Decides without input or output of its own.
#pragma once

#include "chat/llm_provider.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace kontor::run {

inline constexpr std::size_t max_answer = 256 * 1024;    ///< Bytes of text, and of reasoning; then it ends as `length`.
inline constexpr std::size_t largest_piece = 16 * 1024;  ///< Bytes of one event.
inline constexpr std::int64_t bytes_per_token = 4;       ///< For estimates.
inline constexpr std::size_t most_rounds = 8;  ///< So often a model is given what it asked for, and asked again.
inline constexpr std::size_t most_calls = 16;  ///< That are done for one answer.

/// Where a run stands (docs/conversations.md).
enum class phase {
  asks,     ///< The provider was asked, or asked for a pause.
  streams,  ///< There is a first piece.
  calls,    ///< What the model asked for is being done.
  ended,
};

/// Something to be told, in the order in which it came.
struct piece {
  event_kind kind = event_kind::text;  ///< text, reasoning or waiting.
  std::string text = {};
  std::int64_t number = 0;  ///< As in event.

  friend bool operator==(const piece&, const piece&) = default;
};

/// What becomes a message before the end: the model asks for tools,
struct asking {
  std::string text;  ///< What it said before.
  std::vector<chat::tool_call> calls;
  std::string model;  ///< As in ending.
  usage used;         ///< For the whole run so far.
};
/// or something was done for it.
struct done_call {
  chat::tool_call call;
  chat::tool_outcome outcome;
};
using row = std::variant<asking, done_call>;

/// How it ended.
struct ending {
  finish how = finish::complete;
  std::optional<failure> why = std::nullopt;  ///< With finish::failed.
  usage used = {};                            ///< For the whole run.
  std::string model = {};                     ///< The one that answered, in the provider's words; may be empty.
  std::int64_t booked = 0;                    ///< Of the tokens those that were booked with rows.
};

class answer {
 public:
  /// `asked_bytes`: of all that the model was shown, for estimates. `tools`: whether it was offered any.
  explicit answer(std::size_t asked_bytes, chat::tool_use tools = chat::tool_use::none)
      : asked_bytes_(asked_bytes), tools_(tools) {}

  /// Takes the provider's next event. After the end nothing has an effect.
  void take(const chat::model_event& what);
  /// Takes what came of next_call(). In phase::calls, when no row waits.
  void take(chat::tool_outcome what);
  /// The model is asked once more, with this. When all results are stored; from here on phase::asks.
  void ask_again(std::size_t asked_bytes);
  /// The provider could not be asked, or something broke here.
  void fail(failure why);
  /// Ends it as `cancelled` or `interrupted`, with the text so far.
  void stop(finish how);

  /// What came and was not taken yet, as few pieces as possible.
  std::vector<piece> take_pieces() { return std::exchange(pieces_, {}); }
  bool has_pieces() const noexcept { return !pieces_.empty(); }
  std::size_t waiting_bytes() const noexcept;  ///< In those pieces.

  /// A row waits, behind the pieces. It does until row_kept().
  bool has_row() const noexcept { return row_.has_value(); }
  const std::optional<row>& waiting_row() const noexcept { return row_; }
  /// A copy, for whoever stores it; nullopt: none waits.
  std::optional<row> take_row();
  /// It was stored: text() is behind it from now on.
  void row_kept();

  /// It was not, and never will be: the run is somebody else's, or gone.
  void row_lost();

  /// What is to be done now; nullptr: nothing. In phase::calls.
  const chat::tool_call* next_call() const noexcept { return open_.empty() ? nullptr : &open_.front(); }
  /// What is known of it without doing it: it was done before in this run, or too many were.
  std::optional<chat::tool_outcome> known_outcome() const;
  /// What the model may use when it is asked now.
  chat::tool_use may_use() const noexcept;

  phase where() const noexcept { return phase_; }
  const std::optional<ending>& end() const noexcept { return end_; }
  /// All of it that is not in a row; empty when it is withdrawn.
  const std::string& text() const noexcept { return text_; }

 private:
  void add(event_kind kind, std::string_view text);
  void add(const chat::tool_call& what);
  void finish_with(finish how, std::optional<failure> why = std::nullopt);
  void finish_broken(const char* words);
  void finish_done(const chat::model_done& done);
  void finish_filtered(const chat::model_done& done);
  void finish_failed(const chat::model_failed& failed);
  void begin_calls();
  void count_round();
  usage used_in_round() const;

  std::size_t asked_bytes_;
  const chat::tool_use tools_;
  phase phase_ = phase::asks;
  std::string text_;
  std::size_t text_before_ = 0;  // bytes in rows
  std::size_t reasoning_bytes_ = 0;
  std::size_t reasoning_before_ = 0;
  std::vector<piece> pieces_;
  std::vector<chat::tool_call> calls_;  // of this round
  std::size_t call_bytes_ = 0;
  std::set<std::string> call_ids_;  // of the run
  std::deque<chat::tool_call> open_;
  std::vector<done_call> done_;
  std::size_t made_ = 0;  // calls that were not known
  std::size_t rounds_ = 0;
  std::optional<row> row_;
  bool is_row_taken_ = false;
  std::optional<chat::model_usage> counted_;
  usage before_;  // of the rounds before
  std::int64_t booked_ = 0;
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
