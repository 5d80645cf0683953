// Answers of OpenAI, of Azure OpenAI, and of what speaks like them. Decides only. Pieces of calls of tools are left
// out: no tools are offered yet.
#pragma once

#include "outbound/answer_decoder.hpp"
#include "outbound/sse_reader.hpp"

#include <string>
#include <string_view>

namespace kontor::outbound {

/// `text/event-stream`, with `stream: true`. Azure: chunks without choices (results for the prompt), choices without a
/// `delta` (results of a filter that works beside), and `content_filter` after `stop`, which then counts.
class openai_stream final : public answer_decoder {
 public:
  using answer_decoder::answer_decoder;
  void take(std::string_view bytes) override;

 private:
  void take_event(std::string_view data);
  void take_chunk(const boost::json::value& chunk);

  sse_reader reader_;
  bool has_calls_ = false;
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
