// What a language model may have done during its answer: a fixed set of tools, each for the user who asks and for
// nobody else. What they are stays behind the interface.
#pragma once

#include "async/awaitable.hpp"
#include "base/id.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::chat {

struct tool {
  std::string name;         ///< Of [a-z_], at most 64.
  std::string description;  ///< For the model, in English.
  std::string parameters;   ///< A JSON Schema of an object, as JSON.
};

/// What a model asks for. Nothing of it is to be believed.
struct tool_call {
  std::string id;         ///< The provider's, or ours when it has none; unique in its answer.
  std::string name;       ///< May be any.
  std::string arguments;  ///< Should be a JSON object.

  friend bool operator==(const tool_call&, const tool_call&) = default;
};

struct tool_outcome {
  bool is_good = false;
  std::string content;               ///< For the model: JSON, at most 48 KiB; when it is not good, `{"error": …}`.
  std::optional<std::string> chart;  ///< The id of the user's chart that was made or looked at.
};

/// What whoever began a run may have done in it by tools: a personal token no more than it may do itself.
struct tool_rights {
  bool reads_charts = false;
  bool writes_charts = false;
  bool reads_balances = false;  ///< No token has it.
};
/// Those of somebody who is signed in.
inline constexpr tool_rights all_rights{.reads_charts = true, .writes_charts = true, .reads_balances = true};

class toolbox {
 public:
  virtual ~toolbox() = default;

  /// What this user's model is offered now: nothing that goes beyond the rights.
  virtual async::awaitable<std::vector<tool>> tools_of(base::user_id owner, tool_rights rights) = 0;
  /// Does it for `owner` and nobody else, offered or not: whoever calls has looked at that. Whatever goes wrong, a
  /// foreign id included, is an outcome. Runs on any loop, ends in bounded time, and is cancelled with the coroutine.
  virtual async::awaitable<tool_outcome> call(base::user_id owner, tool_call what) = 0;
};

/// Where there are none.
class no_tools final : public toolbox {
 public:
  async::awaitable<std::vector<tool>> tools_of(base::user_id, tool_rights) override { co_return std::vector<tool>(); }
  async::awaitable<tool_outcome> call(base::user_id, tool_call) override {
    co_return tool_outcome{.content = R"({"error":"There is no such tool."})", .chart = std::nullopt};
  }
};

}  // namespace kontor::chat
