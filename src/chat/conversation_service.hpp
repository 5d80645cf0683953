// What people do with their conversations, but for having them answered.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "chat/bringing.hpp"
#include "chat/conversation_file.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/excerpt.hpp"
#include "chat/message_statements.hpp"
#include "chat/run_view.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chat {

struct conversation_view {
  conversation head;
  std::optional<std::string> run;  ///< The id of its run in progress.
};

/// So many messages beside one are told at most.
inline constexpr std::int64_t most_siblings = 10'000;

struct shown_message {
  numbered_message what;
  std::vector<std::int64_t> siblings;  ///< All messages behind the same parent, it included; empty when it is alone.
};

struct opened_conversation {
  conversation_view view;
  std::vector<shown_message> messages;
  bool has_more = false;  ///< There are messages before these.
  std::optional<run_so_far> run;
  std::optional<std::string> failure;  ///< Of the run that was to answer the last message, as JSON.
};

struct page_wish {
  std::int64_t limit = 50;
  std::optional<std::int64_t> before;  ///< The number of a message.
};

struct conversation_change {
  std::optional<std::string> title;
  std::optional<bool> is_pinned;
};

enum class removal { for_a_while, for_good };

struct found_conversation {
  conversation_id id;
  std::string title;
  base::timestamp updated_at;
  std::optional<std::int64_t> number;  ///< Of the message; nullopt: the title.
  std::vector<excerpt_piece> excerpt;
};

/// errc::not_found for a conversation that is not there, somebody else's or deleted; errors of the database. Each
/// change is told to the watcher once it is durable.
class conversation_service {
 public:
  /// All outlive the object.
  conversation_service(sql::database& database, const run_view& runs, watcher& watching, const base::clock& clock)
      : database_(database), runs_(runs), watching_(watching), clock_(clock) {}

  async::awaitable<base::result<std::vector<conversation_view>>> list(base::user_id owner, statements::standing how,
                                                                      statements::list_place after,
                                                                      std::int64_t limit) const;
  /// `title` may be empty: then the first message gives it one.
  async::awaitable<base::result<conversation_view>> create(base::user_id owner, std::string title);
  async::awaitable<base::result<conversation_view>> find(base::user_id owner, conversation_id which) const;
  /// The messages of the branch that is shown, as many of the last ones as `what` and most_text_at_once allow; a run's
  /// text counts as well. At least one, if there is one.
  async::awaitable<base::result<opened_conversation>> open(base::user_id owner, conversation_id which,
                                                           page_wish what) const;
  async::awaitable<base::result<conversation_view>> change(base::user_id owner, conversation_id which,
                                                           conversation_change what);
  /// Until when it can be brought back; nullopt: it is gone. For good also what is deleted already.
  async::awaitable<base::result<std::optional<base::timestamp>>> remove(base::user_id owner, conversation_id which,
                                                                        removal how);
  async::awaitable<base::result<conversation_view>> restore(base::user_id owner, conversation_id which);
  /// errc::not_found also when there is no such message.
  async::awaitable<base::result<conversation_view>> show_branch(base::user_id owner, conversation_id which,
                                                                std::int64_t number);
  async::awaitable<base::result<std::vector<found_conversation>>> search(base::user_id owner, std::string text,
                                                                         std::int64_t limit) const;
  /// Each conversation whole, in several transactions, so that others can write in between: what was brought before an
  /// error stays, and the same file may come again. `still` is asked in each.
  async::awaitable<base::result<bringing_outcome>> bring(base::user_id owner,
                                                         std::shared_ptr<const std::vector<brought_conversation>> all,
                                                         sql::permission still);
  /// The file of one conversation or of all.
  async::awaitable<base::result<std::shared_ptr<conversation_file>>> begin_file(file_wish what) const;

 private:
  sql::database& database_;
  const run_view& runs_;
  watcher& watching_;
  const base::clock& clock_;
};

}  // namespace kontor::chat
