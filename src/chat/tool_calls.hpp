// Calls of tools as they are stored and shown: JSON, in the names of api/openapi.yaml. Pure text.
#pragma once

#include "chat/conversation.hpp"
#include "chat/toolbox.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::chat {

inline constexpr std::size_t longest_call_id = 200;
inline constexpr std::size_t longest_tool_name = 64;

/// Schema ToolCall.
std::string to_json(const tool_call& what);
/// A list of them, at least one.
std::string to_json(const std::vector<tool_call>& what);
/// What to_json made; nothing of anything else.
std::vector<tool_call> parse_tool_calls(std::string_view json);
/// Of a message.
std::vector<tool_call> tool_calls_of(const message& what);

/// The members of schema Message that tell of tools and charts: those that the message has.
void write_tool_members(json::writer& out, const message& what);
/// Reads the same out of a file; what is wrong is refused at its field. `role` stands in the message already.
void read_tool_members(json::object_reader& in, message& into);

/// The words by which it can be found: results of tools are numbers, and are not looked through.
std::string searched_words(const message& what);

/// What a model is told of a call that was not done.
std::string refusal_of_call(std::string_view why);

}  // namespace kontor::chat
