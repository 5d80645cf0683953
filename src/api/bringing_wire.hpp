// Reading a file of conversations, as the export makes it.
#pragma once

#include "base/error.hpp"
#include "chat/bringing.hpp"

#include <string_view>
#include <vector>

namespace kontor::api {

/// Schema ExportedConversations. errc::malformed when the body is no JSON; errc::invalid_input with the wrong fields of
/// the first conversations that have any, 20 of them at most. Control characters other than line feed, carriage return
/// and tab are left out of texts. Takes some hundred milliseconds for a large file: for pools.
base::result<std::vector<chat::brought_conversation>> read_conversations(std::string_view body);

}  // namespace kontor::api
