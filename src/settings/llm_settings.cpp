#include "settings/llm_settings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace kontor::settings {
namespace {

constexpr std::size_t longest_address = 2048;  // bytes, as the reader of addresses has it
constexpr std::size_t longest_model = 256;     // bytes
constexpr std::size_t longest_version = 64;
constexpr std::size_t longest_key = 4096;

bool is_good_version(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return base::is_letter_or_digit(c) || c == '-' || c == '.'; });
}

// What can stand in a header.
bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

void check_length(std::string_view text, std::size_t most, std::string path, std::vector<base::field_error>& to) {
  if (text.size() > most)
    to.push_back({std::move(path), "too_long", "must be at most " + std::to_string(most) + " bytes long."});
}

}  // namespace

std::string_view name_of(llm_kind kind) noexcept {
  switch (kind) {
    case llm_kind::openai:
      return "openai";
    case llm_kind::azure:
      return "azure";
    case llm_kind::ollama:
      break;
  }
  return "ollama";
}

std::optional<llm_kind> parse_llm_kind(std::string_view name) noexcept {
  for (const auto each : llm_kinds)
    if (name_of(each) == name) return each;
  return std::nullopt;
}

std::string_view secret_name_of(llm_kind kind) noexcept {
  switch (kind) {
    case llm_kind::openai:
      return "openai_api_key";
    case llm_kind::azure:
      return "azure_openai_api_key";
    case llm_kind::ollama:
      break;
  }
  return "ollama_api_key";
}

std::string_view address_member_of(llm_kind kind) noexcept {
  return kind == llm_kind::azure ? "endpoint" : "base_url";
}

llm_view view_of(std::optional<llm_record> stored, std::span<const vault::secret_info> secrets) {
  llm_view out;
  out.stored = std::move(stored);
  if (!out.stored) return out;
  out.what = out.stored->what;
  if (!out.stored->key_seal) return out;
  const auto name = secret_name_of(out.stored->kind);
  const auto key = std::ranges::find_if(secrets, [name](const auto& each) { return each.name == name; });
  // Another key than the one that was saved with this address is not sent there, so it counts as none.
  if (key == secrets.end() || key->deleted_at ||
      (key->is_readable && (key->seal != *out.stored->key_seal || key->origin != out.stored->host))) {
    out.what = state::not_verified;
    return out;
  }
  if (!key->is_readable) out.what = state::unreadable;
  out.api_key_masked = "****" + std::string(key->hint.text());
  out.used_at = key->last_used_at;
  return out;
}

std::vector<base::field_error> faults_of(const llm_wish& wish) {
  std::vector<base::field_error> out;
  const std::string address = "/" + std::string(address_member_of(wish.kind));
  check_length(wish.address, longest_address, address, out);
  if (wish.address.empty() && wish.kind != llm_kind::openai) out.push_back({address, "required", "must not be empty."});
  check_length(wish.model, longest_model, "/model", out);
  if (wish.model.empty() && wish.kind == llm_kind::azure)
    out.push_back({"/model", "required", "must name the deployment."});
  else if (wish.model.size() <= longest_model && base::printable(wish.model, longest_model) != wish.model)
    out.push_back({"/model", "not_allowed", "must have no control characters."});
  check_length(wish.api_version, longest_version, "/api_version", out);
  if (!is_good_version(wish.api_version))
    out.push_back({"/api_version", "not_allowed", "must be made of letters, digits, - and dots."});
  if (!wish.key) return out;
  check_length(wish.key->text(), longest_key, "/api_key", out);
  if (!is_visible(wish.key->text()))
    out.push_back({"/api_key", "not_allowed", "must be made of letters, digits and signs without blanks."});
  return out;
}

key_plan plan_key(const llm_wish& wish, std::string_view host, const std::optional<llm_record>& stored) {
  if (wish.key) return wish.key->empty() ? key_plan::remove : key_plan::replace;
  if (!stored || !stored->key_seal) return key_plan::remove;
  return stored->kind == wish.kind && stored->host == host ? key_plan::keep : key_plan::refuse;
}

llm_provider provider_of(const llm_record& record) noexcept {
  switch (record.kind) {
    case llm_kind::openai:
      return llm_provider::openai;
    case llm_kind::azure:
      return record.api_version.empty() ? llm_provider::azure_v1 : llm_provider::azure_deployments;
    case llm_kind::ollama:
      break;
  }
  return llm_provider::ollama;
}

}  // namespace kontor::settings
