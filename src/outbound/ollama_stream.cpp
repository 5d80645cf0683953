#include "outbound/ollama_stream.hpp"

#include "json/parse.hpp"
#include "outbound/json_look.hpp"
#include "outbound/tool_call_look.hpp"

#include <string>
#include <vector>

namespace kontor::outbound {

void ollama_stream::take(std::string_view bytes) {
  std::vector<std::string> texts;
  const bool is_good = reader_.take(bytes, texts);
  for (const auto& each : texts) {
    if (is_over()) return;
    take_text(each);
  }
  if (!is_good && !is_over()) fail_because_broken();
}

void ollama_stream::read_rest() {
  // A half of a text is no text, and no reason to call the other half broken.
  if (const auto last = reader_.last(); last && json::parse(*last)) take_text(*last);
}

void ollama_stream::take_text(std::string_view text) {
  const auto part = json::parse(text);
  if (!part || !part->is_object()) {
    fail_because_broken();
    return;
  }
  if (member_of(*part, "error") != nullptr) {
    fail_in(*part);
    return;
  }
  add_model(text_of(*part, "model"));
  if (const auto* const message = member_of(*part, "message")) {
    note_sign_of_life();
    add_reasoning(text_of(*message, "thinking"));
    add_text(text_of(*message, "content"));
    if (const auto* const calls = array_of(*message, "tool_calls"))
      for (const auto& each : *calls) {
        auto call = call_in(each);
        call.id = text_of(each, "id");
        if (has_room_for_call(call.id.size() + call.name.size() + call.arguments.size())) add_call(std::move(call));
      }
  }
  if (!is_true(*part, "done")) return;
  add_usage(count_of(*part, "prompt_eval_count"), count_of(*part, "eval_count"));
  using enum chat::finish_reason;
  const auto why = text_of(*part, "done_reason");
  set_finish(why == "length" ? length : stop);
  conclude();
}

}  // namespace kontor::outbound
