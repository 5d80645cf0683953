// How conversations look in a file that is taken along: JSON for the way back, Markdown for reading. Pure text.
#pragma once

#include "chat/conversation.hpp"

#include <string>
#include <string_view>

namespace kontor::chat {

/// The name of the JSON form; a later one gets another.
inline constexpr std::string_view file_format_name = "kontor-conversations-1";

/// Schema ExportedConversation up to its list of messages, which is open: messages with commas between them and `]}`
/// follow.
std::string json_beginning_of(const conversation& head);
/// One of its messages.
std::string json_of(const numbered_message& what);

/// A heading, and when it was.
std::string markdown_beginning_of(const conversation& head);
/// Who spoke when, and what; times in UTC.
std::string markdown_of(const numbered_message& what);

}  // namespace kontor::chat
