// Answers of OpenAI, of Azure OpenAI, and of what speaks like them. Decides only.
#pragma once

#include "outbound/answer_decoder.hpp"
#include "outbound/sse_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

/// `text/event-stream`, with `stream: true`. Azure: chunks without choices (results for the prompt), choices without a
/// `delta` (results of a filter that works beside), and `content_filter` after `stop`, which then counts. Calls of
/// tools come in fragments, which belong together by their `index`, or, with servers that have none or one for all, by
/// what begins with an id of its own.
class openai_stream final : public answer_decoder {
 public:
  using answer_decoder::answer_decoder;
  void take(std::string_view bytes) override;

 private:
  void take_event(std::string_view data);
  void take_chunk(const boost::json::value& chunk);
  void take_fragment(const boost::json::value& fragment);
  void complete() override;

  struct begun_call {
    std::int64_t index = 0;
    chat::tool_call what;
  };
  sse_reader reader_;
  std::vector<begun_call> begun_;  // in the order in which they began
};

/// `application/json`: the whole answer at once, from a server that does not stream.
class openai_answer final : public answer_decoder {
 public:
  using answer_decoder::answer_decoder;
  void take(std::string_view bytes) override;

 private:
  void read_rest() override;

  std::string body_;
};

}  // namespace kontor::outbound
