// A vault and the tables of this room in a fresh database of each kind, with an exchange and a provider of models that
// say what a test wants, and remember what they were sent.
#pragma once

#include "settings/exchange_service.hpp"
#include "settings/llm_service.hpp"
#include "settings/migrations.hpp"
#include "vault/vault_fixture.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::settings {

using namespace std::chrono_literals;
using vault::noon;

inline std::span<const sql::migration> steps_of_settings() {
  static constexpr sql::migration users[] = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  static const auto steps = tests::join_steps({users, audit::migrations(), vault::migrations(), migrations()});
  return steps;
}

class told_exchange final : public exchange_check {
 public:
  std::string origin() const override { return host; }
  async::awaitable<base::result<exchange_verdict>> check(std::string owner, exchange_credentials with) override {
    owners.push_back(std::move(owner));
    sent.push_back(std::string(with.key.text()) + " " + std::string(with.secret.text()) + " " +
                   std::string(with.passphrase.text()));
    if (meanwhile) meanwhile();
    if (fault) co_return *fault;
    co_return verdict;
  }

  std::function<void()> meanwhile;  ///< What happens before it answers.
  std::string host{exchange_home};
  exchange_verdict verdict;
  std::optional<base::error> fault;
  std::vector<std::string> owners;
  std::vector<std::string> sent;
};

class told_provider final : public llm_check {
 public:
  base::result<std::string> origin_of(std::string_view address, named_by) const override {
    if (address.find("closed") != std::string_view::npos) {
      base::error out{base::errc::invalid_input, "address-refused"};
      out.fields.push_back({"/address", "not_allowed", "is closed."});
      return out;
    }
    const auto slash = address.find('/', std::string_view("https://").size());
    return std::string(address.substr(0, slash));
  }
  async::awaitable<base::result<llm_verdict>> check(std::string, llm_target target) override {
    sent.push_back(target.address + " " + std::string(target.key.text()) + " for " + target.key_origin);
    asked = target.provider;
    if (meanwhile) meanwhile();
    if (fault) co_return *fault;
    co_return verdict;
  }

  std::function<void()> meanwhile;  ///< What happens before it answers.
  llm_verdict verdict;
  std::optional<base::error> fault;
  std::optional<llm_provider> asked;
  std::vector<std::string> sent;
};

struct settings_fixture : vault::vault_fixture {
  settings_fixture() : vault::vault_fixture(steps_of_settings()) {}

  exchange_service exchange_settings() { return {*store, *service, exchange, clock}; }
  llm_service llm_settings() { return {*store, *service, provider, clock}; }

  /// That of a session which ends when a test says so.
  sql::permission still() {
    return [this](sql::session&) -> base::result<void> {
      if (is_over) return base::error{base::errc::unauthenticated, "invalid-token"};
      return {};
    };
  }

  static exchange_credentials credentials(std::string_view key = "bg_1234567890abcdef") {
    return {base::secret_bytes(key), base::secret_bytes(std::string_view("planted secret")),
            base::secret_bytes(std::string_view("planted pass"))};
  }
  static llm_wish wish(llm_kind kind, std::string address, std::optional<std::string_view> key = std::nullopt) {
    llm_wish out;
    out.kind = kind;
    out.address = std::move(address);
    if (kind == llm_kind::azure) out.model = "a-deployment";
    if (key) out.key = base::secret_bytes(*key);
    return out;
  }

  void exchange_says(verification what, std::string message = "success") {
    exchange.verdict = {};
    exchange.verdict.outcome = what;
    exchange.verdict.message = std::move(message);
    if (what != verification::confirmed) return;
    exchange.verdict.account = exchange_account::classic;
    exchange.verdict.may_read = true;
    exchange.verdict.addresses = {"192.0.2.7"};
  }

  bool is_over = false;
  told_exchange exchange;
  told_provider provider;
};

}  // namespace kontor::settings
