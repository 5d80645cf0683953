#include "desk/user_models.hpp"

#include "outbound/llm_body.hpp"

#include <utility>

namespace kontor::desk {
namespace {

base::error no_model() {
  return {base::errc::conflict, "model-not-configured", "", "neither a model of the user nor one of the operator"};
}

settings::llm_target copy_of(const settings::llm_target& of) {
  settings::llm_target out;
  out.provider = of.provider;
  out.address = of.address;
  out.who = of.who;
  out.key = of.key.clone();
  out.key_origin = of.key_origin;
  out.model = of.model;
  out.api_version = of.api_version;
  return out;
}

provider_kind kind_of(settings::llm_provider provider) {
  switch (provider) {
    case settings::llm_provider::openai:
      return provider_kind::openai;
    case settings::llm_provider::azure_deployments:
    case settings::llm_provider::azure_v1:
      return provider_kind::azure;
    case settings::llm_provider::ollama:
      break;
  }
  return provider_kind::ollama;
}

chat::model_info info_of(settings::llm_provider provider, std::string model) {
  chat::model_info out;
  out.provider = name_of(kind_of(provider));
  out.context_window = outbound::context_window_of(provider, model);
  out.model = std::move(model);
  return out;
}

}  // namespace

user_models::user_models(settings::llm_service& stored, outbound::llm_client& client, const default_model& offered)
    : stored_(stored), client_(client) {
  if (offered.provider) offered_ = target_of(offered);
}

async::awaitable<base::result<std::unique_ptr<chat::answer_stream>>> user_models::ask(base::user_id owner,
                                                                                      chat::model_request what) {
  auto target = co_await stored_.target_of(owner);
  if (!target) {
    // Found nothing, and not: cannot be used.
    if (target.error().code != base::errc::not_found) co_return target.error();
    if (!offered_) co_return no_model();
    target = copy_of(*offered_);
  }
  const auto kind = kind_of(target->provider);
  auto stream = client_.ask(owner, std::move(*target), std::move(what));
  if (!stream) co_return stream.error();
  co_return counted(std::move(*stream), counts_, kind);
}

async::awaitable<base::result<chat::model_info>> user_models::model_of(base::user_id owner) {
  auto stored = co_await stored_.find(owner);
  if (!stored) co_return stored.error();
  if (*stored) co_return info_of(settings::provider_of(**stored), std::move((*stored)->model));
  if (!offered_) co_return no_model();
  auto out = info_of(offered_->provider, offered_->model);
  out.is_of_operator = true;
  co_return out;
}

}  // namespace kontor::desk
