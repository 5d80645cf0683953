#include "legacy/vault_names.hpp"

namespace kontor::legacy {
namespace {

constexpr std::string_view beginning = "user_";
constexpr std::size_t id_size = 36;

}  // namespace

vault_name parse_vault_name(std::string_view text) {
  const auto rest = text.starts_with(beginning) ? text.substr(beginning.size()) : std::string_view();
  // An id has no underscore, but the name may have several.
  if (rest.size() > id_size + 1 && rest[id_size] == '_')
    if (const auto owner = base::user_id::parse(rest.substr(0, id_size)))
      return {.owner = owner, .name = std::string(rest.substr(id_size + 1))};
  return {.owner = std::nullopt, .name = std::string(text)};
}

std::string write_vault_name(const base::user_id& owner, std::string_view name) {
  return std::string(beginning) + owner.str() + "_" + std::string(name);
}

}  // namespace kontor::legacy
