// The predecessor's vault: `.key`, and `.secrets.enc`, one Fernet token over one JSON object of texts.
#pragma once

#include "base/secret_bytes.hpp"
#include "base/time.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::legacy {

struct vault_entry {
  std::string name;  ///< As it stands there: see vault_names.hpp.
  base::secret_bytes value;
};

struct old_vault {
  std::vector<vault_entry> entries;
  std::vector<std::string> unreadable;  ///< Names of entries that are no text.
  std::vector<std::string> notes;       ///< Sentences for the operator.
};

/// Throws unusable_folder: what the key does not open is never "empty" (the predecessor took it for that, and lost
/// everything at the next save).
old_vault open_vault(std::string_view key_text, std::string_view token);
/// The same from the files. No vault at all is an empty one, with a note; a vault without its key is unusable.
old_vault read_vault(const std::filesystem::path& folder);

struct sealed_vault {
  base::secret_bytes key_text;  ///< 44 characters.
  std::string token;
};
/// Under a new key. Names and values are well-formed UTF-8.
sealed_vault seal_vault(const std::vector<vault_entry>& entries, base::timestamp now);

}  // namespace kontor::legacy
