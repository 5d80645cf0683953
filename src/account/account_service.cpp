#include "account/account_service.hpp"

#include "account/setup_token.hpp"
#include "base/log.hpp"
#include "crypto/random.hpp"

#include <exception>
#include <optional>
#include <utility>

namespace kontor::account {
namespace {

using base::errc;
using base::log_level;

base::error invalid_credentials() {
  return {errc::unauthenticated, "invalid-credentials", "", ""};
}
base::error wrong_password() {
  return {errc::forbidden, "wrong-password", "", ""};
}
base::error link_not_valid() {
  return {errc::not_found, "link-not-valid", "", ""};
}

base::error invalid_fields(std::vector<base::field_error> fields) {
  base::error e{errc::invalid_input};
  e.fields = std::move(fields);
  return e;
}

// The fault of a new password as a field error, if it has one.
std::optional<base::field_error> password_fault(const password_policy& policy, std::string_view password,
                                                std::string_view local_part, std::string_view email) {
  auto fault = find_fault(policy, password, local_part, email);
  if (fault) fault->path = "/password";
  return fault;
}

struct checked_password {
  bool matches = false;
  std::optional<std::string> better_hash;  // in the current scheme, when the stored one is outdated
};

// One hash in every case: without a stored one for its time only. Then a second one if the first is outdated.
checked_password check_password(const crypto::password_hasher& hasher, std::string_view password,
                                const std::optional<std::string>& stored) {
  if (!stored) {
    hasher.check_nothing(password);
    return {};
  }
  const auto match = hasher.check(password, *stored);
  if (match == crypto::password_match::no) return {};
  checked_password checked{.matches = true, .better_hash = std::nullopt};
  if (match == crypto::password_match::yes_but_outdated) {
    try {
      checked.better_hash = hasher.hash(password);
    } catch (const std::exception& e) {
      // The password was right all the same; the next sign-in tries again.
      base::log(log_level::warning, "password hash not renewed", {{"detail", e.what()}});
    }
  }
  return checked;
}

// Why nobody was let in; the client is never told.
std::string_view reason_of_refusal(const std::optional<stored_credentials>& known) {
  if (!known) return "unknown address";
  if (!known->owner.is_active) return "deactivated";
  return known->hashed_password.empty() ? "no password yet" : "wrong password";
}

}  // namespace

account_service::account_service(user_repository& users, const crypto::password_hasher& hasher,
                                 async::blocking_pool& hash_pool, const settings_source& settings,
                                 const base::clock& clock)
    : users_(users), hasher_(hasher), hash_pool_(hash_pool), settings_(settings), clock_(clock) {}

async::awaitable<base::result<std::string>> account_service::hash(base::secret_bytes password) {
  auto job = [&hasher = hasher_, password = std::move(password)] { return hasher.hash(password.text()); };
  co_return co_await hash_pool_.run(std::move(job));
}

bool account_service::demands_second_factor(const user& of) const noexcept {
  return is_demanded(settings().second_factor_for, of.is_admin);
}

base::result<void> account_service::check_registration_is_open() const {
  if (settings().registration == registration_policy::closed)
    return base::error{errc::forbidden, "registration-closed", "", ""};
  return {};
}

std::vector<base::field_error> account_service::find_faults(std::string_view email, std::string_view password) const {
  std::vector<base::field_error> faults;
  const auto address = normalise_email(email);
  if (!address) faults.push_back({"/email", address.error().type, address.error().detail});
  auto fault = password_fault(settings().passwords, password, address ? std::string_view(address->local_part) : "",
                              address ? std::string_view(address->normal) : "");
  if (fault) faults.push_back(std::move(*fault));
  return faults;
}

base::result<void> account_service::check_may_register(const std::string& email) const {
  if (auto is_open = check_registration_is_open(); !is_open) return is_open;
  const auto address = normalise_email(email);
  const auto rules = settings();
  const bool is_listed = address && rules.allowed_emails.contains(address->normal);
  if (rules.registration == registration_policy::allowlist && address && !is_listed) {
    base::log(log_level::info, "registration refused", {{"email", address->normal}, {"reason", "not on the list"}});
    return base::error{errc::forbidden, "registration-not-allowed", "", ""};
  }
  return {};
}

async::awaitable<base::result<new_user>> account_service::prepare_registration(std::string email,
                                                                               base::secret_bytes password) {
  // 1. May anybody, and may this one?
  if (const auto allowed = check_may_register(email); !allowed) co_return allowed.error();

  // 2. What is wrong with it: everything at once, and before anything costs a hash.
  auto faults = find_faults(email, password.text());
  if (!faults.empty()) co_return invalid_fields(std::move(faults));

  const auto address = normalise_email(email);
  auto hashed = co_await hash(std::move(password));
  if (!hashed) co_return hashed.error();
  co_return new_user{.id = crypto::random_id<base::user_id>(),
                     .email = address->normal,
                     .email_lookalike = address->lookalike,
                     .hashed_password = std::move(*hashed),
                     .is_admin = false,
                     .created_at = clock_.now()};
}

base::result<new_user> account_service::prepare_registration_by_mail(
    const std::string& email, const std::optional<base::secret_bytes>& password) const {
  if (const auto allowed = check_may_register(email); !allowed) return allowed.error();
  const auto address = normalise_email(email);
  std::vector<base::field_error> faults;
  if (password) {
    faults = find_faults(email, password->text());
  } else if (!address) {
    faults.push_back({"/email", address.error().type, address.error().detail});
  }
  if (!faults.empty()) return invalid_fields(std::move(faults));
  return new_user{.id = crypto::random_id<base::user_id>(),
                  .email = address->normal,
                  .email_lookalike = address->lookalike,
                  .hashed_password = "",
                  .is_admin = false,
                  .created_at = clock_.now()};
}

async::awaitable<base::result<bool>> account_service::check(base::secret_bytes password,
                                                            std::optional<stored_credentials> known) {
  // 1. One hash on every path.
  std::optional<std::string> stored;
  if (known && known->owner.is_active && !known->hashed_password.empty()) stored = known->hashed_password;
  auto job = [&hasher = hasher_, password = std::move(password), stored] {
    return check_password(hasher, password.text(), stored);
  };
  auto checked = co_await hash_pool_.run(std::move(job));
  if (!checked) co_return checked.error();
  if (!checked->matches) co_return false;

  // 2. Upgrade an old hash, unless the password was changed meanwhile. Whatever comes of it, the password was right.
  if (checked->better_hash) {
    const auto replaced =
        co_await users_.update_password_hash(known->owner.id, *stored, std::move(*checked->better_hash));
    const bool is_renewed = replaced && *replaced;
    base::log(is_renewed ? log_level::info : log_level::warning,
              is_renewed ? "password hash renewed" : "password hash not renewed",
              {{"user_id", known->owner.id.str()}, {"detail", replaced ? "" : replaced.error().internal_detail}});
  }
  co_return true;
}

async::awaitable<base::result<sought_account>> account_service::find_account(std::string email) {
  sought_account sought;
  sought.key = key_of_account(email);
  const auto address = normalise_email(email);
  sought.shown = address ? address->normal : "(not an address)";
  if (!address) co_return std::move(sought);
  auto found = co_await users_.get_by_email(address->normal);
  if (found) {
    sought.known = std::move(*found);
  } else if (found.error().code != errc::not_found) {
    co_return found.error();
  }
  co_return std::move(sought);
}

async::awaitable<base::result<user>> account_service::verify_password(sought_account who, base::secret_bytes password) {
  if (cannot_be_a_password(settings().passwords, password.text())) {
    base::log(log_level::info, "login refused", {{"email", who.shown}, {"reason", "no possible password"}});
    co_return invalid_credentials();
  }
  // Every path costs one hash, and only the log knows which it was.
  const auto is_right = co_await check(std::move(password), who.known);
  if (!is_right) co_return is_right.error();
  if (!*is_right) {
    base::log(log_level::info, "login refused",
              {{"email", who.shown}, {"reason", std::string(reason_of_refusal(who.known))}});
    co_return invalid_credentials();
  }
  co_return std::move(who.known->owner);
}

async::awaitable<base::result<user>> account_service::confirm_password(user owner, base::secret_bytes password) {
  if (cannot_be_a_password(settings().passwords, password.text())) co_return wrong_password();
  auto known = co_await users_.get_by_email(owner.email);
  if (!known) co_return known.error();
  const auto is_right = co_await check(std::move(password), *known);
  if (!is_right) co_return is_right.error();
  if (!*is_right) {
    base::log(log_level::info, "password not confirmed", {{"user_id", owner.id.str()}});
    co_return wrong_password();
  }
  co_return std::move(known->owner);
}

async::awaitable<base::result<std::string>> account_service::prepare_password(user owner, base::secret_bytes password,
                                                                              std::string path) {
  const std::string_view email = owner.email;
  auto fault = password_fault(settings().passwords, password.text(), email.substr(0, email.rfind('@')), email);
  if (fault) {
    fault->path = std::move(path);
    std::vector<base::field_error> faults;
    faults.push_back(std::move(*fault));
    co_return invalid_fields(std::move(faults));
  }
  co_return co_await hash(std::move(password));
}

async::awaitable<base::result<setup_link>> account_service::inspect_setup_link(base::secret_bytes token) {
  auto link = co_await users_.get_setup_link(hash_of_setup_token(token), clock_.now());
  if (!link && link.error().code == errc::not_found) co_return link_not_valid();
  co_return link;
}

async::awaitable<base::result<prepared_claim>> account_service::prepare_claim(base::secret_bytes token,
                                                                              base::secret_bytes password) {
  auto token_hash = hash_of_setup_token(token);
  auto link = co_await users_.get_setup_link(token_hash, clock_.now());
  co_return co_await finish_claim(std::move(token_hash), std::move(link), std::move(password));
}

async::awaitable<base::result<prepared_claim>> account_service::prepare_reset(base::secret_bytes token,
                                                                              base::secret_bytes password) {
  auto token_hash = hash_of_setup_token(token);
  auto link = co_await users_.get_reset_link(token_hash, clock_.now());
  co_return co_await finish_claim(std::move(token_hash), std::move(link), std::move(password));
}

async::awaitable<base::result<prepared_claim>> account_service::finish_claim(std::string token_hash,
                                                                             base::result<setup_link> link,
                                                                             base::secret_bytes password) {
  if (!link) {
    if (link.error().code != errc::not_found) co_return link.error();
    base::log(log_level::info, "link refused");
    co_return link_not_valid();
  }
  // The password is judged before the link is touched: a refused one must not cost the link.
  auto hashed = co_await prepare_password(link->owner, std::move(password), "/password");
  if (!hashed) co_return hashed.error();
  co_return prepared_claim{std::move(token_hash), std::move(*hashed)};
}

}  // namespace kontor::account
