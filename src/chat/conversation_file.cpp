#include "chat/conversation_file.hpp"

#include "chat/conversation_format.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"

#include <algorithm>
#include <utility>

namespace kontor::chat {
namespace {

constexpr std::int64_t messages_in_a_part = 16;

// The next one that is not deleted, behind an id.
std::optional<conversation> next_of_all(sql::session& in, const base::user_id& owner, std::string behind) {
  while (true) {
    auto found = statements::list_conversations(in, owner, behind, 1);
    if (found.empty()) return std::nullopt;
    if (!found.front().deleted_at) return std::move(found.front());
    behind = found.front().id.str();
  }
}

std::optional<conversation> next_of(sql::session& in, const file_wish& what, const std::string& behind) {
  if (!what.only) return next_of_all(in, what.owner, behind);
  return behind.empty() ? statements::find_conversation(in, what.owner, *what.only) : std::nullopt;
}

}  // namespace

void conversation_file::begin_conversation(sql::session& in, const file_wish& what, made& into) {
  auto& at = into.at;
  const auto head = next_of(in, what, at.behind);
  if (!head) {
    if (what.format == file_format::json) into.text += "]}";
    at.has_ended = true;
    return;
  }
  at.behind = head->id.str();
  at.in = head->id;
  at.number = 0;
  at.has_messages = false;
  if (what.format == file_format::json) {
    into.text += (at.has_conversations ? "," : "") + json_beginning_of(*head);
  } else {
    into.text += (at.has_conversations ? "\n" : "") + markdown_beginning_of(*head);
    auto way = head->leaf ? statements::way_to(in, what.owner, head->id, *head->leaf) : std::vector<std::int64_t>();
    at.way = std::make_shared<const std::vector<std::int64_t>>(std::move(way));
  }
  at.has_conversations = true;
}

void conversation_file::write_messages(sql::session& in, const file_wish& what, made& into) {
  auto& at = into.at;
  const auto read = statements::list_messages(in, what.owner, *at.in, at.number, messages_in_a_part);
  for (const auto& each : read) {
    at.number = each.number;
    if (what.format == file_format::json) {
      into.text += (std::exchange(at.has_messages, true) ? "," : "") + json_of(each);
    } else if (std::ranges::binary_search(*at.way, each.number)) {
      into.text += markdown_of(each);
    }
  }
  if (static_cast<std::int64_t>(read.size()) == messages_in_a_part) return;
  if (what.format == file_format::json) into.text += "]}";
  at.in.reset();
}

conversation_file::made conversation_file::make_more(sql::session& in, const file_wish& what, place at) {
  made more{.text = {}, .at = std::move(at)};
  if (!std::exchange(more.at.has_begun, true) && what.format == file_format::json)
    more.text += R"({"format":")" + std::string(file_format_name) + R"(","conversations":[)";
  while (!more.at.has_ended && more.text.size() < largest_piece) {
    if (more.at.in) {
      write_messages(in, what, more);
    } else {
      begin_conversation(in, what, more);
    }
  }
  return more;
}

async::awaitable<base::result<std::string>> conversation_file::next() {
  if (waiting_.empty() && !at_.has_ended) {
    auto job = [what = what_, at = at_](sql::session& in) { return make_more(in, what, at); };
    auto more = co_await database_.read(std::move(job));
    if (!more) co_return more.error();
    waiting_ = std::move(more->text);
    at_ = std::move(more->at);
  }
  if (waiting_.size() <= largest_piece) co_return std::exchange(waiting_, {});
  auto piece = waiting_.substr(0, largest_piece);
  waiting_.erase(0, largest_piece);
  co_return piece;
}

}  // namespace kontor::chat
