#include "legacy/moving_plan.hpp"

#include "account/email.hpp"
#include "base/text.hpp"
#include "crypto/bcrypt.hpp"
#include "json/parse.hpp"
#include "legacy/old_values.hpp"
#include "legacy/unusable_folder.hpp"
#include "legacy/vault_names.hpp"
#include "vault/secret_name.hpp"
#include "vault/vault_service.hpp"

#include <map>
#include <set>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace kontor::legacy {
namespace {

constexpr std::string_view own_scheme = "$kontor$";
constexpr std::size_t longest_hash = 255;
constexpr std::string_view user_gone = "its user is not taken";

std::string shown(const old_text& text) {
  return text ? base::printable(*text, 80) : std::string("(nothing)");
}

bool is_text(std::string_view text) noexcept {
  return base::is_utf8(text) && text.find('\0') == std::string_view::npos;
}

// Collects the plan; the parts come in the order in which they hang on each other.
class planner {
 public:
  explicit planner(base::timestamp now) : now_(now) {}

  void add_users(std::vector<user_row>& rows);
  void add_conversations(std::vector<conversation_row>& rows);
  void add_messages(std::vector<message_row>& rows);
  void add_secrets(old_vault& vault);
  void add_others(const old_rows& rows);
  moving_plan finish() && { return std::move(plan_); }

 private:
  struct place {
    std::size_t user;
    std::size_t conversation;
  };

  void skip(std::string what, std::string why) { plan_.skipped.push_back({std::move(what), std::move(why)}); }
  void note(std::string sentence) { plan_.notes.push_back(std::move(sentence)); }
  base::timestamp time_of(const old_text& text, const std::string& what);
  std::string hash_of(const old_text& stored, const std::string& who);
  void add_message(message_row& row, const std::string& what);

  const base::timestamp now_;
  moving_plan plan_;
  std::unordered_map<base::user_id, std::size_t> users_;
  std::unordered_map<chat::conversation_id, place> conversations_;
};

base::timestamp planner::time_of(const old_text& text, const std::string& what) {
  if (text)
    if (const auto at = parse_old_time(*text)) return *at;
  note(what + " has no time that can be read; the time of the import stands there");
  return now_;
}

std::string planner::hash_of(const old_text& stored, const std::string& who) {
  if (stored && (crypto::bcrypt_cost(*stored) ||
                 (stored->starts_with(own_scheme) && stored->size() <= longest_hash && is_text(*stored))))
    return *stored;
  note(who + " has a password that cannot be checked here: give them a link (kontor admin setup-link)");
  return {};
}

void planner::add_users(std::vector<user_row>& rows) {
  std::map<std::string, base::user_id> taken;
  for (auto& row : rows) {
    const auto what = "user " + shown(row.email) + " (" + shown(row.id) + ")";
    const auto id = row.id ? base::user_id::parse(*row.id) : std::nullopt;
    if (!id || users_.contains(*id)) {
      skip(what, "the id is no UUID of its own");
      continue;
    }
    const auto address = account::normalise_email(row.email.value_or(""));
    if (!address) {
      skip(what, "the address is none that can be used here");
      continue;
    }
    const auto [owner, is_free] = taken.emplace(address->lookalike, *id);
    if (!is_free) {
      skip(what, "the address is the same as that of " + owner->second.str() + ", or looks like it");
      continue;
    }
    if (address->normal != row.email) note(what + " becomes " + address->normal);
    const auto admin = row.is_admin ? parse_old_flag(*row.is_admin) : false;
    const auto active = row.is_active ? parse_old_flag(*row.is_active) : true;
    // Rights that nobody can read are none.
    if (!admin || !active) note(what + " has marks that cannot be read: taken without rights, or deactivated");
    const auto created_at = time_of(row.created_at, what);
    const auto updated_at = row.updated_at ? time_of(row.updated_at, what) : created_at;
    if (!active.value_or(false)) note(what + " is deactivated, and stays so");
    users_.emplace(*id, plan_.users.size());
    plan_.users.push_back({.account = {.id = *id,
                                       .email = address->normal,
                                       .email_lookalike = address->lookalike,
                                       .hashed_password = hash_of(row.hashed_password, what),
                                       .is_admin = admin.value_or(false),
                                       .created_at = created_at,
                                       .is_active = active.value_or(false),
                                       .updated_at = updated_at},
                           .conversations = {},
                           .secrets = {},
                           .model = std::nullopt});
  }
}

void planner::add_conversations(std::vector<conversation_row>& rows) {
  for (auto& row : rows) {
    const auto what = "conversation " + shown(row.id);
    const auto id = row.id ? chat::conversation_id::parse(*row.id) : std::nullopt;
    if (!id || conversations_.contains(*id)) {
      skip(what, "the id is no UUID of its own");
      continue;
    }
    const auto owner = row.user_id ? base::user_id::parse(*row.user_id) : std::nullopt;
    const auto of = owner ? users_.find(*owner) : users_.end();
    if (of == users_.end()) {
      skip(what, owner ? std::string(user_gone) + " (" + owner->str() + ")" : "it names no user");
      continue;
    }
    auto title = row.title.value_or("");
    if (!is_text(title) || base::count_code_points(title) > chat::max_title) {
      note(what + " has a title that is too long or no text; it is taken without one");
      title.clear();
    }
    const auto created_at = time_of(row.created_at, what);
    const auto updated_at = row.updated_at ? time_of(row.updated_at, what) : created_at;
    auto& user = plan_.users[of->second];
    conversations_.emplace(*id, place{of->second, user.conversations.size()});
    user.conversations.push_back(
        {.head = {.id = *id, .title = std::move(title), .created_at = created_at, .updated_at = updated_at},
         .messages = {}});
  }
}

void planner::add_message(message_row& row, const std::string& what) {
  const auto id = row.conversation_id ? chat::conversation_id::parse(*row.conversation_id) : std::nullopt;
  const auto of = id ? conversations_.find(*id) : conversations_.end();
  if (of == conversations_.end()) {
    skip(what, "its conversation is not taken (" + shown(row.conversation_id) + ")");
    return;
  }
  if (!row.role || !chat::is_role(*row.role)) {
    skip(what, "nobody knows its role (" + shown(row.role) + ")");
    return;
  }
  if (!row.content || !is_text(*row.content)) {
    skip(what, "its content is no text");
    return;
  }
  if (row.metadata) {
    const auto parsed = json::parse(*row.metadata);
    if (!parsed || !parsed->is_object() || !is_text(*row.metadata)) {
      note(what + " is taken without its metadata, which are no JSON object");
      row.metadata.reset();
    }
  }
  auto& messages = plan_.users[of->second.user].conversations[of->second.conversation].messages;
  messages.push_back({.parent = std::nullopt,
                      .role = std::move(*row.role),
                      .content = std::move(*row.content),
                      .metadata = std::move(row.metadata),
                      .created_at = time_of(row.created_at, what)});
  if (const auto before = static_cast<std::int64_t>(messages.size()) - 1; before != 0) messages.back().parent = before;
}

void planner::add_messages(std::vector<message_row>& rows) {
  for (auto& row : rows)
    add_message(row, "message " + shown(row.id));
}

void planner::add_secrets(old_vault& vault) {
  for (auto& name : vault.unreadable)
    skip("secret " + base::printable(name, 120), "its value is no text");
  for (auto& sentence : vault.notes)
    note(std::move(sentence));
  for (auto& [full, value] : vault.entries) {
    const auto what = "secret " + base::printable(full, 120);
    const auto parsed = parse_vault_name(full);
    if (!parsed.owner) {
      skip(what, "it belongs to no user");
      continue;
    }
    const auto of = users_.find(*parsed.owner);
    if (of == users_.end()) {
      skip(what, std::string(user_gone));
      continue;
    }
    auto& secrets = plan_.users[of->second].secrets;
    if (!vault::is_secret_name(parsed.name)) {
      skip(what, "its name cannot be used here");
    } else if (value.empty()) {
      skip(what, "it is empty");
    } else if (value.size() > vault::max_value_size) {
      skip(what, "it is longer than " + std::to_string(vault::max_value_size) + " bytes");
    } else if (secrets.size() >= vault::most_secrets) {
      skip(what, "its user has more secrets than fit");
    } else {
      secrets.push_back({.name = parsed.name, .value = std::move(value)});
    }
  }
}

void planner::add_others(const old_rows& rows) {
  for (const auto& [name, count] : rows.others)
    skip("table " + name + " (rows: " + std::to_string(count) + ")",
         "there is no place for them here yet; they stay in the old folder, so keep it");
  if (rows.broken_references != 0)
    note("rows that refer to something that is not there: " + std::to_string(rows.broken_references) +
         " (the predecessor did not look after that)");
  // The predecessor took a vault it could not read for an empty one, and wrote over it.
  std::size_t secrets = 0;
  for (const auto& user : plan_.users)
    secrets += user.secrets.size();
  if (plan_.users.size() > 1 && secrets == 0)
    note(
        "no user has a secret: if they had, the predecessor may have lost them; look for older copies of .key and "
        ".secrets.enc");
}

}  // namespace

moving_plan make_plan(old_rows rows, old_vault vault, base::timestamp now) {
  planner plan(now);
  plan.add_users(rows.users);
  plan.add_conversations(rows.conversations);
  plan.add_messages(rows.messages);
  plan.add_secrets(vault);
  plan.add_others(rows);
  return std::move(plan).finish();
}

moving_plan read_folder(const std::filesystem::path& folder, base::timestamp now) {
  auto rows = read_rows(folder / "app.db");
  auto plan = make_plan(std::move(rows), read_vault(folder), now);
  std::error_code unknown;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unknown)) {
    const auto name = entry.path().filename().string();
    // Left over from writes that were interrupted.
    if (name.size() == 11 && name.starts_with("tmp"))
      plan.notes.push_back("the file " + base::printable(name) + " may hold an old key or old secrets: remove it");
    if (name == "indicators")
      plan.skipped.push_back(
          {"folder indicators", "programs that a model wrote are not taken; they stay in the old folder"});
  }
  // It is usually beside the data folder. What is beside `data/` would be in it.
  const auto bare = std::filesystem::absolute(folder, unknown).lexically_normal();
  const auto parent = (bare.has_filename() ? bare : bare.parent_path()).parent_path();
  if (const auto beside = parent / "indicators" / "indicator_registry.json"; std::filesystem::exists(beside, unknown))
    plan.skipped.push_back({"folder " + beside.parent_path().string(),
                            "programs that a model wrote are not taken; they stay in the old folder"});
  return plan;
}

}  // namespace kontor::legacy
