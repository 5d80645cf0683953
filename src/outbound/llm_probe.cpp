#include "outbound/llm_probe.hpp"

#include "base/text.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "outbound/provider_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::outbound {
namespace {

constexpr std::size_t most_models = 500;

// A model may have to be loaded before it says its first word.
constexpr transfer_limits limits{.connect = std::chrono::seconds(10),
                                 .first_byte = std::chrono::seconds(30),
                                 .idle = std::chrono::seconds(30),
                                 .whole = std::chrono::seconds(60),
                                 .head = 32 * 1024,
                                 .body = 4 * 1024 * 1024};

base::error bad_field(const char* path, const char* code, std::string message, std::string type = {}) {
  base::error out{base::errc::invalid_input, std::move(type)};
  out.fields.push_back({path, code, std::move(message)});
  return out;
}

url_trust trust_of(settings::named_by who) {
  return who == settings::named_by::user ? url_trust::user_given : url_trust::operator_set;
}

base::result<web_url> read_address(std::string_view text) {
  auto url = parse_web_url(text);
  if (!url) return bad_field("/address", "invalid_url", url.error().detail);
  if (url->target.find('?') != std::string::npos)
    return bad_field("/address", "invalid_url", "must not have a part behind ?.");
  return url;
}

// An error of the client that the settings are to blame for, at the field that causes it.
base::error blamed(base::error why) {
  if (why.code != base::errc::invalid_input || !why.fields.empty()) return why;
  const bool is_key = why.type == transfer_failure::credentials_elsewhere;
  why.fields.push_back({is_key ? "/key" : "/address", is_key ? "required" : "not_allowed", why.detail});
  return why;
}

bool is_azure(settings::llm_provider provider) {
  return provider == settings::llm_provider::azure_deployments || provider == settings::llm_provider::azure_v1;
}

// RFC 3986 section 2.3; all else is percent-encoded.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (base::is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::optional<base::error> what_is_wrong(const settings::llm_target& target) {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::ranges::all_of(target.key.text(), is_visible))
    return bad_field("/key", "not_allowed", "must be made of letters, digits and signs without blanks.");
  if (target.key.size() > 4'096) return bad_field("/key", "too_long", "must be at most 4,096 characters long.");
  if (is_azure(target.provider) && target.key.empty()) return bad_field("/key", "required", "must not be empty.");
  if (is_azure(target.provider) && target.model.empty()) return bad_field("/model", "required", "must not be empty.");
  if (target.provider == settings::llm_provider::azure_deployments && target.api_version.empty())
    return bad_field("/api_version", "required", "must not be empty.");
  if (target.model.size() > 256 || !base::is_utf8(target.model))
    return bad_field("/model", "too_long", "must be at most 256 bytes long.");
  return std::nullopt;
}

// The part of an Azure address that people paste along is left away, so that both forms can be made of it.
web_url azure_base(web_url base) {
  if (const auto openai = base.target.find("/openai"); openai != std::string::npos) base.target.resize(openai);
  return base;
}

web_request question(const std::string& owner, const settings::llm_target& target, web_url url) {
  web_request out;
  out.url = std::move(url);
  out.trust = trust_of(target.who);
  out.owner = owner;
  out.limits = limits;
  out.headers = {{"Accept", "application/json"}};
  if (target.key.empty()) return out;
  out.credentials.origin = target.key_origin;
  if (is_azure(target.provider)) {
    out.credentials.headers.push_back({"api-key", target.key.clone()});
    return out;
  }
  constexpr std::string_view scheme = "Bearer ";
  std::vector<std::uint8_t> value;
  value.reserve(scheme.size() + target.key.size());
  value.insert(value.end(), scheme.begin(), scheme.end());
  value.insert(value.end(), target.key.bytes().begin(), target.key.bytes().end());
  out.credentials.headers.push_back({"Authorization", base::secret_bytes(std::move(value))});
  return out;
}

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

const boost::json::array* array_at(const boost::json::value& of, const char* name) {
  const auto* const object = of.if_object();
  const auto* const value = object != nullptr ? object->if_contains(name) : nullptr;
  return value != nullptr ? value->if_array() : nullptr;
}

// nullopt: this is no list of models, whatever else it may be.
std::optional<std::vector<std::string>> models_in(std::string_view body, const settings::llm_target& target) {
  const auto read = json::parse(body);
  if (!read) return std::nullopt;
  const bool is_ollama = target.provider == settings::llm_provider::ollama;
  const auto* const list = array_at(*read, is_ollama ? "models" : "data");
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& each : *list) {
    const auto* const object = each.if_object();
    const auto* const name = object != nullptr ? object->if_contains(is_ollama ? "name" : "id") : nullptr;
    const auto* const text = name != nullptr ? name->if_string() : nullptr;
    if (text != nullptr && out.size() < most_models)
      out.push_back(shown_words(std::string(text->data(), text->size()), {target.key.text()}, 200));
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

web_url talk_url(const settings::llm_target& target, const web_url& base) {
  if (target.provider == settings::llm_provider::azure_deployments)
    return azure_base(base).with("/openai/deployments/" + encoded(target.model) +
                                 "/chat/completions?api-version=" + encoded(target.api_version));
  if (target.provider == settings::llm_provider::azure_v1) return azure_base(base).with("/openai/v1/chat/completions");
  return base.with("/chat/completions");
}

}  // namespace

base::result<std::string> llm_origin(const egress_policy& policy, std::string_view address, settings::named_by who) {
  const auto url = read_address(address);
  if (!url) return url.error();
  if (const auto allowed = policy.check(*url, trust_of(who)); !allowed) return blamed(allowed.error());
  return url->origin();
}

base::result<std::string> llm_probe::origin_of(std::string_view address, settings::named_by who) const {
  return llm_origin(client_.policy(), address, who);
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
  auto request =
      question(owner, target, base.with(target.provider == settings::llm_provider::ollama ? "/api/tags" : "/models"));
  auto answered = co_await client_.send(std::move(request));
  if (!answered) co_return not_reached(answered.error());
  auto out = verdict_of(*answered, target);
  if (out.outcome != settings::verification::confirmed) co_return out;
  auto models = models_in(answered->body, target);
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
    auto request = question(owner, target, talk_url(target, base));
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
      if (!read || array_at(*read, "choices") == nullptr) {
        out.outcome = settings::verification::not_verified;
        out.message = "The server answered, but not as a language model does. Is the address right?";
      }
    }
    co_return out;
  }
  co_return base::error{base::errc::internal, "", "", "no question was asked"};
}

}  // namespace kontor::outbound
