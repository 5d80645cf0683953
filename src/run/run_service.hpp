// What users do with runs: saying something, stopping, asking how it stands.
#pragma once

#include "chat/llm_provider.hpp"
#include "run/hub.hpp"
#include "run/run_store.hpp"
#include "run/runner.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace kontor::run {

/// What an account may have answered, and what it used today.
struct limits_view {
  run_limits limits;
  used_today used;
  std::optional<chat::model_info> model;  ///< None: none is set up.
};

/// Runs on any loop. All calls may fail with errc::unavailable, errc::overloaded, errc::storage_full.
class run_service {
 public:
  /// All outlive it. `limits` is asked at every beginning.
  run_service(run_store& store, runner& works, hub& listeners, chat::model_directory& models, chat::toolbox& tools,
              std::function<run_limits()> limits)
      : store_(store),
        works_(works),
        listeners_(listeners),
        models_(models),
        tools_(tools),
        limits_(std::move(limits)) {}

  /// Stores it and has it answered. The tools that the model is offered, and that are done for it, go no further than
  /// `rights`: those of whoever asks; it is stopped when `still` holds no more. Errors of run_store::begin;
  /// errc::conflict, type `model-not-configured`.
  async::awaitable<base::result<accepted>> send(base::user_id owner, new_message what, chat::tool_rights rights,
                                                sql::permission still);

  /// Returns when nothing is on its way any more: true when there was something. errc::not_found; errc::unavailable
  /// when who works on it does not end it.
  async::awaitable<base::result<bool>> cancel(base::user_id owner, chat::conversation_id conversation);

  /// errc::not_found.
  async::awaitable<base::result<conversation_state>> state(base::user_id owner, chat::conversation_id conversation) {
    return store_.state(owner, conversation);
  }

  async::awaitable<base::result<limits_view>> limits(base::user_id owner);

 private:
  run_store& store_;
  runner& works_;
  hub& listeners_;
  chat::model_directory& models_;
  chat::toolbox& tools_;
  const std::function<run_limits()> limits_;
};

/// Tells the sockets of the account that something became of a conversation (see conversation_frame).
void tell_change(hub& listeners, base::timestamp at, const base::user_id& owner, const chat::conversation_id& which,
                 std::string_view change);

}  // namespace kontor::run
