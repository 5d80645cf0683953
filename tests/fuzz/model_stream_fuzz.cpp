// What is made of the streams of language models: the same however the bytes come, ended by one last event, with text
// and calls that are UTF-8 and within their limits.
#include "tests/fuzz/fuzz_target.hpp"

#include "base/text.hpp"
#include "outbound/model_events_text.hpp"
#include "outbound/ollama_stream.hpp"
#include "outbound/openai_stream.hpp"

#include <algorithm>

namespace {

using namespace kontor;

constexpr std::size_t most_text = 4096;

template <class Decoder>
outbound::model_events events_of(std::string_view bytes, std::size_t piece) {
  Decoder decoder({.model = "asked", .most_text = most_text});
  for (; !bytes.empty() && !decoder.is_over(); bytes.remove_prefix(std::min(piece, bytes.size())))
    decoder.take(bytes.substr(0, piece));
  if (!decoder.is_over()) decoder.end();
  return std::move(decoder.events());
}

template <class Decoder>
void look_at(std::string_view bytes) {
  const auto events = events_of<Decoder>(bytes, bytes.size() + 1);
  std::size_t last_ones = 0;
  std::size_t size = 0;
  std::size_t calls = 0;
  std::size_t call_size = 0;
  const auto add = [&size](const std::string& text) {
    test::must(!text.empty() && base::is_utf8(text), "a piece of text is not empty, and UTF-8");
    size += text.size();
  };
  for (const auto& each : events) {
    if (const auto* const text = std::get_if<chat::text_delta>(&each)) add(text->text);
    if (const auto* const text = std::get_if<chat::reasoning_delta>(&each)) add(text->text);
    if (const auto* const call = std::get_if<chat::tool_call>(&each)) {
      test::must(!call->id.empty() && base::is_utf8(call->id + call->name + call->arguments), "a call has an id");
      ++calls;
      call_size += call->name.size() + call->arguments.size();
    }
    last_ones += std::holds_alternative<chat::model_done>(each) || std::holds_alternative<chat::model_failed>(each);
  }
  test::must(last_ones == 1, "there is one last event");
  test::must(!std::holds_alternative<chat::text_delta>(events.back()), "and it is the last");
  test::must(size <= most_text, "text has a limit");
  test::must(calls <= chat::most_calls_of_answer && call_size <= chat::most_bytes_of_calls, "so have calls");
  const auto* const done = std::get_if<chat::model_done>(&events.back());
  test::must(calls == 0 || (done != nullptr && done->finish == chat::finish_reason::tool_calls), "they are the end");
  const auto expected = outbound::lines_of(events);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}})
    test::must(outbound::lines_of(events_of<Decoder>(bytes, piece)) == expected, "pieces make no difference");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = test::input_text(data, size);
  look_at<outbound::openai_stream>(bytes);
  look_at<outbound::openai_answer>(bytes);
  look_at<outbound::ollama_stream>(bytes);
  return 0;
}
