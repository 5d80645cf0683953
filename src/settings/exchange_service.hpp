// A user's key for the exchange: saved when the exchange knows it, tested, removed.
#pragma once

#include "async/awaitable.hpp"
#include "base/time.hpp"
#include "settings/exchange_settings.hpp"
#include "sql/database.hpp"
#include "sql/permission.hpp"
#include "vault/vault_service.hpp"

#include <array>
#include <optional>
#include <string>

namespace kontor::settings {

/// Does the user want a key that may withdraw to be saved all the same?
enum class withdrawal { refused, accepted };

struct exchange_wish {
  exchange_credentials credentials;
  withdrawal may_withdraw = withdrawal::refused;
  vault::unreadable if_unreadable = vault::unreadable::keep;  ///< What stands there and cannot be read.
};

/// What is stored, to be used once.
struct opened_exchange_key {
  exchange_credentials credentials;
  exchange_account account = exchange_account::unknown;
};

struct exchange_outcome {
  outcome how = outcome::success;
  std::string message;                ///< A sentence for the user, in English; the pages have their own.
  std::optional<validation> checked;  ///< Nothing when the exchange was not asked.
  exchange_view now;
};

/// Runs on any loop. All calls may fail with errc::unavailable (type `vault-key-missing`, `vault-key-wrong`),
/// errc::overloaded, errc::storage_full. The owner is the first argument of each: nothing foreign can be named.
class exchange_service {
 public:
  /// All outlive the service.
  exchange_service(sql::database& database, vault::vault_service& vault, exchange_check& check,
                   const base::clock& clock)
      : database_(database), vault_(vault), check_(check), clock_(clock) {}

  async::awaitable<base::result<exchange_view>> get(base::user_id owner);

  /// Asks the exchange, then saves the three secrets and what was said of them, all or nothing. outcome::error: the
  /// exchange refused them, and nothing was saved. outcome::warning: saved, and there is something to look at, or
  /// nobody knows whether they are right. errc::conflict, type `key-may-withdraw`: it may, and nobody insisted;
  /// errc::conflict, type `secret-unreadable`: what stands there cannot be read, and nobody said to replace it;
  /// errc::invalid_input with field errors at `/api_key`, `/api_secret`, `/passphrase`; errc::too_many_requests; the
  /// error of `still`.
  async::awaitable<base::result<exchange_outcome>> save(base::user_id owner, exchange_wish wish, vault::act_source from,
                                                        sql::permission still);

  /// Asks the exchange about what is stored, and remembers what it says; an exchange that does not answer changes
  /// nothing. errc::not_found, type `not-configured`, also when it was removed meanwhile; errc::conflict, type
  /// `credentials-elsewhere`: the key was saved for another place than the one that would be asked; errc::conflict,
  /// type `secret-unreadable`; errc::too_many_requests; the error of `still`.
  async::awaitable<base::result<exchange_outcome>> test(base::user_id owner, sql::permission still);

  /// The stored key, for asking the exchange in the name of its owner: nothing else may be done with it.
  /// errc::not_found, type `not-configured`; errc::conflict, type `credentials-elsewhere` or `secret-unreadable`, as
  /// for test.
  async::awaitable<base::result<opened_exchange_key>> open(base::user_id owner);

  /// Removes all of it with all versions, what cannot be read too; good when there is nothing.
  async::awaitable<base::result<exchange_outcome>> remove(base::user_id owner, vault::act_source from);

 private:
  async::awaitable<base::result<std::optional<exchange_record>>> find(base::user_id owner);
  struct stored_key {
    std::optional<exchange_record> record;
    std::array<vault::secret_value, 3> secrets;
  };
  async::awaitable<base::result<stored_key>> read(base::user_id owner);
  async::awaitable<base::result<void>> ask(sql::permission still);
  async::awaitable<base::result<exchange_outcome>> tell(base::user_id owner, exchange_outcome what);

  sql::database& database_;
  vault::vault_service& vault_;
  exchange_check& check_;
  const base::clock& clock_;
};

}  // namespace kontor::settings
