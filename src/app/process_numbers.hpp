// What the system says of this process.
#pragma once

#include <cstdint>
#include <filesystem>

namespace kontor::app {

struct process_numbers {
  double cpu_seconds = 0;  ///< Of all threads, for us and in the kernel.
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t most_descriptors = 0;  ///< The soft limit.
};
/// What cannot be read is zero.
process_numbers read_process_numbers();

/// Bytes of a file; 0 when there is none.
std::uint64_t size_of(const std::filesystem::path& file) noexcept;

}  // namespace kontor::app
