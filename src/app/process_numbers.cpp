#include "app/process_numbers.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

namespace kontor::app {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// proc_pid_statm(5): all pages, then those in memory.
std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(in >> all >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code failure;
  std::uint64_t count = 0;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", failure);
       !failure && at != std::filesystem::directory_iterator(); at.increment(failure))
    ++count;
  // One of them is the folder itself.
  return count > 0 ? count - 1 : 0;
}

}  // namespace

process_numbers read_process_numbers() {
  process_numbers out;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) out.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) out.most_descriptors = limit.rlim_cur;
  out.resident_bytes = resident_bytes();
  out.open_descriptors = open_descriptors();
  return out;
}

std::uint64_t size_of(const std::filesystem::path& file) noexcept {
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  return missing ? 0 : size;
}

}  // namespace kontor::app
