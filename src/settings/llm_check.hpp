// Whether a language model answers with a user's settings: asked of its provider.
#pragma once

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "base/secret_bytes.hpp"
#include "settings/verification.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::settings {

enum class llm_provider {
  openai,             ///< Any server that speaks like OpenAI; the path of the address ends before `/chat/completions`.
  azure_deployments,  ///< Azure OpenAI, `/openai/deployments/NAME/…?api-version=…`.
  azure_v1,           ///< Azure OpenAI, `/openai/v1/…`.
  ollama,
};

/// Who named an address: what a user names has to pass the policy of the way out.
enum class named_by { operator_of_program, user };

struct llm_target {
  llm_provider provider = llm_provider::openai;
  std::string address;  ///< As it was typed.
  named_by who = named_by::user;
  base::secret_bytes key;   ///< May be empty where the server asks for none.
  std::string key_origin;   ///< origin_of() the address that the key was saved for.
  std::string model;        ///< With Azure the name of the deployment; may be empty else.
  std::string api_version;  ///< With azure_deployments only.
};

struct llm_verdict {
  verification outcome = verification::not_verified;
  long status = 0;      ///< Of the provider's answer; 0: there was none.
  std::string message;  ///< The provider's own words, or why it was not reached; printable, without the key.
  std::vector<std::string> models;  ///< Where the provider lists them; at most 500.
  bool model_is_listed = true;      ///< False when there is a list and the model is not in it.
};

class llm_check {
 public:
  virtual ~llm_check() = default;

  /// Scheme, host and port of an address as it was typed: where alone a key that is saved with it may go. No resolver
  /// is asked. errc::invalid_input with a field error at `/address`; type `address-refused`: the policy of the way out.
  virtual base::result<std::string> origin_of(std::string_view address, named_by who) const = 0;

  /// Asks for the user `owner`, whose requests at a time are bounded. errc::invalid_input, with a field error at
  /// `/address`, `/key`, `/model` or `/api_version`, when a setting cannot be used (type `address-refused`: the egress
  /// policy; type `credentials-elsewhere`: the key belongs to another host); errc::too_many_requests, errc::overloaded;
  /// all else is a verdict. Resumes on the caller's loop.
  virtual async::awaitable<base::result<llm_verdict>> check(std::string owner, llm_target target) = 0;
};

}  // namespace kontor::settings
