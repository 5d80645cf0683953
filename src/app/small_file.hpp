// Reading the small files of an operator: settings and secrets.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace kontor::app {

/// All of a regular file of at most 64 KiB. errc::malformed with the end of a sentence in `detail`: "cannot be read.",
/// "is a folder, not a file.", "is too large.".
base::result<std::string> read_small_file(const std::filesystem::path& file);

}  // namespace kontor::app
