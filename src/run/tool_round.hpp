// What a model asks for in the middle of its answer: done one after the other, and shown to it with the next question.
#pragma once

#include "async/awaitable.hpp"
#include "chat/toolbox.hpp"
#include "run/live_run.hpp"

#include <chrono>
#include <memory>

namespace kontor::run {

/// The next question to the model, with all that it was shown and has asked for.
chat::model_request next_question(const live_run& what);

/// After the model has asked: waits until that is stored, does all of it, each within `most_time`, waits until each
/// result is stored, and adds everything to what is shown. In phase::asks when it returns, or ended. On the loop of the
/// run.
async::awaitable<void> do_calls(std::shared_ptr<live_run> what, chat::toolbox& tools,
                                std::chrono::milliseconds most_time);

}  // namespace kontor::run
