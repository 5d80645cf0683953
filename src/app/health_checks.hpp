// What `kontor doctor` looks at, one function per line of its list. None of them changes anything, none of them needs
// the server to run or not to.
#pragma once

#include "app/check_result.hpp"
#include "app/config.hpp"
#include "audit/chain.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kontor::app {

/// Is there a database whose schema is the one that our statements are written for?
bool is_readable(const config& settings);

check_result check_data_folder(const config& settings);
check_result check_signing_key(const config& settings);
check_result check_schema(const config& settings);
check_result check_integrity(const config& settings);
check_result check_interrupted_deletions(const config& settings);
/// Files of commands that were killed.
check_result check_left_files(const config& settings);
/// Whether the keys that are needed are there, and whether a rotation was left unfinished.
check_result check_vault(const config& settings);
/// Against what is stored, the files of the data folder, and the clock of the database server.
check_result check_clock(const config& settings, base::timestamp now);
check_result check_room(const config& settings);
/// The rule of check_room: what the disk must have free, in bytes, for a database of this size.
std::uintmax_t room_needed(std::uintmax_t database_size) noexcept;

/// Verifies the whole chain. `remember`: a file outside of the database with the head of an earlier check, which must
/// still be part of the chain; when all is well the file is written anew with the head of now.
check_result check_audit_log(const config& settings, const std::optional<std::filesystem::path>& remember);

}  // namespace kontor::app
