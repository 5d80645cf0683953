// The rows of the predecessor's `app.db`, as they stand there: nothing is judged here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kontor::legacy {

/// Empty: NULL, or the table has no such column (older databases lack some).
using old_text = std::optional<std::string>;

struct user_row {
  old_text id, email, hashed_password, is_admin, is_active, created_at, updated_at;
};
struct conversation_row {
  old_text id, user_id, title, created_at, updated_at;
};
struct message_row {
  old_text id, conversation_id, role, content, metadata, created_at;
};

struct old_table {
  std::string name;
  std::int64_t rows = 0;
};

struct old_rows {
  std::vector<user_row> users;                  ///< The oldest first.
  std::vector<conversation_row> conversations;  ///< The oldest first.
  std::vector<message_row> messages;            ///< In the order of their numbers.
  std::vector<old_table> others;                ///< What has rows besides.
  std::int64_t broken_references = 0;           ///< The predecessor never enforced them.
};

/// Opens the file read-only and reads all of it, into memory, in one view. Throws unusable_folder when there is none,
/// when it is damaged, when it lies in the middle of a transaction that was interrupted, or is no database of the
/// predecessor.
old_rows read_rows(const std::filesystem::path& file);

/// Is this a database of the predecessor? False also when there is none, or it cannot be read.
bool is_old_database(const std::filesystem::path& file) noexcept;

}  // namespace kontor::legacy
