// A language model as conversations use it: it is asked with messages, and its answer comes piece by piece. Which
// provider that is, and with which key it is asked, stays behind the interfaces.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "chat/toolbox.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::chat {

struct model_message {
  std::string role;  ///< See is_role.
  std::string content;
  std::vector<tool_call> tool_calls = {};  ///< Of an assistant. The results of all of them follow at once.
  std::string tool_call_id = {};           ///< Of a tool: the call before it that this is the result of; empty: none.
  std::string tool_name = {};              ///< Of a tool.
};

/// What of its tools a model may use for this answer.
enum class tool_use {
  as_it_likes,
  none,  ///< It has asked for enough, and is to answer with what it has.
};

struct model_request {
  std::vector<model_message> messages;
  std::vector<tool> tools = {};
  tool_use may_use = tool_use::as_it_likes;
  std::int64_t max_output_tokens = 0;  ///< 0: as many as the provider likes.
  std::int64_t context_window = 0;     ///< In tokens, for providers that have to be told; 0: that of model_info.
};

struct text_delta {
  std::string text;  ///< Never empty; whole characters.
};

/// What the model thinks before it answers, where the provider shows it.
struct reasoning_delta {
  std::string text;
};

/// The provider is asked again after that time.
struct waiting {
  std::chrono::seconds seconds{0};
};

enum class finish_reason {
  stop,
  length,          ///< The limit of the answer was reached.
  content_filter,  ///< The provider withholds the rest; what was shown already may be withdrawn.
  tool_calls,      ///< The model wants what it has called done, and to be asked again.
};

struct model_usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
};

/// The answer is complete.
struct model_done {
  finish_reason finish = finish_reason::stop;
  std::optional<model_usage> usage;   ///< As the provider counts; nothing: it did not say.
  std::string model;                  ///< The one that answered, in the provider's words.
  std::vector<std::string> filtered;  ///< With content_filter: what for, as far as the provider says.
};

/// Why there is no answer, or not the whole of it: by what the user can do next.
enum class model_failure {
  key_rejected,      ///< Enter another key.
  forbidden,         ///< The key may not do that, or not from here: ask the provider.
  model_not_found,   ///< Choose another model (or deployment), or look at the address.
  context_too_long,  ///< Shorten the conversation, or begin a new one.
  content_filtered,  ///< The provider does not take this text: write another.
  rate_limited,      ///< Wait.
  quota_exhausted,   ///< Nothing is left on the account there: pay.
  request_refused,   ///< The provider does not like the request: look at the settings.
  unavailable,       ///< The provider has troubles: try later.
  unreachable,       ///< Nobody answers there: look at the address, or try later.
  refused_address,   ///< The address leads where users' addresses may not: ask whoever runs the program.
  timed_out,         ///< Try again.
  broken_answer,     ///< What answers there is no language model: look at the address.
  truncated,         ///< The answer broke off: try again.
  answer_too_long,   ///< More text than is kept.
  too_many_at_once,  ///< Of requests of this user, or of everybody, to the outside: wait for the others.
  stopped,           ///< By ourselves.
};

std::string_view name_of(finish_reason what) noexcept;  ///< In snake_case, as providers write it.
std::string_view name_of(model_failure what) noexcept;  ///< In kebab-case.

struct model_failed {
  model_failure kind = model_failure::unavailable;
  long status = 0;  ///< Of the provider's answer; 0: there was none. 200: it failed after it had begun.
  /// The provider's own, or ours; printable, at most 404 bytes, without the key or a part of it. Empty: what the kind
  /// says has to do.
  std::string words;
  std::optional<std::chrono::seconds> retry_after;  ///< What the provider asked for.
  std::vector<std::string> filtered;                ///< With content_filtered: what for, as far as the provider says.
};

/// Of the calls of one answer: beyond it the answer fails, as broken_answer.
inline constexpr std::size_t most_calls_of_answer = 16;
inline constexpr std::size_t most_bytes_of_calls = 64 * 1024;  ///< Ids, names and arguments together.

/// A call comes whole, and is followed by nothing but others and model_done with finish_reason::tool_calls.
using model_event = std::variant<text_delta, reasoning_delta, waiting, tool_call, model_done, model_failed>;

/// One answer on its way. It belongs to one loop, on which everything is called.
class answer_stream {
 public:
  /// Closes the provider's connection.
  virtual ~answer_stream() = default;

  /// The next event; the provider is asked when this is called first. The last event is exactly one model_done or
  /// model_failed: not to be called after it. Whoever does not call leaves the provider waiting after a bounded number
  /// of bytes. Cancelling the coroutine closes the connection, and is told as model_failed (`stopped`) or by an
  /// exception (operation_aborted).
  virtual async::awaitable<model_event> next() = 0;
};

class llm_provider {
 public:
  virtual ~llm_provider() = default;

  /// An answer for the user `owner`, with what they have set and with their key. Runs on any loop. errc::conflict, type
  /// `model-not-configured`: they have set nothing; type `credentials-elsewhere`, `secret-unreadable`: the key cannot
  /// be used; errc::unavailable, type `vault-key-missing`, `vault-key-wrong`; errc::invalid_input: what they have set
  /// cannot be used (type `address-refused`: the policy of the way out). All else is told by the stream.
  virtual async::awaitable<base::result<std::unique_ptr<answer_stream>>> ask(base::user_id owner,
                                                                             model_request what) = 0;
};

struct model_info {
  std::string provider;             ///< `openai`, `azure` or `ollama`.
  std::string model;                ///< Of Azure the deployment; empty: as the provider has it.
  std::int64_t context_window = 0;  ///< In tokens, question and answer together; a guess where the model is not known.
  bool is_of_operator = false;      ///< The user has set none of their own.
};

class model_directory {
 public:
  virtual ~model_directory() = default;

  /// Which model `ask` would ask for this user. Asks no provider and opens no key. errc::conflict, type
  /// `model-not-configured`.
  virtual async::awaitable<base::result<model_info>> model_of(base::user_id owner) = 0;
};

}  // namespace kontor::chat
