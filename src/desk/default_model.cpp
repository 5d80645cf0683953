#include "desk/default_model.hpp"

#include "base/text.hpp"
#include "outbound/web_url.hpp"

#include <algorithm>
#include <stdexcept>

namespace kontor::desk {
namespace {

const default_model::place& chosen_place(const default_model& given) {
  switch (*given.provider) {
    case settings::llm_kind::openai:
      return given.openai;
    case settings::llm_kind::azure:
      return given.azure;
    case settings::llm_kind::ollama:
      break;
  }
  return given.ollama;
}

}  // namespace

std::string_view missing_in(const default_model& given) {
  if (!given.provider) return {};
  switch (*given.provider) {
    case settings::llm_kind::openai:
      return given.openai.model.empty() ? "OPENAI_MODEL" : "";
    case settings::llm_kind::azure:
      if (given.azure.address.empty()) return "AZURE_OPENAI_ENDPOINT";
      if (given.azure.model.empty()) return "AZURE_OPENAI_DEPLOYMENT";
      return given.azure.key.empty() ? "AZURE_OPENAI_API_KEY" : "";
    case settings::llm_kind::ollama:
      break;
  }
  return given.ollama.model.empty() ? "OLLAMA_MODEL" : "";
}

settings::llm_target target_of(const default_model& given) {
  const auto& place = chosen_place(given);
  settings::llm_record record;
  record.kind = *given.provider;
  record.api_version = given.azure_version;
  settings::llm_target out;
  out.provider = settings::provider_of(record);
  out.address = place.address;
  out.who = settings::named_by::operator_of_program;
  out.key = place.key.clone();
  out.key_origin = outbound::parse_web_url(place.address).value().origin();
  out.model = place.model;
  out.api_version = given.azure_version;
  return out;
}

std::optional<settings::llm_offer> offer_of(const default_model& given) {
  if (!given.provider) return std::nullopt;
  return settings::llm_offer{.kind = *given.provider, .model = chosen_place(given).model};
}

std::string read_model_address(const std::string& value) {
  if (value.empty()) return {};
  const auto url = outbound::parse_web_url(value);
  if (!url) throw std::invalid_argument(url.error().detail);
  if (url->target.find('?') != std::string::npos) throw std::invalid_argument("must not have a part behind ?.");
  return value;
}

std::string read_model_name(const std::string& value) {
  constexpr std::size_t longest = 256;
  if (value.size() > longest || base::printable(value, longest) != value)
    throw std::invalid_argument("must be at most 256 bytes long, without control characters.");
  return value;
}

base::secret_bytes read_model_key(const std::string& value) {
  const bool is_visible = std::ranges::all_of(value, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_visible || value.size() > 4096)
    throw std::invalid_argument("must be made of at most 4,096 letters, digits and signs, without blanks.");
  return base::secret_bytes(std::string_view(value));
}

}  // namespace kontor::desk
