#include "app/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

namespace kontor::app {

void prepare_process() {
  ::umask(077);
  const rlimit no_core_files{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &no_core_files);
#ifndef KONTOR_SANITIZED
  // The limit does not hold where cores are piped to a program. (The leak detector must be able to look into the
  // process.)
  (void)::prctl(PR_SET_DUMPABLE, 0);
#endif
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
}

void raise_descriptor_limit() {
  constexpr rlim_t enough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= enough) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, enough);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace kontor::app
