// What a question to a language model says: the JSON bodies of the three kinds of providers. Decides only.
#pragma once

#include "chat/llm_provider.hpp"
#include "outbound/web_message.hpp"
#include "settings/llm_check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

/// What not everybody who speaks like OpenAI understands.
struct llm_dialect {
  enum class limit_name { max_completion_tokens, max_tokens };

  bool asks_for_usage = true;  ///< `stream_options`.
  limit_name limit = limit_name::max_completion_tokens;
  bool knows_tools = true;

  friend bool operator==(const llm_dialect&, const llm_dialect&) = default;
};

/// How this provider is spoken to first. Azure's routes with deployments know both words from version
/// 2024-09-01-preview on; an older one, such as the predecessor's 2024-08-01-preview, refuses them.
llm_dialect dialect_of(const settings::llm_target& target);

/// How a provider that does not know a word of `said` is to be spoken to instead; nothing: that is not what it refuses.
/// Each answer leaves less to be refused, so that asking again ends.
std::optional<llm_dialect> simpler_dialect(const llm_dialect& said, const web_response& answer);

/// The body for target.provider, with `stream`. Text of messages must be UTF-8. A message of a tool goes as one of the
/// user where the provider would refuse it: the call that it answers is not there, or tools are not known. Arguments
/// that are no JSON object are left out: whoever asks with them was told what is wrong.
std::string chat_body(const settings::llm_target& target, const chat::model_request& what, const llm_dialect& how);

/// The context window of a model in tokens, by its name: a table of the best known, and what is safe to assume else.
std::int64_t context_window_of(settings::llm_provider provider, std::string_view model);

}  // namespace kontor::outbound
