// Taking conversations in that come from a file.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kontor::chat {

struct brought_message {
  message what;
  std::string words;  ///< Of words_of.
};

struct brought_conversation {
  conversation head;  ///< Its leaf is among the messages, or nothing.
  std::vector<brought_message>
      messages;  ///< In the order of their numbers, from 1 without a gap; parents before children.
};

struct bringing_outcome {
  std::vector<conversation_id> taken;
  std::int64_t left = 0;  ///< Those whose ids the owner has already, deleted ones too; they stay as they are.
};

/// Inside a job. Throws sql::sql_error; then nothing of it may stay.
bringing_outcome bring_conversations(sql::session& in, const base::user_id& owner,
                                     std::span<const brought_conversation> all);

}  // namespace kontor::chat
