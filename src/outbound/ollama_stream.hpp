// Answers of Ollama: JSON texts in lines, or one alone; calls of tools come whole. Decides only.
#pragma once

#include "outbound/answer_decoder.hpp"
#include "outbound/ndjson_reader.hpp"

#include <string_view>

namespace kontor::outbound {

class ollama_stream final : public answer_decoder {
 public:
  using answer_decoder::answer_decoder;
  void take(std::string_view bytes) override;

 private:
  void read_rest() override;
  void take_text(std::string_view text);

  ndjson_reader reader_;
};

}  // namespace kontor::outbound
