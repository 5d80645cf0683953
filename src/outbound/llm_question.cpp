#include "outbound/llm_question.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace kontor::outbound {
namespace {

base::error bad_field(const char* path, const char* code, std::string message) {
  base::error out{base::errc::invalid_input};
  out.fields.push_back({path, code, std::move(message)});
  return out;
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

// The part of an Azure address that people paste along is left away, so that both forms can be made of it.
web_url azure_base(web_url base) {
  if (const auto openai = base.target.find("/openai"); openai != std::string::npos) base.target.resize(openai);
  return base;
}

}  // namespace

bool is_azure(settings::llm_provider provider) noexcept {
  return provider == settings::llm_provider::azure_deployments || provider == settings::llm_provider::azure_v1;
}

url_trust trust_of(settings::named_by who) noexcept {
  return who == settings::named_by::user ? url_trust::user_given : url_trust::operator_set;
}

base::result<web_url> read_address(std::string_view text) {
  auto url = parse_web_url(text);
  if (!url) return bad_field("/address", "invalid_url", url.error().detail);
  if (url->target.find('?') != std::string::npos)
    return bad_field("/address", "invalid_url", "must not have a part behind ?.");
  return url;
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

base::error blamed(base::error why) {
  if (why.code != base::errc::invalid_input || !why.fields.empty()) return why;
  const bool is_key = why.type == transfer_failure::credentials_elsewhere;
  why.fields.push_back({is_key ? "/key" : "/address", is_key ? "required" : "not_allowed", why.detail});
  return why;
}

web_url chat_url(const settings::llm_target& target, const web_url& base) {
  switch (target.provider) {
    case settings::llm_provider::azure_deployments:
      return azure_base(base).with("/openai/deployments/" + encoded(target.model) +
                                   "/chat/completions?api-version=" + encoded(target.api_version));
    case settings::llm_provider::azure_v1:
      return azure_base(base).with("/openai/v1/chat/completions");
    case settings::llm_provider::ollama:
      return base.with("/api/chat");
    case settings::llm_provider::openai:
      break;
  }
  return base.with("/chat/completions");
}

web_request question(const std::string& owner, const settings::llm_target& target, web_url url,
                     const transfer_limits& limits) {
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

}  // namespace kontor::outbound
