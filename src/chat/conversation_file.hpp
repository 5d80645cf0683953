// Conversations as a file, made while it is sent.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "chat/conversation.hpp"
#include "sql/database.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chat {

enum class file_format { json, markdown };

struct file_wish {
  base::user_id owner;
  std::optional<conversation_id> only;  ///< nullopt: all that are not deleted.
  file_format format = file_format::json;
};

/// Holds some messages at a time, however many there are. What is written meanwhile may be in it or not; each message
/// is whole. For one caller at a time.
class conversation_file {
 public:
  static constexpr std::size_t largest_piece = 64 * 1024;

  /// `database` outlives it. Of JSON it has all branches, of Markdown those that are shown. `only` that is not there
  /// makes an empty file.
  conversation_file(sql::database& database, file_wish what) : database_(database), what_(what) {}

  /// The next piece; empty: that was all. Errors of the database: then the file ends there and is not whole.
  async::awaitable<base::result<std::string>> next();

 private:
  // Where we are. A copy goes along with each job, which may run twice.
  struct place {
    bool has_begun = false;
    bool has_ended = false;
    std::string behind;  // the id of the last conversation
    bool has_conversations = false;
    std::optional<conversation_id> in;
    std::int64_t number = 0;  // of the last message in it
    bool has_messages = false;
    std::shared_ptr<const std::vector<std::int64_t>> way;  // of Markdown
  };
  struct made {
    std::string text;
    place at;
  };

  static made make_more(sql::session& in, const file_wish& what, place at);
  static void begin_conversation(sql::session& in, const file_wish& what, made& into);
  static void write_messages(sql::session& in, const file_wish& what, made& into);

  sql::database& database_;
  const file_wish what_;
  place at_;
  std::string waiting_;  // made, and not yet taken
};

}  // namespace kontor::chat
