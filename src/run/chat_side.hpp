// What the room chat asks of runs, and whom it tells of changes.
#pragma once

#include "base/time.hpp"
#include "chat/run_view.hpp"
#include "run/hub.hpp"
#include "run/runner.hpp"

#include <optional>
#include <vector>

namespace kontor::run {

/// Reads runs in progress, in the job that reads a conversation.
class progress_view final : public chat::run_view {
 public:
  std::vector<chat::running> in_progress(sql::session& in, const base::user_id& owner) const override;
  std::optional<chat::run_so_far> so_far(sql::session& in, const base::user_id& owner,
                                         const chat::conversation_id& of) const override;
  std::optional<std::string> why_unanswered(sql::session& in, const base::user_id& owner,
                                            const chat::conversation_id& of, std::int64_t message) const override;
};

/// Tells the sockets of the account, and stops the run of what is deleted.
class change_teller final : public chat::watcher {
 public:
  /// All outlive it.
  change_teller(hub& listeners, runner& works, const base::clock& clock)
      : listeners_(listeners), works_(works), clock_(clock) {}

  void changed(const base::user_id& owner, const chat::conversation_id& which, chat::change how) noexcept override;

 private:
  hub& listeners_;
  runner& works_;
  const base::clock& clock_;
};

}  // namespace kontor::run
