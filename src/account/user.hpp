// An account as the rest of the program sees it. The password hash stays inside the repository and the sign-in.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>

namespace kontor::account {

struct user {
  base::user_id id;
  std::string email;  ///< Normal form (account/email.hpp).
  bool is_admin = false;
  bool is_active = true;
  /// Raised by everything that must end the user's tokens: deactivation, a new password. A token carries the epoch it
  /// was made in.
  std::int64_t security_epoch = 0;
  base::timestamp created_at;
  base::timestamp updated_at;
  bool email_verified = false;  ///< Somebody showed that they read the mail of this address.
};

}  // namespace kontor::account
