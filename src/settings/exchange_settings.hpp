// A user's key for the exchange as it is known: what is stored of it beside the vault, and what may be shown. Decides
// only.
#pragma once

#include "base/time.hpp"
#include "settings/exchange_check.hpp"
#include "settings/state.hpp"
#include "vault/vault_service.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::settings {

/// The names in the vault: key, secret, passphrase. Those of the predecessor, whose secrets are imported as they are.
inline constexpr std::array<std::string_view, 3> exchange_secret_names{"bitget_api_key", "bitget_api_secret",
                                                                       "bitget_passphrase"};
/// Where secrets belong that stand in the vault without a record: the predecessor knew no other place.
inline constexpr std::string_view exchange_home = "https://api.bitget.com";

struct exchange_rights {
  bool read = false;
  bool trade = false;
  bool withdraw = false;

  friend bool operator==(const exchange_rights&, const exchange_rights&) = default;
};

/// What is stored of a key beside its secrets.
struct exchange_record {
  std::string host;                  ///< Where alone the secrets may go.
  std::string api_key_masked;        ///< See masked().
  std::array<std::string, 3> seals;  ///< Of the secrets that this is about: vault::seal_of().
  state what = state::not_verified;
  std::string message;
  exchange_account account = exchange_account::unknown;
  exchange_rights rights;
  std::vector<std::string> addresses;
  std::optional<base::timestamp> verified_at;
  base::timestamp changed_at;  ///< When the key was saved; a test does not change it.
};

enum class exchange_warning { may_trade, may_withdraw, no_address_binding };
std::string_view name_of(exchange_warning what) noexcept;

struct exchange_view {
  bool is_configured = false;
  std::optional<state> what;  ///< Nothing when it is not configured.
  std::string api_key_masked;
  std::string message;
  exchange_rights rights;
  std::vector<std::string> addresses;
  std::string host;
  std::optional<base::timestamp> verified_at;
  std::optional<base::timestamp> changed_at;
  std::optional<base::timestamp> used_at;
};

/// What holds now. `secrets`: the owner's, those of exchange_secret_names among them. A record whose seals are not
/// those of the vault is about another key: then nobody knows anything.
exchange_view view_of(const std::optional<exchange_record>& stored, std::span<const vault::secret_info> secrets);

/// What to look at twice; nothing as long as nobody knows what the key may do.
std::vector<exchange_warning> warnings_of(const exchange_view& now);

/// The first four characters, `****`, the last four; of eight characters or less only `*` (as the predecessor did).
std::string masked(std::string_view key);

}  // namespace kontor::settings
