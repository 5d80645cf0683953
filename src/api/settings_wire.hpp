// How settings look on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "base/error.hpp"
#include "settings/exchange_service.hpp"
#include "settings/llm_service.hpp"
#include "settings/preferences.hpp"
#include "vault/vault_service.hpp"

#include <span>
#include <string>
#include <string_view>

namespace kontor::api {

/// Schema ExchangeCredentials, LlmChange, PreferencesChange. errc::malformed when the body is no JSON,
/// errc::invalid_input with one entry per wrong field. What a provider demands of its fields is the service's part.
base::result<settings::exchange_wish> read_exchange_wish(std::string_view body);
base::result<settings::llm_wish> read_llm_wish(std::string_view body);
base::result<settings::preferences_change> read_preferences_change(std::string_view body);

/// Schema ExchangeSettings, ExchangeReply, LlmSettings, LlmReply, Preferences, SettingsStatus.
std::string write_exchange(const settings::exchange_view& now);
std::string write_exchange_reply(const settings::exchange_outcome& what);
std::string write_llm(const settings::llm_view& now);
std::string write_llm_reply(const settings::llm_outcome& what);
std::string write_preferences(const settings::preferences& now);
std::string write_settings_status(const settings::exchange_view& exchange, const settings::llm_view& llm,
                                  std::span<const vault::secret_info> secrets);

}  // namespace kontor::api
