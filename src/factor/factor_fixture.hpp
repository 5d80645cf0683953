// Second factors in a fresh database of each kind, with a clock that stands still.
#pragma once

#include "base/text.hpp"
#include "crypto/random.hpp"
#include "factor/factor_service.hpp"
#include "factor/factor_statements.hpp"
#include "factor/migrations.hpp"
#include "factor/totp.hpp"
#include "tests/support/rows.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::factor {

using namespace std::chrono_literals;

/// In the middle of a step.
inline const base::timestamp noon = base::from_microseconds(1'800'000'015'123'456);

/// This room's steps, behind the one table of another room that they refer to.
inline std::vector<sql::migration> own_steps() {
  std::vector<sql::migration> steps = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  for (auto step : migrations()) {
    step.number = static_cast<int>(steps.size()) + 1;
    steps.push_back(step);
  }
  return steps;
}

inline base::secret_bytes typed(std::string_view code) {
  return base::secret_bytes(code);
}

/// The secret behind the text that is shown once: base32, read without the library that wrote it.
inline base::secret_bytes from_base32(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = (bits << 5) | static_cast<std::uint32_t>(digits.find(c));
    held += 5;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1u << held) - 1;
  }
  return base::secret_bytes(std::move(out));
}

/// `good`, or the name of the error: its type, else its code.
template <class T>
std::string outcome_of(const base::result<T>& result) {
  if (result) return "good";
  return result.error().type.empty() ? std::string(base::name_of(result.error().code)) : result.error().type;
}

struct factor_fixture : tests::on_rows {
  factor_fixture() {
    settings.write_sessions = 8;
    open(own_steps());
    service = std::make_unique<factor_service>(*store, typed("an installation key of thirty-two bytes"), clock);
  }

  /// Begins, and gives the secret that the owner's app now has.
  base::secret_bytes begin(const base::user_id& owner) {
    const auto setup = await(service->begin_totp(owner, "a@x.org", {})).value();
    return from_base32(setup.secret_text.text());
  }
  base::result<recovery_codes> confirm(const base::user_id& owner, const base::secret_bytes& code) {
    return await(service->confirm_totp(owner, code.clone(), {}));
  }
  base::result<code_use> check(const base::user_id& owner, const base::secret_bytes& code) {
    return await(service->check_code(owner, code.clone(), {}));
  }
  factor_state state(const base::user_id& owner) { return await(service->state(owner)).value(); }

  /// The code of the app, some steps away from now.
  base::secret_bytes code(const base::secret_bytes& secret, std::int64_t steps_away = 0) const {
    return totp_code(secret, totp_step_at(clock.now()) + steps_away);
  }

  /// Somebody with TOTP on, whose present code is a fresh one.
  struct enrolled {
    base::user_id id;
    base::secret_bytes secret;
    recovery_codes codes;
  };
  enrolled enrol() {
    enrolled somebody{add_user(), {}, {}};
    somebody.secret = begin(somebody.id);
    somebody.codes = confirm(somebody.id, code(somebody.secret)).value();
    clock.advance(10min);
    return somebody;
  }

  /// Tries the same code many times at once, on all loops.
  std::map<std::string, int> check_at_once(const base::user_id& owner, const base::secret_bytes& what,
                                           std::size_t times) {
    std::vector<std::future<base::result<code_use>>> attempts;
    for (std::size_t i = 0; i < times; ++i)
      attempts.push_back(await_on(i % loops.size(), service->check_code(owner, what.clone(), {})));
    std::map<std::string, int> outcomes;
    for (auto& attempt : attempts)
      ++outcomes[outcome_of(attempt.get())];
    return outcomes;
  }

  base::manual_clock clock{noon};
  std::unique_ptr<factor_service> service;
};

}  // namespace kontor::factor
