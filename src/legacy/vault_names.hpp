// The names of entries in the predecessor's vault.
#pragma once

#include "base/id.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kontor::legacy {

struct vault_name {
  std::optional<base::user_id> owner;  ///< nullopt: everybody's, or a form that nobody knows.
  std::string name;                    ///< Without the owner when there is one, else all of it.
};

/// `user_{36 characters of an id}_{name}` has an owner; every other text has none.
vault_name parse_vault_name(std::string_view text);
std::string write_vault_name(const base::user_id& owner, std::string_view name);

}  // namespace kontor::legacy
