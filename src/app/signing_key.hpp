// The key that signs access tokens: what a good one is, and the one the program makes for itself.
#pragma once

#include "base/secret_bytes.hpp"

#include <filesystem>
#include <string_view>

namespace kontor::app {

/// Throws std::invalid_argument with the end of a sentence ("must …") for a secret that is shorter than 32 bytes, a
/// placeholder out of somebody's documentation, or words instead of random characters (RFC 8725 section 3.5, checklist
/// b.3).
void check_secret_strength(std::string_view secret);

/// The key in `<folder>/jwt.key`: 32 random bytes as base64url, mode 0600, made when there is none. Throws
/// std::runtime_error with a sentence for the operator when others may read the file, or it does not hold a key; a file
/// that is there is never replaced.
base::secret_bytes load_or_make_signing_key(const std::filesystem::path& folder);

/// The key in a file that is there, with the same demands.
base::secret_bytes load_signing_key(const std::filesystem::path& file);

}  // namespace kontor::app
