#include "legacy/exporter.hpp"

#include "account/user_statements.hpp"
#include "base/text.hpp"
#include "chat/conversation_statements.hpp"
#include "chat/message_statements.hpp"
#include "crypto/bcrypt.hpp"
#include "json/writer.hpp"
#include "legacy/old_schema.hpp"
#include "legacy/old_values.hpp"
#include "legacy/vault_names.hpp"
#include "sql/foreign_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace kontor::legacy {
namespace {

constexpr std::int64_t at_once = 500;

class reader {
 public:
  reader(sql::session& in, vault::vault_service& secrets) : in_(in), secrets_(secrets) {}

  base::result<export_content> read() {
    std::string after;
    while (true) {
      auto page = account::statements::list_credentials(in_, after, at_once);
      for (auto& user : page) {
        after = user.owner.email;
        if (const auto done = add(user); !done) return done.error();
        content_.users.push_back(std::move(user));
      }
      if (static_cast<std::int64_t>(page.size()) < at_once) break;
    }
    if (other_hashes_ != 0)
      content_.notes.push_back("passwords that the predecessor cannot check, because they were hashed anew here: " +
                               std::to_string(other_hashes_) + "; this program can, when it imports them again");
    if (branches_ != 0)
      content_.notes.push_back("conversations with branches, written one message after the other: " +
                               std::to_string(branches_));
    return std::move(content_);
  }

 private:
  base::result<void> add(const account::stored_credentials& user) {
    if (!crypto::bcrypt_cost(user.hashed_password)) ++other_hashes_;
    add_conversations(user.owner.id);
    return add_secrets(user.owner.id);
  }

  void add_conversations(const base::user_id& owner) {
    std::string after;
    while (true) {
      const auto page = chat::statements::list_conversations(in_, owner, after, at_once);
      for (const auto& head : page) {
        after = head.id.str();
        if (head.deleted_at) continue;  // The predecessor cannot bring it back.
        content_.conversations.push_back({.owner = owner, .head = head, .messages = messages_of(owner, head.id)});
      }
      if (static_cast<std::int64_t>(page.size()) < at_once) return;
    }
  }

  std::vector<chat::numbered_message> messages_of(const base::user_id& owner, const chat::conversation_id& id) {
    std::vector<chat::numbered_message> all;
    bool has_branches = false;
    while (true) {
      const auto after = all.empty() ? 0 : all.back().number;
      auto page = chat::statements::list_messages(in_, owner, id, after, at_once);
      for (auto& message : page) {
        has_branches |= message.what.parent.value_or(0) != message.number - 1;
        all.push_back(std::move(message));
      }
      if (static_cast<std::int64_t>(page.size()) < at_once) break;
    }
    if (has_branches) ++branches_;
    return all;
  }

  base::result<void> add_secrets(const base::user_id& owner) {
    const auto listed = secrets_.list_within(in_, owner);
    if (!listed) return listed.error();
    for (const auto& info : *listed) {
      if (info.deleted_at) continue;
      auto name = write_vault_name(owner, info.name);
      auto opened = secrets_.get_within(in_, owner, info.name);
      if (!opened && opened.error().code == base::errc::unavailable) return opened.error();
      if (!opened)
        content_.skipped.push_back({"secret " + name, "it cannot be read"});
      else if (!base::is_utf8(opened->value.text()))
        content_.skipped.push_back({"secret " + name, "it is no text, and the predecessor keeps nothing else"});
      else
        content_.secrets.push_back({.name = std::move(name), .value = std::move(opened->value)});
    }
    return {};
  }

  sql::session& in_;
  vault::vault_service& secrets_;
  export_content content_;
  std::int64_t other_hashes_ = 0;
  std::int64_t branches_ = 0;
};

void write_rows(const export_content& content, sql::session& in) {
  for (const auto& [user, hash] : content.users)
    in.execute(
        "INSERT INTO users (id, email, hashed_password, is_admin, is_active, created_at, updated_at)"
        " VALUES (:id, :email, :hashed_password, :is_admin, :is_active, :created_at, :updated_at)",
        {{"id", user.id},
         {"email", user.email},
         {"hashed_password", hash},
         {"is_admin", user.is_admin},
         {"is_active", user.is_active},
         {"created_at", write_old_time(user.created_at)},
         {"updated_at", write_old_time(user.updated_at)}});
  for (const auto& [owner, head, messages] : content.conversations) {
    in.execute(
        "INSERT INTO conversations (id, user_id, title, created_at, updated_at)"
        " VALUES (:id, :owner, :title, :created_at, :updated_at)",
        {{"id", head.id},
         {"owner", owner},
         {"title", head.title},
         {"created_at", write_old_time(head.created_at)},
         {"updated_at", write_old_time(head.updated_at)}});
    for (const auto& [number, what] : messages)
      in.execute(
          "INSERT INTO messages (conversation_id, role, content, metadata_json, created_at)"
          " VALUES (:conversation, :role, :content, :metadata, :created_at)",
          {{"conversation", head.id},
           {"role", what.role},
           {"content", what.content},
           {"metadata", what.metadata},
           {"created_at", write_old_time(what.created_at)}});
  }
}

[[noreturn]] void fail(const std::filesystem::path& file, int code) {
  throw std::runtime_error("The file " + file.string() +
                           " cannot be written: " + std::generic_category().message(code) + ".");
}

void write_private_file(const std::filesystem::path& file, std::string_view content) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (out < 0) fail(file, errno);
  int code = 0;
  while (!content.empty() && code == 0) {
    const auto written = ::write(out, content.data(), content.size());
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) code = errno;
  }
  if (code == 0 && ::fsync(out) != 0) code = errno;
  ::close(out);
  if (code != 0) fail(file, code);
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  if (std::filesystem::exists(folder, failed) && !std::filesystem::is_empty(folder, failed))
    throw std::runtime_error("The folder " + folder.string() + " is not empty. Name a new one.");
  std::filesystem::create_directories(folder, failed);
  if (failed || ::chmod(folder.c_str(), 0700) != 0)
    throw std::runtime_error("The folder " + folder.string() + " cannot be made.");
}

std::string meta_of(base::timestamp now) {
  auto at = write_old_time(now);
  at[at.find(' ')] = 'T';
  json::writer out;
  out.begin_object().member("created_at", at).member("updated_at", at).member("version", 1).end_object();
  return std::move(out).str();
}

}  // namespace

base::result<export_content> read_content(sql::session& in, vault::vault_service& secrets) {
  return reader(in, secrets).read();
}

void write_folder(const export_content& content, const std::filesystem::path& folder, base::timestamp now) {
  make_folder(folder);
  try {
    sql::foreign_file database(folder / "app.db", sql::foreign_file::purpose::make);
    database.run(std::string(old_schema));
    write_rows(content, database.in());
    database.keep();
  } catch (const sql::sql_error& failed) {
    throw std::runtime_error("The database " + (folder / "app.db").string() + " cannot be written: " + failed.what() +
                             ".");
  }
  const auto sealed = seal_vault(content.secrets, now);
  write_private_file(folder / ".key", sealed.key_text.text());
  write_private_file(folder / ".secrets.enc", sealed.token);
  write_private_file(folder / ".secrets.meta", meta_of(now));
}

}  // namespace kontor::legacy
