// Lines out of bytes that come in pieces. Decides only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::outbound {

/// A line ends with LF, CRLF or CR (WHATWG HTML section 9.2.5), wherever the pieces are cut. Bytes are not looked at
/// otherwise.
class line_reader {
 public:
  explicit line_reader(std::size_t longest = 1024 * 1024) : longest_(longest) {}

  /// Puts the lines that have ended behind `lines`, without their ends. False when a line, ended or not, is longer than
  /// allowed: there is no going on then.
  bool take(std::string_view bytes, std::vector<std::string>& lines);

  /// What has come of a line without an end.
  std::string_view rest() const noexcept { return begun_; }

 private:
  const std::size_t longest_;
  std::string begun_;
  bool after_cr_ = false;
};

}  // namespace kontor::outbound
