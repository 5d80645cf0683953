// A user's settings of a language model: what is stored beside the key in the vault, what may be shown, and when a
// stored key may stay. Decides only.
#pragma once

#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "settings/llm_check.hpp"
#include "settings/state.hpp"
#include "vault/vault_service.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::settings {

enum class llm_kind { openai, azure, ollama };
inline constexpr std::array<llm_kind, 3> llm_kinds{llm_kind::openai, llm_kind::azure, llm_kind::ollama};

std::string_view name_of(llm_kind kind) noexcept;
std::optional<llm_kind> parse_llm_kind(std::string_view name) noexcept;
/// Of the key in the vault.
std::string_view secret_name_of(llm_kind kind) noexcept;
/// The member of the API that has the address: `endpoint` of Azure, else `base_url`.
std::string_view address_member_of(llm_kind kind) noexcept;

inline constexpr std::string_view openai_address = "https://api.openai.com/v1";

/// What a user wants, as it was typed.
struct llm_wish {
  llm_kind kind = llm_kind::openai;
  std::string address;  ///< Empty: that of OpenAI itself, with `openai`.
  std::string model;
  std::string api_version;                ///< Of Azure; empty: the routes that need none.
  std::optional<base::secret_bytes> key;  ///< Nothing: the stored one stays; empty: there is none.
};

/// What is stored beside the key.
struct llm_record {
  llm_kind kind = llm_kind::openai;
  std::string address;
  std::string host;  ///< Where alone the key may go: origin_of() the address.
  std::string model;
  std::string api_version;
  std::optional<std::int64_t> key_version;  ///< Of the key that was saved for this host; nothing: there is none.
  state what = state::not_verified;
  std::string message;
  std::optional<base::timestamp> verified_at;
  base::timestamp changed_at;  ///< When the settings were saved; a test does not change it.
};

/// The operator's model, for users who have set none.
struct llm_offer {
  llm_kind kind = llm_kind::openai;
  std::string model;
};

struct llm_view {
  std::optional<llm_record> stored;
  std::optional<state> what;                  ///< Nothing when nothing is stored.
  std::optional<std::string> api_key_masked;  ///< Nothing when there is no key.
  std::optional<base::timestamp> used_at;
  std::optional<llm_offer> offered;  ///< Used when nothing is stored; nothing: there is none.
};

/// What holds now. `secrets`: all of the owner's.
llm_view view_of(std::optional<llm_record> stored, std::span<const vault::secret_info> secrets);

/// What cannot be right in form, all of it at once; paths as in the API. Addresses are not looked at.
std::vector<base::field_error> faults_of(const llm_wish& wish);

/// What becomes of the key when settings are saved for `host`.
enum class key_plan {
  replace,  ///< A new one was typed.
  keep,     ///< The stored one belongs to this host and provider.
  remove,   ///< There is to be none.
  refuse,   ///< The stored one belongs elsewhere, and nobody typed a new one (LobeChat GHSA-p36r-qxgx-jq2v).
};
key_plan plan_key(const llm_wish& wish, std::string_view host, const std::optional<llm_record>& stored);

/// The provider as it is asked.
llm_provider provider_of(const llm_record& record) noexcept;

}  // namespace kontor::settings
