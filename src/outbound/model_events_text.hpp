// Events of an answer as lines of text, for tests.
#pragma once

#include "base/text.hpp"
#include "outbound/answer_decoder.hpp"

#include <string>

namespace kontor::outbound {

struct event_text {
  std::string operator()(const chat::text_delta& e) const { return "text " + e.text; }
  std::string operator()(const chat::reasoning_delta& e) const { return "reasoning " + e.text; }
  std::string operator()(const chat::waiting& e) const { return "waiting " + std::to_string(e.seconds.count()); }
  std::string operator()(const chat::tool_call& e) const { return "call " + e.id + " " + e.name + " " + e.arguments; }
  std::string operator()(const chat::model_done& e) const {
    std::string out = "done " + std::string(chat::name_of(e.finish)) + " " + e.model;
    if (e.usage) out += " " + std::to_string(e.usage->input_tokens) + "+" + std::to_string(e.usage->output_tokens);
    if (!e.filtered.empty()) out += " filtered " + base::join(e.filtered, ",");
    return out;
  }
  std::string operator()(const chat::model_failed& e) const {
    std::string out = "failed " + std::string(chat::name_of(e.kind)) + " " + std::to_string(e.status) + " " + e.words;
    if (e.retry_after) out += " retry after " + std::to_string(e.retry_after->count());
    if (!e.filtered.empty()) out += " filtered " + base::join(e.filtered, ",");
    return out;
  }
};

inline std::string text_of_event(const chat::model_event& event) {
  return std::visit(event_text(), event);
}

/// The text of an answer in one piece, and what else is said, in lines.
inline std::vector<std::string> lines_of(const model_events& events) {
  std::vector<std::string> out;
  for (const auto& each : events) {
    const auto line = text_of_event(each);
    const bool goes_on = !out.empty() && line.starts_with("text ") && out.back().starts_with("text ");
    if (goes_on)
      out.back() += line.substr(5);
    else
      out.push_back(line);
  }
  return out;
}

/// What a decoder makes of a body that comes in pieces of so many bytes and ends.
template <class Decoder>
std::vector<std::string> decoded(std::string_view body, std::size_t piece, decoder_settings how = {.model = "asked"}) {
  Decoder decoder(std::move(how));
  for (; !body.empty() && !decoder.is_over(); body.remove_prefix(std::min(piece, body.size())))
    decoder.take(body.substr(0, piece));
  if (!decoder.is_over()) decoder.end();
  return lines_of(decoder.events());
}

}  // namespace kontor::outbound
