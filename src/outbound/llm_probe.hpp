// Asks providers of language models whether settings work: OpenAI and what speaks like it, Azure OpenAI, Ollama.
#pragma once

#include "outbound/https_client.hpp"
#include "settings/llm_check.hpp"

namespace kontor::outbound {

/// What settings::llm_check::origin_of promises, under a policy.
base::result<std::string> llm_origin(const egress_policy& policy, std::string_view address, settings::named_by who);

/// Thread-safe. Lists the models where the provider has a list (nothing is paid for that), and asks for one short
/// answer where it has none or where only that tells: of a deployment of Azure. A question is asked at most twice.
class llm_probe final : public settings::llm_check {
 public:
  /// `client` must outlive the checks.
  explicit llm_probe(https_client& client) : client_(client) {}

  base::result<std::string> origin_of(std::string_view address, settings::named_by who) const override;
  async::awaitable<base::result<settings::llm_verdict>> check(std::string owner, settings::llm_target target) override;

 private:
  async::awaitable<base::result<settings::llm_verdict>> list(const std::string& owner,
                                                             const settings::llm_target& target, const web_url& base);
  async::awaitable<base::result<settings::llm_verdict>> talk(const std::string& owner,
                                                             const settings::llm_target& target, const web_url& base);

  https_client& client_;
};

}  // namespace kontor::outbound
