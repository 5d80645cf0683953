// The rules of accounts: who may register, what a password must be, whether one is right, what a setup link allows.
// Nothing is stored here but a better hash of the same password; `session::sign_in_service` makes a sign-in of it.
#pragma once

#include "account/account_settings.hpp"
#include "account/email.hpp"
#include "account/user_repository.hpp"
#include "async/blocking_pool.hpp"
#include "crypto/password_hash.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::account {

/// Whom somebody says to be, before anything is checked.
struct sought_account {
  std::string key;  ///< key_of_account.
  std::string
      shown;  ///< For the log; what is no address may be a password in the wrong field, and is not written down.
  std::optional<stored_credentials> known;  ///< nullopt: there is no such account.

  std::optional<base::user_id> owner() const { return known ? std::optional(known->owner.id) : std::nullopt; }
};

/// A setup link that was judged good, and the hash of the password that goes with it.
struct prepared_claim {
  std::string token_hash;
  std::string hashed_password;
};

/// A link's token, shown once.
struct issued_setup_link {
  base::secret_bytes token;  ///< base64url of 32 random bytes.
  base::timestamp expires_at;
};

/// Runs on any loop; hashing happens on the pool. All calls may fail with errc::unavailable, errc::overloaded,
/// errc::storage_full.
class account_service {
 public:
  account_service(user_repository& users, const crypto::password_hasher& hasher, async::blocking_pool& hash_pool,
                  const settings_source& settings, const base::clock& clock);

  /// errc::forbidden, type `registration-closed`, when nobody may register.
  base::result<void> check_registration_is_open() const;

  /// What is wrong with the fields of a registration, all at once, with the paths `/email` and `/password`. Costs no
  /// hash.
  std::vector<base::field_error> find_faults(std::string_view email, std::string_view password) const;

  /// The account as it would be stored. errc::forbidden (types `registration-closed`, `registration-not-allowed`),
  /// errc::invalid_input with a field error for `/email` and `/password` both.
  async::awaitable<base::result<new_user>> prepare_registration(std::string email, base::secret_bytes password);

  /// The account of an address in any spelling. Costs no hash.
  async::awaitable<base::result<sought_account>> find_account(std::string email);
  /// Whose password it is. errc::unauthenticated, type `invalid-credentials`: a wrong password, an unknown address, one
  /// that is no address, an account without a password, a deactivated account: one answer, after the time of one hash.
  async::awaitable<base::result<user>> verify_password(sought_account who, base::secret_bytes password);
  /// The same for an account that is signed in already: is it still the one who sits there? The account as it was when
  /// the password was right. errc::forbidden, type `wrong-password`.
  async::awaitable<base::result<user>> confirm_password(user owner, base::secret_bytes password);

  /// The hash of a new password. errc::invalid_input with a field error at `path`.
  async::awaitable<base::result<std::string>> prepare_password(user owner, base::secret_bytes password,
                                                               std::string path);

  /// errc::not_found, type `link-not-valid`.
  async::awaitable<base::result<setup_link>> inspect_setup_link(base::secret_bytes token);
  /// errc::not_found, type `link-not-valid`; errc::invalid_input with a field error for `/password`. The link is not
  /// used up by this.
  async::awaitable<base::result<prepared_claim>> prepare_claim(base::secret_bytes token, base::secret_bytes password);
  /// The same for a link of purpose `reset`.
  async::awaitable<base::result<prepared_claim>> prepare_reset(base::secret_bytes token, base::secret_bytes password);

  /// An account without a password, for a registration that is finished by a mail: the rules of prepare_registration,
  /// but no hash. A password that came along must be a good one, and is not kept: who owns the mailbox sets it
  /// (PocketBase CVE-2024-38351).
  base::result<new_user> prepare_registration_by_mail(const std::string& email,
                                                      const std::optional<base::secret_bytes>& password) const;

  /// As they are now; another call may give others.
  account_settings settings() const { return settings_.current(); }
  /// The policy wants this account to have a second factor.
  bool demands_second_factor(const user& of) const noexcept;

 private:
  /// May anybody register, and may this one? The types of prepare_registration; an address that is none is not judged.
  base::result<void> check_may_register(const std::string& email) const;
  async::awaitable<base::result<prepared_claim>> finish_claim(std::string token_hash, base::result<setup_link> link,
                                                              base::secret_bytes password);
  async::awaitable<base::result<std::string>> hash(base::secret_bytes password);
  /// One hash, and whether the password is that of `known`; renews an outdated hash.
  async::awaitable<base::result<bool>> check(base::secret_bytes password, std::optional<stored_credentials> known);

  user_repository& users_;
  const crypto::password_hasher& hasher_;
  async::blocking_pool& hash_pool_;
  const settings_source& settings_;
  const base::clock& clock_;
};

}  // namespace kontor::account
