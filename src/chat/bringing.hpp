// Taking conversations in that come from a file.
#pragma once

#include "chat/conversation.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kontor::chat {

/// Of one conversation in a file: it is brought in one transaction.
inline constexpr std::size_t most_messages_brought = 20'000;

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

/// What one transaction takes: one conversation at least, and otherwise as much as is written in some ten
/// milliseconds, so that others can write in between.
using bringing_batch = std::vector<const brought_conversation*>;

/// Those with the latest messages come first, and within a batch last, so that those of all batches stand in the index
/// in the order of their messages. They point into `all`.
std::vector<bringing_batch> batches_of(std::span<const brought_conversation> all);

/// Inside a job. Behind what the account has already in the index, as the oldest. Throws sql::sql_error; then nothing
/// of it may stay.
bringing_outcome bring_conversations(sql::session& in, const base::user_id& owner, const bringing_batch& batch);

}  // namespace kontor::chat
