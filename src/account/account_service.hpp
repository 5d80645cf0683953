// Registration, sign-in, setup links: what the API and the command line do with accounts.
#pragma once

#include "account/access_token.hpp"
#include "account/email.hpp"
#include "account/identity_table.hpp"
#include "account/password_policy.hpp"
#include "account/user_repository.hpp"
#include "async/blocking_pool.hpp"
#include "crypto/password_hash.hpp"

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::account {

enum class registration_policy { open, allowlist, closed };

struct account_settings {
  registration_policy registration = registration_policy::open;
  std::set<std::string> allowed_emails;  ///< Normal forms.
  password_policy passwords;
  std::chrono::minutes setup_link_life{30};
};

/// What a successful sign-in gives the client.
struct signed_in {
  std::string access_token;
  std::chrono::seconds expires_in;
  user owner;
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
  account_service(user_repository& users, identity_table& identities, const access_tokens& tokens,
                  const crypto::password_hasher& hasher, async::blocking_pool& hash_pool, account_settings settings,
                  const base::clock& clock);

  /// errc::forbidden, type `registration-closed`, when nobody may register.
  base::result<void> check_registration_is_open() const;

  /// What is wrong with the fields of a registration, all at once, with the paths `/email` and `/password`. Costs no
  /// hash.
  std::vector<base::field_error> find_faults(std::string_view email, std::string_view password) const;

  /// errc::forbidden (types `registration-closed`, `registration-not-allowed`), errc::invalid_input with a field error
  /// for `/email` and `/password` both, errc::conflict (type `email-taken`).
  async::awaitable<base::result<signed_in>> register_user(std::string email, base::secret_bytes password);

  /// errc::unauthenticated, type `invalid-credentials`: a wrong password, an unknown address, one that is no address,
  /// an account without a password, a deactivated account: one answer, after the time of one hash.
  async::awaitable<base::result<signed_in>> log_in(std::string email, base::secret_bytes password);

  /// The account a bearer token stands for, as it is now. errc::unauthenticated, type `invalid-token`.
  async::awaitable<base::result<user>> authenticate(std::string_view token);

  /// errc::not_found, type `link-not-valid`.
  async::awaitable<base::result<setup_link>> inspect_setup_link(base::secret_bytes token);
  /// errc::not_found, type `link-not-valid`; errc::invalid_input with a field error for `/password`. A refused password
  /// does not use the link up.
  async::awaitable<base::result<signed_in>> claim_setup_link(base::secret_bytes token, base::secret_bytes password);

  const account_settings& settings() const noexcept { return settings_; }

 private:
  async::awaitable<base::result<std::string>> hash(base::secret_bytes password);
  signed_in sign_in(const user& owner) const;

  user_repository& users_;
  identity_table& identities_;
  const access_tokens& tokens_;
  const crypto::password_hasher& hasher_;
  async::blocking_pool& hash_pool_;
  const account_settings settings_;
  const base::clock& clock_;
};

}  // namespace kontor::account
