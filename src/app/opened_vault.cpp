#include "app/opened_vault.hpp"

#include "base/log.hpp"
#include "vault/file_keys.hpp"
#include "vault/key_service.hpp"

#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace kontor::app {

std::filesystem::path own_vault_key_file(const config& settings) {
  return settings.data_dir / "vault.key";
}

std::unique_ptr<vault::master_key_source> make_vault_key_source(const config& settings) {
  using vault::file_keys;
  if (!settings.vault_key.empty()) return std::make_unique<vault::given_keys>(settings.vault_key.clone());
  if (!settings.vault_key_file.empty())
    return std::make_unique<file_keys>(settings.vault_key_file, file_keys::keeper::operators);
  return std::make_unique<file_keys>(own_vault_key_file(settings), file_keys::keeper::program);
}

std::optional<base::secret_bytes> open_vault(sql::database& database, vault::keyring& ring,
                                             const audit::audit_log& audit, const base::clock& clock) {
  auto opened = vault::key_service(database, ring, audit, clock).open();
  if (!opened) {
    const auto& why = opened.error();
    // A key that cannot be written concerns the vault alone. Where the database fails nothing else works either.
    if (why.detail.empty()) throw std::runtime_error("The vault cannot be opened: " + why.internal_detail + ".");
    ring.set_state({.state = vault::key_state::key_missing, .key_id = "", .why = why.detail});
  }
  const auto state = ring.state();
  if (state.state == vault::key_state::ready)
    base::log(base::log_level::info, "vault", {{"key_id", state.key_id}, {"source", ring.source_name()}});
  else
    base::log(base::log_level::error, "the vault stays shut: " + state.why,
              {{"state", std::string(name_of(state.state))}, {"key_id", state.key_id}});
  return opened ? std::move(opened->recovery_key) : std::nullopt;
}

bool show_recovery_key(std::string_view key_id, const base::secret_bytes& recovery_key) {
  const std::string before = "\nThe recovery key of the vault (key " + std::string(key_id) +
                             "). With it, and the database, the key file can be made\nagain. Write it down and keep it "
                             "apart from the machine; it is shown this once:\n\n  ";
  std::vector<std::uint8_t> text;
  text.reserve(before.size() + recovery_key.size() + 2);
  text.insert(text.end(), before.begin(), before.end());
  text.insert(text.end(), recovery_key.bytes().begin(), recovery_key.bytes().end());
  text.insert(text.end(), 2, '\n');
  const base::secret_bytes note(std::move(text));
  std::cout << note.text() << std::flush;
  return std::cout.good();
}

}  // namespace kontor::app
