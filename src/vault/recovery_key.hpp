// The recovery key: printed once, kept on paper, and with it the file of the master keys can be made again.
#pragma once

#include "base/secret_bytes.hpp"

#include <optional>
#include <string_view>

namespace kontor::vault {

/// 128 random bits.
base::secret_bytes make_recovery_key();

/// Nine groups of four hexadecimal digits with hyphens: the key and two bytes of its SHA-256, so that what was copied
/// wrong is told from what is wrong.
base::secret_bytes text_of_recovery_key(const base::secret_bytes& key);

/// Letters of either case; blanks and hyphens anywhere. nullopt for what is no recovery key or was copied wrong.
std::optional<base::secret_bytes> parse_recovery_key(std::string_view text);

}  // namespace kontor::vault
