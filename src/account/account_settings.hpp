// What the rules of accounts depend on: the settings of the environment, or what administrators decided instead.
#pragma once

#include "account/password_policy.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace kontor::account {

enum class registration_policy { open, allowlist, closed };

/// Must a new account show that its address is its own?
enum class email_verification { off, required };

/// Who must have a second factor.
enum class second_factor_for { nobody, admins, everybody };

/// Is one demanded of somebody who is an administrator or not?
constexpr bool is_demanded(second_factor_for of, bool is_admin) noexcept {
  return of == second_factor_for::everybody || (of == second_factor_for::admins && is_admin);
}

/// What the least length of a password may be set to.
inline constexpr std::size_t least_password_min_length = 8;
inline constexpr std::size_t most_password_min_length = 64;

/// Addresses in normal form. A copy shares them, because settings are asked for at every request.
class address_list {
 public:
  address_list() : address_list(std::set<std::string>()) {}
  address_list(std::set<std::string> normal_forms)
      : addresses_(std::make_shared<const std::set<std::string>>(std::move(normal_forms))) {}
  address_list(std::initializer_list<std::string> normal_forms) : address_list(std::set<std::string>(normal_forms)) {}

  bool contains(const std::string& normal_form) const { return addresses_->contains(normal_form); }
  bool empty() const noexcept { return addresses_->empty(); }
  /// In order; lives as long as this list or a copy of it.
  const std::set<std::string>& all() const noexcept { return *addresses_; }

  friend bool operator==(const address_list& a, const address_list& b) { return a.all() == b.all(); }

 private:
  std::shared_ptr<const std::set<std::string>> addresses_;
};

struct account_settings {
  registration_policy registration = registration_policy::open;
  address_list allowed_emails = {};
  password_policy passwords = {};
  std::chrono::minutes setup_link_life{30};
  account::second_factor_for second_factor_for = account::second_factor_for::nobody;
  bool mail = false;                                                                  ///< The program can send mails.
  account::email_verification email_verification = account::email_verification::off;  ///< Required only with mail.
};

/// Where the settings come from. Administrators change some of them while the program runs.
class settings_source {
 public:
  virtual ~settings_source() = default;
  /// As they were at most a second ago. Thread-safe, and asks no database.
  virtual account_settings current() const = 0;
};

/// Settings that nobody changes: for tests and tools.
class fixed_settings final : public settings_source {
 public:
  explicit fixed_settings(account_settings settings) : settings_(std::move(settings)) {}
  account_settings current() const override { return settings_; }

 private:
  const account_settings settings_;
};

}  // namespace kontor::account
