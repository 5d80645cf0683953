// What `kontor doctor` says about the machine: the file system, the port, descriptors, the age of the last backup.
#pragma once

#include "app/check_result.hpp"
#include "app/config.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace kontor::app {

/// SQLite's log needs memory that processes share and locks that hold, which file systems over a network do not give
/// (https://www.sqlite.org/wal.html, section 1).
check_result check_file_system(const config& settings);
/// The rule of it. `type`: as statfs(2) says.
check_result judge_file_system(std::uint64_t type, std::string_view folder, bool has_sqlite);

/// The port is free, or a Kontor listens there.
check_result check_server(const config& settings);

/// How many descriptors may be open.
check_result check_descriptors();
/// The rule of it.
check_result judge_descriptors(std::uint64_t most);

/// When the last backup was made; nobody knows of those that other programs make.
check_result check_backup(const config& settings, base::timestamp now);

}  // namespace kontor::app
