#include "chat/bringing.hpp"

#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "chat/word_statements.hpp"

#include <algorithm>
#include <tuple>

namespace kontor::chat {
namespace {

constexpr std::size_t most_rows = 300;
constexpr std::size_t most_bytes = 1024 * 1024;

struct amount {
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

amount amount_of(const brought_conversation& one) {
  amount sum{.rows = one.messages.size() + 1, .bytes = 0};
  for (const auto& [what, words] : one.messages)
    sum.bytes += what.content.size() + (what.tool_calls ? what.tool_calls->size() : 0) + words.size();
  return sum;
}

}  // namespace

std::vector<bringing_batch> batches_of(std::span<const brought_conversation> all) {
  bringing_batch latest_first;
  latest_first.reserve(all.size());
  for (const auto& each : all)
    latest_first.push_back(&each);
  std::ranges::sort(latest_first, [](const auto* a, const auto* b) {
    return std::tie(a->head.updated_at, a) > std::tie(b->head.updated_at, b);
  });
  std::vector<bringing_batch> batches;
  amount filled{.rows = most_rows, .bytes = 0};
  for (const auto* each : latest_first) {
    const auto more = amount_of(*each);
    if (filled.rows + more.rows > most_rows || filled.bytes + more.bytes > most_bytes) {
      batches.emplace_back();
      filled = {};
    }
    batches.back().push_back(each);
    filled.rows += more.rows;
    filled.bytes += more.bytes;
  }
  for (auto& each : batches)
    std::ranges::reverse(each);
  return batches;
}

bringing_outcome bring_conversations(sql::session& in, const base::user_id& owner, const bringing_batch& batch) {
  std::int64_t rows = 0;
  for (const auto* each : batch)
    rows += static_cast<std::int64_t>(amount_of(*each).rows);
  auto place = statements::place_before_all(in, rows);
  const auto next = [&place]() -> std::optional<std::int64_t> {
    if (place) return (*place)++;
    return std::nullopt;
  };
  bringing_outcome outcome;
  for (const auto* each : batch) {
    const auto& [head, messages] = *each;
    if (!statements::insert_conversation(in, owner, head, next())) {
      ++outcome.left;
      continue;
    }
    if (!messages.empty()) {
      auto number = statements::take_numbers(in, owner, head.id, static_cast<std::int64_t>(messages.size())).value();
      for (const auto& [what, words] : messages)
        statements::bring_numbered(in, owner, head.id, number++, what, words, next());
    }
    if (head.leaf) (void)statements::show_message(in, owner, head.id, *head.leaf);
    outcome.taken.push_back(head.id);
  }
  return outcome;
}

}  // namespace kontor::chat
