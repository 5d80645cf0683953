// Works on runs: asks the provider, stores what comes, tells of it. One coroutine per run, all on one loop, whoever
// listens or not.
#pragma once

#include "chat/llm_provider.hpp"
#include "chat/toolbox.hpp"
#include "run/hub.hpp"
#include "run/run_store.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace kontor::run {

struct runner_settings {
  /// How often other programs' requests to stop are looked for, deletions and deactivated accounts too.
  std::chrono::milliseconds watch_every{400};
  /// How often what other programs store is looked for (PostgreSQL).
  std::chrono::milliseconds follow_every{150};
  /// How often this program says that it is there, and looks for runs whose program does not any more.
  std::chrono::milliseconds beat_every{5000};
  /// For one call of a tool.
  std::chrono::milliseconds call_time{20'000};
  /// For a whole run, with all questions and calls. A provider's own limit is below it.
  std::chrono::milliseconds run_time{11 * 60'000};
  /// Bytes that may wait to be stored before the provider is left waiting.
  std::size_t most_waiting = 64 * 1024;
};

class runner {
 public:
  /// All that is given outlives the loop that start() is given. `after_end`: called when the conversation has changed
  /// by an answer.
  runner(run_store& store, chat::llm_provider& provider, chat::toolbox& tools, hub& listeners,
         std::function<void(const run_key&)> after_end, runner_settings settings = {});
  ~runner();
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  /// Begins, on this loop: ends what nobody works on any more, and watches. Before anybody calls begin().
  void start(boost::asio::io_context& loop);
  /// Ends every run as `interrupted`, from outside the loop, which must still run, as the database must. Safe to call
  /// twice, and without start().
  void stop();

  /// Works on a run that was stored. From any thread.
  void begin(begun_run what);
  /// Stops the run of a conversation, when it is one of this program's: as `cancelled`, and its connection is closed at
  /// once. From any thread.
  void cancel(const base::user_id& owner, const chat::conversation_id& conversation);

  /// Runs that this program works on now.
  std::size_t size() const noexcept;
  /// Runs that this program has ended, since the start.
  std::uint64_t ended(finish how) const noexcept;

 private:
  struct work;
  std::shared_ptr<work> work_;
};

}  // namespace kontor::run
