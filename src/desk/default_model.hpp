// The language model that the operator offers to users who have set none of their own.
#pragma once

#include "base/secret_bytes.hpp"
#include "settings/llm_check.hpp"
#include "settings/llm_settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::desk {

/// As the settings of the program have it. What belongs to other providers than the chosen one is not used.
struct default_model {
  struct place {
    std::string address;
    std::string model;  ///< Of Azure the deployment.
    base::secret_bytes key;
  };
  std::optional<settings::llm_kind> provider;  ///< None: there is no such model.
  place openai;
  place azure;
  place ollama;
  std::string azure_version;  ///< Empty: the routes that need none.
};

/// The name of the first setting that the chosen provider needs and that is empty; empty: nothing is missing.
std::string_view missing_in(const default_model& given);

/// What it is asked with; only when one was chosen and nothing is missing. The operator named it: the policy for users'
/// addresses does not hold.
settings::llm_target target_of(const default_model& given);

/// What users are told of it; nothing: there is no such model.
std::optional<settings::llm_offer> offer_of(const default_model& given);

/// Each throws std::invalid_argument with the end of a sentence ("must …"), which never holds the value.
std::string read_model_address(const std::string& value);
std::string read_model_name(const std::string& value);
base::secret_bytes read_model_key(const std::string& value);

}  // namespace kontor::desk
