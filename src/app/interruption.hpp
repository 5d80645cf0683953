// Files that must not stay behind when the operator ends a command in the middle.
#pragma once

#include <cstddef>
#include <filesystem>

namespace kontor::app {

/// As long as it lives, SIGINT, SIGTERM and SIGHUP remove the file, if it is there, before they end the process. At
/// most eight at a time, on one thread; a signal that is ignored stays so. std::logic_error for one too many.
class removed_when_interrupted {
 public:
  explicit removed_when_interrupted(const std::filesystem::path& file);
  ~removed_when_interrupted();
  removed_when_interrupted(const removed_when_interrupted&) = delete;
  removed_when_interrupted& operator=(const removed_when_interrupted&) = delete;

 private:
  std::size_t place_ = 0;
};

}  // namespace kontor::app
