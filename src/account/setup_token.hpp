// The token inside a setup link: shown once, stored as its hash only.
#pragma once

#include "account/account_service.hpp"
#include "account/user_repository.hpp"
#include "base/secret_bytes.hpp"

#include <string>

namespace kontor::account {

/// What is handed out and what is stored of one new link.
struct fresh_setup_link {
  issued_setup_link issued;
  std::string token_hash;
  base::timestamp created_at;

  new_setup_link stored_for(const base::user_id& owner) const {
    return {owner, token_hash, created_at, issued.expires_at};
  }
};

/// 256 random bits (ASVS 11.5.1 asks for 128).
fresh_setup_link make_setup_link(base::timestamp now, std::chrono::minutes life);

/// Hex SHA-256. A plain hash is enough: nobody can guess 256 random bits.
std::string hash_of_setup_token(const base::secret_bytes& token);

}  // namespace kontor::account
