// Giving a file its name when it is whole.
#pragma once

#include <filesystem>

namespace kontor::backup {

/// Renames, and never replaces what is there; also where a file system has neither that nor links (then two programs
/// that do it at the same moment could, and only then). 0, or the code of the system: EEXIST when there is something.
int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) noexcept;

}  // namespace kontor::backup
