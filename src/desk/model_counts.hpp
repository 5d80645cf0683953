// What language models answered, by the kind of their provider, for whoever watches the program.
#pragma once

#include "chat/llm_provider.hpp"
#include "metrics/counter.hpp"

#include <array>
#include <memory>
#include <string_view>

namespace kontor::desk {

enum class provider_kind { openai, azure, ollama };
inline constexpr std::array provider_kinds{provider_kind::openai, provider_kind::azure, provider_kind::ollama};
/// As chat::model_info has it.
std::string_view name_of(provider_kind kind) noexcept;

struct model_counts {
  struct of_kind {
    metrics::counter answered;
    metrics::counter failed;  ///< With model_failed; also when we stopped ourselves.
    metrics::counter input_tokens;
    metrics::counter output_tokens;  ///< As the provider counts; where it says nothing, nothing.
  };
  std::array<of_kind, provider_kinds.size()> by_kind;

  of_kind& of(provider_kind kind) { return by_kind.at(static_cast<std::size_t>(kind)); }
  const of_kind& of(provider_kind kind) const { return by_kind.at(static_cast<std::size_t>(kind)); }
};

/// The same answer, counted at its end. `into` outlives it.
std::unique_ptr<chat::answer_stream> counted(std::unique_ptr<chat::answer_stream> what, model_counts& into,
                                             provider_kind kind);

}  // namespace kontor::desk
