#include "outbound/llm_probe.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "outbound/json_look.hpp"
#include "outbound/llm_question.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::outbound {
namespace {

constexpr std::size_t most_models = 500;

// A model may have to be loaded before it says its first word.
constexpr transfer_limits limits{.connect = std::chrono::seconds(10),
                                 .first_byte = std::chrono::seconds(60),
                                 .idle = std::chrono::seconds(30),
                                 .whole = std::chrono::seconds(90),
                                 .head = 32 * 1024,
                                 .body = 4 * 1024 * 1024};

// Which errors are the settings' fault, and which are nobody's or the provider's.
settings::verification outcome_of(long status) {
  constexpr std::array<long, 4> passing{408, 409, 425, 429};
  if (status >= 200 && status < 300) return settings::verification::confirmed;
  if (status >= 400 && status < 500 && std::ranges::find(passing, status) == passing.end())
    return settings::verification::refused;
  return settings::verification::not_verified;
}

settings::llm_verdict verdict_of(const web_response& answer, const settings::llm_target& target) {
  settings::llm_verdict out;
  out.status = answer.status;
  out.outcome = outcome_of(answer.status);
  if (out.outcome != settings::verification::confirmed) out.message = words_of(answer, target.key.text());
  return out;
}

// An error of the client as a verdict, or as itself when the settings or the moment are to blame and not the provider.
base::result<settings::llm_verdict> not_reached(base::error why) {
  if (why.code != base::errc::unavailable) return blamed(std::move(why));
  settings::llm_verdict out;
  out.message = why.detail;
  return out;
}

// nullopt: this is no list of models, whatever else it may be.
std::optional<std::vector<std::string>> models_in(std::string_view body, settings::llm_provider provider) {
  const auto read = json::parse(body);
  if (!read) return std::nullopt;
  const bool is_ollama = provider == settings::llm_provider::ollama;
  const auto* const list = array_of(*read, is_ollama ? "models" : "data");
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& each : *list) {
    const auto name = text_of(each, is_ollama ? "name" : "id");
    if (!name.empty() && out.size() < most_models) out.push_back(base::printable(name, 200));
  }
  std::ranges::sort(out);
  return out;
}

bool has_model(const std::vector<std::string>& models, const settings::llm_target& target) {
  if (std::ranges::find(models, target.model) != models.end()) return true;
  // Ollama: a name without a tag means this one.
  return target.provider == settings::llm_provider::ollama && target.model.find(':') == std::string::npos &&
         std::ranges::find(models, target.model + ":latest") != models.end();
}

std::string short_talk(const settings::llm_target& target, const char* limit_name) {
  json::writer out;
  out.begin_object();
  if (target.provider != settings::llm_provider::azure_deployments) out.member("model", target.model);
  out.begin_array("messages");
  out.begin_object().member("role", "user").member("content", "Answer with: OK").end_object();
  out.end_array();
  out.member(limit_name, 16);
  out.end_object();
  return std::move(out).str();
}

}  // namespace

base::result<std::string> llm_probe::origin_of(std::string_view address, settings::named_by who) const {
  const auto url = read_address(address);
  if (!url) return url.error();
  if (const auto allowed = client_.policy().check(*url, trust_of(who)); !allowed) return blamed(allowed.error());
  return url->origin();
}

async::awaitable<base::result<settings::llm_verdict>> llm_probe::check(std::string owner, settings::llm_target target) {
  if (auto wrong = what_is_wrong(target)) co_return std::move(*wrong);
  const auto base = read_address(target.address);
  if (!base) co_return base.error();
  if (is_azure(target.provider)) co_return co_await talk(owner, target, *base);

  auto listed = co_await list(owner, target, *base);
  // Some servers that speak like OpenAI have no list.
  const bool has_no_list =
      listed && target.provider == settings::llm_provider::openai && (listed->status == 404 || listed->status == 405);
  if (has_no_list && !target.model.empty()) co_return co_await talk(owner, target, *base);
  co_return listed;
}

async::awaitable<base::result<settings::llm_verdict>> llm_probe::list(const std::string& owner,
                                                                      const settings::llm_target& target,
                                                                      const web_url& base) {
  auto request = question(
      owner, target, base.with(target.provider == settings::llm_provider::ollama ? "/api/tags" : "/models"), limits);
  auto answered = co_await client_.send(std::move(request));
  if (!answered) co_return not_reached(answered.error());
  auto out = verdict_of(*answered, target);
  if (out.outcome != settings::verification::confirmed) co_return out;
  auto models = models_in(answered->body, target.provider);
  if (!models) {
    out.outcome = settings::verification::not_verified;
    out.message = "The server answered, but not with a list of models. Is the address right?";
    co_return out;
  }
  out.model_is_listed = target.model.empty() || has_model(*models, target);
  out.models = std::move(*models);
  co_return out;
}

async::awaitable<base::result<settings::llm_verdict>> llm_probe::talk(const std::string& owner,
                                                                      const settings::llm_target& target,
                                                                      const web_url& base) {
  // The newer name of the limit first: some models refuse the older one, and old versions of the API do not know this.
  for (const char* const limit_name : {"max_completion_tokens", "max_tokens"}) {
    auto request = question(owner, target, chat_url(target, base), limits);
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = short_talk(target, limit_name);
    auto answered = co_await client_.send(std::move(request));
    if (!answered) co_return not_reached(answered.error());
    auto out = verdict_of(*answered, target);
    const bool is_first = std::string_view(limit_name) == "max_completion_tokens";
    if (is_first && out.status == 400 && out.message.find(limit_name) != std::string::npos) continue;
    if (out.outcome == settings::verification::confirmed) {
      const auto read = json::parse(answered->body);
      if (!read || array_of(*read, "choices") == nullptr) {
        out.outcome = settings::verification::not_verified;
        out.message = "The server answered, but not as a language model does. Is the address right?";
      }
    }
    co_return out;
  }
  co_return base::error{base::errc::internal, "", "", "no question was asked"};
}

}  // namespace kontor::outbound
