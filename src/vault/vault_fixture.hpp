// A vault in a fresh database of each kind, with its keys in a file of a temporary folder, and hands that reach past
// it.
#pragma once

#include "audit/audit_log.hpp"
#include "audit/entries.hpp"
#include "audit/migrations.hpp"
#include "base/text.hpp"
#include "crypto/random.hpp"
#include "tests/support/rows.hpp"
#include "tests/support/steps.hpp"
#include "vault/file_keys.hpp"
#include "vault/key_service.hpp"
#include "vault/migrations.hpp"
#include "vault/rotation.hpp"
#include "vault/vault_service.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::vault {

using namespace std::chrono_literals;

inline const base::timestamp noon = base::from_microseconds(1'800'000'000'123'456);

inline std::span<const sql::migration> steps_of_vault() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto steps = tests::join_steps({users, audit::migrations(), migrations()});
  return steps;
}

inline base::secret_bytes secret(std::string_view text) {
  return base::secret_bytes(text);
}

/// The value, or the name of the error: its type, else its code.
inline std::string shown(const base::result<secret_value>& read) {
  if (read) return std::string(read->value.text());
  return read.error().type.empty() ? std::string(base::name_of(read.error().code)) : read.error().type;
}
template <class T>
std::string outcome_of(const base::result<T>& result) {
  if (result) return "good";
  return result.error().type.empty() ? std::string(base::name_of(result.error().code)) : result.error().type;
}

struct vault_fixture : tests::on_rows {
  explicit vault_fixture(std::span<const sql::migration> steps = steps_of_vault()) {
    settings.write_sessions = 4;
    open(steps);
    auto begin = [this](sql::session& in) { return audit.begin(in); };
    EXPECT_TRUE(store->write_now(std::move(begin)).has_value());
    restart();
  }
  ~vault_fixture() override {
    if (service) service->stop();
  }

  /// As another start of the program: nothing of the earlier one is left in memory.
  opening restart() {
    if (service) service->stop();
    service.reset();
    keys = std::make_unique<file_keys>(key_file(), file_keys::keeper::program);
    ring = std::make_unique<keyring>(*keys);
    service = std::make_unique<vault_service>(*store, *ring, audit, clock);
    auto opened = key_service(*store, *ring, audit, clock).open().value();
    if (opened.recovery_key) recovery_key = opened.recovery_key->clone();
    return opened;
  }
  key_service manager() { return key_service(*store, *ring, audit, clock); }

  std::filesystem::path key_file() const { return folder.path() / "vault.key"; }
  std::string key_text() const {
    std::ifstream in(key_file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void write_key_text(const std::string& text) const {
    std::ofstream(key_file(), std::ios::trunc) << text;
    std::filesystem::permissions(key_file(), std::filesystem::perms(0600));
  }

  /// `where` for one secret of somebody.
  static std::string of(const base::user_id& owner, const std::string& name) {
    return " WHERE user_id = '" + owner.str() + "' AND name = '" + name + "'";
  }

  static act_source by(const base::user_id& owner) {
    return {.by = owner, .address = "192.0.2.7", .request_id = "run-1"};
  }
  base::result<secret_info> save(const base::user_id& owner, const std::string& name, std::string_view value,
                                 save_options how = {}) {
    return await(service->save_user_secret(owner, name, secret(value), how, by(owner)));
  }
  std::string get(const base::user_id& owner, const std::string& name) {
    return shown(await(service->get_user_secret(owner, name)));
  }
  std::string reveal(const base::user_id& owner, const std::string& name,
                     std::optional<std::int64_t> version = std::nullopt) {
    return shown(await(service->reveal_user_secret(owner, name, version, by(owner))));
  }
  std::vector<secret_info> list(const base::user_id& owner) { return await(service->list_user_secrets(owner)).value(); }
  /// What the list says of one secret.
  bool is_readable(const base::user_id& owner, const std::string& name) {
    for (const auto& info : list(owner))
      if (info.name == name) return info.is_readable;
    ADD_FAILURE() << name << " is not listed";
    return false;
  }
  std::int64_t acts(const std::string& action) { return count("audit_log WHERE action = '" + action + "'"); }

  tests::temporary_folder folder;
  base::manual_clock clock{noon};
  audit::audit_log audit{base::secret_bytes(std::string_view("a key of thirty-two bytes or more bytes"))};
  std::unique_ptr<file_keys> keys;
  std::unique_ptr<keyring> ring;
  std::unique_ptr<vault_service> service;
  base::secret_bytes recovery_key;
};

}  // namespace kontor::vault
