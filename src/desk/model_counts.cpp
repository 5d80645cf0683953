#include "desk/model_counts.hpp"

#include <algorithm>
#include <utility>

namespace kontor::desk {
namespace {

std::uint64_t tokens(std::int64_t said) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, said));
}

class counted_stream final : public chat::answer_stream {
 public:
  counted_stream(std::unique_ptr<chat::answer_stream> what, model_counts::of_kind& into)
      : what_(std::move(what)), into_(into) {}

  async::awaitable<chat::model_event> next() override {
    auto event = co_await what_->next();
    if (const auto* const done = std::get_if<chat::model_done>(&event)) {
      into_.answered.add();
      if (done->usage) {
        into_.input_tokens.add(tokens(done->usage->input_tokens));
        into_.output_tokens.add(tokens(done->usage->output_tokens));
      }
    }
    if (std::holds_alternative<chat::model_failed>(event)) into_.failed.add();
    co_return event;
  }

 private:
  std::unique_ptr<chat::answer_stream> what_;
  model_counts::of_kind& into_;
};

}  // namespace

std::string_view name_of(provider_kind kind) noexcept {
  switch (kind) {
    case provider_kind::openai:
      return "openai";
    case provider_kind::azure:
      return "azure";
    case provider_kind::ollama:
      break;
  }
  return "ollama";
}

std::unique_ptr<chat::answer_stream> counted(std::unique_ptr<chat::answer_stream> what, model_counts& into,
                                             provider_kind kind) {
  return std::make_unique<counted_stream>(std::move(what), into.of(kind));
}

}  // namespace kontor::desk
