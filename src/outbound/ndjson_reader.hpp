// JSON texts, one in each line, out of bytes that come in pieces. Decides only, and does not look into the texts.
#pragma once

#include "outbound/line_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

/// Lines with nothing but blanks are left out.
class ndjson_reader {
 public:
  /// Puts the lines that have ended behind `texts`. False when one is too long: there is no going on then.
  bool take(std::string_view bytes, std::vector<std::string>& texts);
  /// At the end of the stream: the last line, which needs no end.
  std::optional<std::string> last() const;

 private:
  line_reader lines_;
};

}  // namespace kontor::outbound
