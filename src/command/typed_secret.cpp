#include "command/typed_secret.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <string>

namespace kontor::command {
namespace {

/// Keeps a terminal from showing what is typed.
class silence {
 public:
  silence() {
    is_terminal_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_terminal_) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~silence() {
    if (is_terminal_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  silence(const silence&) = delete;
  silence& operator=(const silence&) = delete;

  bool is_terminal() const noexcept { return is_terminal_; }

 private:
  bool is_terminal_ = false;
  termios before_{};
};

}  // namespace

base::secret_bytes ask_for_secret(std::string_view prompt) {
  const silence quiet;
  if (quiet.is_terminal()) std::cout << prompt << std::flush;
  std::string typed;
  // Enough for every secret that is asked for, so that no copy is left behind by growing.
  typed.reserve(1024);
  std::getline(std::cin, typed);
  if (quiet.is_terminal()) std::cout << "\n" << std::flush;
  base::secret_bytes text{std::string_view(typed)};
  base::wipe(typed.data(), typed.size());
  return text;
}

}  // namespace kontor::command
