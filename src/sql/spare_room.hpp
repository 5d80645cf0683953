// The last of a disk is kept for what must not fail: ends of access, deletions, their entries in the log.
#pragma once

#include <cstdint>
#include <filesystem>

namespace kontor::sql {

/// A twentieth of the disk, 64 MiB at most, both in bytes.
std::uintmax_t kept_room(std::uintmax_t capacity) noexcept;

/// Whether there is more on the disk of this file than what is kept. True when the disk does not say.
bool has_spare_room(const std::filesystem::path& file) noexcept;

}  // namespace kontor::sql
