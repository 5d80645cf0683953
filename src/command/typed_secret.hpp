// A secret that somebody types, or that is piped in.
#pragma once

#include "base/secret_bytes.hpp"

#include <string_view>

namespace kontor::command {

/// One line of standard input, without its end. At a terminal it is asked for by `prompt` and not shown while it is
/// typed.
base::secret_bytes ask_for_secret(std::string_view prompt);

}  // namespace kontor::command
