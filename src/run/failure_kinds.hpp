// What went wrong with an answer, in the words of the interface: by what the user can do next.
#pragma once

#include "base/error.hpp"
#include "chat/llm_provider.hpp"
#include "run/run.hpp"

#include <chrono>
#include <string_view>

namespace kontor::run {

/// What a provider's failure is called (schema RunFailure), with its words, or ours where it has none.
failure to_failure(const chat::model_failed& what);

/// Why the provider could not even be asked.
failure to_failure(const base::error& why);

/// A defect of ours. It never explains itself.
failure internal_failure();
/// The account may use no more today.
failure no_tokens_left(std::chrono::microseconds until_there_are);
/// It asks for tools when it was told to answer.
failure too_many_calls();

/// What can be done about it: a sentence in English, or empty.
std::string_view advice_on(std::string_view kind) noexcept;

/// The same may be tried again as it is.
bool is_recoverable(std::string_view kind) noexcept;

}  // namespace kontor::run
