// What of a predecessor's folder can be taken, and what cannot, and why. No database, no files.
#pragma once

#include "account/user_repository.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "chat/conversation.hpp"
#include "legacy/old_rows.hpp"
#include "legacy/old_vault.hpp"
#include "settings/llm_settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kontor::legacy {

struct planned_conversation {
  chat::conversation head;
  std::vector<chat::message> messages;  ///< Each follows the one before it.
};

struct planned_secret {
  std::string name;
  base::secret_bytes value;
};

struct planned_user {
  account::new_user account;
  std::vector<planned_conversation> conversations;
  std::vector<planned_secret> secrets;
  std::optional<settings::llm_record> model;  ///< Of old_models.hpp.
};

/// One thing that stays where it is.
struct left_behind {
  std::string what;
  std::string why;
};

struct moving_plan {
  std::vector<planned_user> users;
  std::vector<left_behind> skipped;
  std::vector<std::string> notes;  ///< Sentences for the operator about what was taken, or looks wrong.
};

/// Throws unusable_folder.
moving_plan read_folder(const std::filesystem::path& folder, base::timestamp now);

/// The rules: ids that are UUIDs; addresses in our normal form, of several that are one the oldest account's; hashes as
/// they are; `now` where a time cannot be read. What hangs on somebody or something that is not taken stays behind too.
moving_plan make_plan(old_rows rows, old_vault vault, base::timestamp now);

}  // namespace kontor::legacy
