// Another program, talked to over its standard input and output.
#pragma once

#include <sys/types.h>
#include <optional>
#include <string>
#include <vector>

namespace kontor::tests {

class child_process {
 public:
  /// In a session of its own, a signal to the group of the test program does not reach it.
  enum class session { shared, own };

  /// Starts it; the first word is its path. Throws std::system_error.
  explicit child_process(const std::vector<std::string>& words, session where = session::shared);
  /// Kills and reaps it if it still runs.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Writes a line to its standard input. Throws std::system_error.
  void say(const std::string& line);

  /// Waits for its next line; nothing when it has ended. A last line without its end is not returned.
  std::optional<std::string> line();

  /// Closes its standard input and waits for its end; returns its exit status, or the negative number of the signal
  /// that ended it.
  int finish();
  /// SIGKILL, then as finish().
  int kill();
  pid_t id() const noexcept { return id_; }

 private:
  pid_t id_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string read_;
  int status_ = 0;
};

}  // namespace kontor::tests
