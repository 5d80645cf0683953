// Reading `.env`: one NAME=value per line, nothing clever. What is not understood is refused with its line number.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace kontor::app {

/// `NAME=value`, `NAME="value"` (with \n \t \" \\ inside), `NAME='value'` (as it stands), an optional `export ` in
/// front, `#` comments on lines of their own or after a blank. No expansion of `$`. errc::malformed, with a sentence
/// for the operator in `detail`, for everything else, for a name given twice, and for NUL.
base::result<std::map<std::string, std::string>> parse_env_file(std::string_view text);

/// What a missing file means: nothing for the one we look for by ourselves, a mistake for one that somebody named.
enum class missing_file { is_empty, is_refused };

/// The same from disk. errc::malformed also when the file cannot be read, or is no file.
base::result<std::map<std::string, std::string>> read_env_file(const std::filesystem::path& file,
                                                               missing_file when_missing);

}  // namespace kontor::app
