// What conversations show of the runs that answer them, and whom they tell of changes: the room `run` implements both.
#pragma once

#include "chat/conversation.hpp"
#include "chat/toolbox.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::chat {

/// A run in progress.
struct running {
  conversation_id conversation;
  std::string run;  ///< Its id.
};

struct run_so_far {
  std::string run;           ///< Its id.
  std::int64_t answers = 0;  ///< The number of the message behind which the answer stands.
  std::string content;       ///< The answer so far, behind that message.
  std::string reasoning;
  std::vector<tool_call> calls = {};  ///< What the model asked for and has no result yet.
  base::timestamp started_at;
};

/// Inside the job that reads the conversation, so that all of it is of the same moment. Throws sql::sql_error.
class run_view {
 public:
  virtual ~run_view() = default;
  /// Those of one account; few, because their number is limited.
  virtual std::vector<running> in_progress(sql::session& in, const base::user_id& owner) const = 0;
  virtual std::optional<run_so_far> so_far(sql::session& in, const base::user_id& owner,
                                           const conversation_id& of) const = 0;
  /// Why the last run that answered this message failed, as JSON (RunFailure in api/openapi.yaml); nullopt: it did not.
  virtual std::optional<std::string> why_unanswered(sql::session& in, const base::user_id& owner,
                                                    const conversation_id& of, std::int64_t message) const = 0;
};

/// Where nothing is answered.
class no_runs final : public run_view {
 public:
  std::vector<running> in_progress(sql::session&, const base::user_id&) const override { return {}; }
  std::optional<run_so_far> so_far(sql::session&, const base::user_id&, const conversation_id&) const override {
    return std::nullopt;
  }
  std::optional<std::string> why_unanswered(sql::session&, const base::user_id&, const conversation_id&,
                                            std::int64_t) const override {
    return std::nullopt;
  }
};

enum class change {
  created,
  changed,
  deleted,  ///< It can be brought back.
  restored,
  removed,  ///< For good.
};

class watcher {
 public:
  virtual ~watcher() = default;
  /// After the commit; on any thread, so it hands on and returns at once.
  virtual void changed(const base::user_id& owner, const conversation_id& which, change how) noexcept = 0;
};

/// When nobody listens.
class no_watcher final : public watcher {
 public:
  void changed(const base::user_id&, const conversation_id&, change) noexcept override {}
};

}  // namespace kontor::chat
