// Writes what is here as a data folder of the predecessor.
#pragma once

#include "account/user_repository.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "chat/conversation.hpp"
#include "legacy/moving_plan.hpp"
#include "legacy/old_vault.hpp"
#include "sql/session.hpp"
#include "vault/vault_service.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kontor::legacy {

struct exported_conversation {
  base::user_id owner;
  chat::conversation head;
  std::vector<chat::numbered_message> messages;
};

struct export_content {
  std::vector<account::stored_credentials> users;
  std::vector<exported_conversation> conversations;
  std::vector<vault_entry> secrets;
  std::vector<left_behind> skipped;
  std::vector<std::string> notes;
};

/// Everything, in memory, in one view: inside a job of sql::database that reads. Deleted secrets and older versions
/// stay here. errc::unavailable when somebody has secrets and the vault is not ready.
base::result<export_content> read_content(sql::session& in, vault::vault_service& secrets);

/// Throws std::runtime_error with a sentence for the operator unless write_folder may write there.
void check_folder(const std::filesystem::path& folder);

/// Writes `app.db`, `.key`, `.secrets.enc` and `.secrets.meta` into a folder that is not there or empty, with mode 0700
/// and files of 0600. A new key is made. Throws std::runtime_error with a sentence for the operator; then
/// nothing is left there.
void write_folder(const export_content& content, const std::filesystem::path& folder, base::timestamp now);

}  // namespace kontor::legacy
