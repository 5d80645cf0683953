#include "chat/bringing.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"

namespace kontor::chat {

bringing_outcome bring_conversations(sql::session& in, const base::user_id& owner,
                                     std::span<const brought_conversation> all) {
  bringing_outcome outcome;
  for (const auto& [head, messages] : all) {
    if (!statements::insert_conversation(in, owner, head)) {
      ++outcome.left;
      continue;
    }
    for (const auto& [what, words] : messages)
      (void)statements::bring_message(in, owner, head.id, what, words);
    if (head.leaf) (void)statements::show_message(in, owner, head.id, *head.leaf);
    outcome.taken.push_back(head.id);
  }
  return outcome;
}

}  // namespace kontor::chat
