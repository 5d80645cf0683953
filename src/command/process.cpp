#include "command/process.hpp"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

namespace kontor::command {

namespace {

// A chart of 20,000 candles is written into some megabytes, and they are given back at once. Mapped anew for each
// answer, their pages cost six times what writing them does (66 against 11 ms); so much is kept instead.
void keep_freed_memory() {
#ifndef KONTOR_SANITIZED
  constexpr int kept = 16 * 1024 * 1024;
  (void)::mallopt(M_MMAP_THRESHOLD, kept);
  (void)::mallopt(M_TRIM_THRESHOLD, kept);
#endif
}

}  // namespace

void prepare_process() {
  keep_freed_memory();
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

void give_back_freed_memory() {
#ifndef KONTOR_SANITIZED
  (void)::malloc_trim(0);
#endif
}

void raise_descriptor_limit() {
  constexpr rlim_t enough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= enough) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, enough);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace kontor::command
