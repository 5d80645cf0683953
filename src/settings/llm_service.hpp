// A user's settings of a language model: saved, tested, removed.
#pragma once

#include "async/awaitable.hpp"
#include "base/time.hpp"
#include "settings/llm_settings.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"
#include "vault/vault_service.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::settings {

struct llm_outcome {
  outcome how = outcome::success;
  std::string message;                             ///< A sentence for the user, in English; the pages have their own.
  std::optional<validation> checked;               ///< Nothing when the provider was not asked.
  std::optional<std::vector<std::string>> models;  ///< Where the provider was asked and lists them.
  llm_view now;
};

/// Runs on any loop. All calls may fail with errc::unavailable (type `vault-key-missing`, `vault-key-wrong`),
/// errc::overloaded, errc::storage_full. The owner is the first argument of each: nothing foreign can be named.
class llm_service {
 public:
  /// All outlive the service. `offered`: only told, never used here.
  llm_service(sql::database& database, vault::vault_service& vault, llm_check& check, const base::clock& clock,
              std::optional<llm_offer> offered = std::nullopt)
      : database_(database), vault_(vault), check_(check), clock_(clock), offered_(std::move(offered)) {}

  async::awaitable<base::result<llm_view>> get(base::user_id owner);

  /// Saves all of it; a key that was not typed stays when it belongs to the same provider and host. The provider is not
  /// asked. errc::invalid_input with field errors (`/model`, `/base_url`, `/endpoint`, `/api_version`, `/api_key`),
  /// type `address-refused` when the policy of the way out is why, `credentials-elsewhere` when a new key is needed,
  /// also because another one was put in its place in the vault;
  /// errc::precondition_failed, type `version-changed`, when other settings were saved at the same moment;
  /// errc::conflict, type `secret-unreadable`: a key that would be replaced or removed cannot be read, and nobody
  /// insisted.
  async::awaitable<base::result<llm_outcome>> save(base::user_id owner, llm_wish wish, vault::act_source from);

  /// Asks the provider, and remembers what it says; one that does not answer changes nothing. errc::not_found, type
  /// `not-configured`; errc::conflict, type `credentials-elsewhere`: the key in the vault is not the one that was saved
  /// with this address; errc::conflict, type `secret-unreadable`; errc::invalid_input as for save;
  /// errc::too_many_requests; the error of `still`.
  async::awaitable<base::result<llm_outcome>> test(base::user_id owner, sql::permission still);

  /// What a question to the owner's model is asked with, the key out of the vault for it: keep it no longer than that.
  /// errc::not_found, type `not-configured`; errc::conflict, type `credentials-elsewhere` or `secret-unreadable`, as
  /// for test.
  async::awaitable<base::result<llm_target>> target_of(base::user_id owner);

  /// What is stored; opens no key.
  async::awaitable<base::result<std::optional<llm_record>>> find(base::user_id owner);

  /// Removes all of it, the key with all its versions, also one that cannot be read; good when there is nothing.
  async::awaitable<base::result<llm_outcome>> remove(base::user_id owner, vault::act_source from);

 private:
  async::awaitable<base::result<llm_outcome>> tell(base::user_id owner, llm_outcome what);
  async::awaitable<base::result<base::secret_bytes>> key_of(base::user_id owner, const llm_record& record);
  async::awaitable<base::result<llm_target>> target_with_key(base::user_id owner, const llm_record& record);

  sql::database& database_;
  vault::vault_service& vault_;
  llm_check& check_;
  const base::clock& clock_;
  const std::optional<llm_offer> offered_;
};

}  // namespace kontor::settings
