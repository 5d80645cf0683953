#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>
#include <utility>

namespace kontor::tests {

child_process::child_process(const std::vector<std::string>& words, session where) {
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out[1], 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (where == session::own) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  auto copy = words;
  std::vector<char*> arguments;
  for (auto& word : copy)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed = ::posix_spawn(&id_, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  ::close(in[0]);
  ::close(out[1]);
  in_ = in[1];
  out_ = out[0];
  if (failed != 0) throw std::system_error(failed, std::generic_category(), words.at(0));
}

child_process::~child_process() {
  if (id_ > 0) kill();
  ::close(out_);
}

void child_process::say(const std::string& line) {
  const auto text = line + "\n";
  if (::write(in_, text.data(), text.size()) < 0) throw std::system_error(errno, std::generic_category(), "write");
}

std::optional<std::string> child_process::line() {
  while (true) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      auto first = read_.substr(0, end);
      read_.erase(0, end + 1);
      return first;
    }
    char buffer[4096];
    const auto length = ::read(out_, buffer, sizeof buffer);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return std::nullopt;
    read_.append(buffer, static_cast<std::size_t>(length));
  }
}

int child_process::finish() {
  if (in_ >= 0) ::close(std::exchange(in_, -1));
  if (id_ <= 0) return status_;
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return status_;
}

int child_process::kill() {
  if (id_ > 0) ::kill(id_, SIGKILL);
  return finish();
}

}  // namespace kontor::tests
