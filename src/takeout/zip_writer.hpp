// Writes a zip without ever going back, so that it can be sent while it is made. The only file that names libarchive.
#pragma once

#include "base/time.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace kontor::takeout {

/// Deflated entries of any size; what is held meanwhile is the compressor's window and the list of the entries. All
/// calls throw std::runtime_error when the library fails. Used by one thread at a time.
class zip_writer {
 public:
  /// Bytes are appended to `out`, which the caller empties as it likes and which outlives the writer.
  explicit zip_writer(std::string& out);
  ~zip_writer();
  zip_writer(const zip_writer&) = delete;
  zip_writer& operator=(const zip_writer&) = delete;

  /// Ends the entry before and begins the next one.
  void begin(const std::string& name, base::timestamp at);
  void write(std::string_view bytes);
  /// Ends the archive. An archive that is destroyed before is not whole.
  void finish();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace kontor::takeout
