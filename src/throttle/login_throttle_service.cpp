#include "throttle/login_throttle_service.hpp"

#include "throttle/counter_store.hpp"

#include <algorithm>
#include <utility>

namespace kontor::throttle {
namespace {

// More are removed than can be added between two removals (two by each attempt).
constexpr std::uint64_t attempts_between_removals = 64;
constexpr std::int64_t most_removed_at_once = 256;

const login_throttle_settings& checked(const login_throttle_settings& settings) {
  check(settings);
  return settings;
}

base::error too_many_attempts(std::chrono::microseconds wait, std::string_view counted) {
  base::error why{base::errc::too_many_requests, "too-many-attempts", "", ""};
  why.internal_detail = "too many failures of the ";
  why.internal_detail += counted;
  why.retry_after = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
  return why;
}

struct counted {
  std::string key;
  counter_rules rules;
  std::string_view name;  // for the log
};

base::result<void> count(sql::session& in, const counted& what, base::timestamp now) {
  if (statements::count_attempt(in, what.key, what.rules, now)) return {};
  return too_many_attempts(remaining_wait(what.rules, statements::find_counter(in, what.key), now), what.name);
}

}  // namespace

void record_success(sql::session& in, const reservation& made) {
  if (made.address_key) statements::give_back(in, *made.address_key, made.counted_at);
  statements::reset(in, made.own_key);
}

void take_back(sql::session& in, const reservation& made) {
  if (made.address_key) statements::give_back(in, *made.address_key, made.counted_at);
  statements::give_back(in, made.own_key, made.counted_at);
}

login_throttle_service::login_throttle_service(sql::database& database, const base::clock& clock,
                                               const base::secret_bytes& server_key,
                                               const login_throttle_settings& settings)
    : database_(database),
      clock_(clock),
      keys_(server_key),
      rules_{.account = rules_for(checked(settings), counter_kind::account),
             .device = rules_for(settings, counter_kind::device),
             .address = rules_for(settings, counter_kind::address)},
      forget_after_(settings.forget_after) {}

async::awaitable<base::result<reservation>> login_throttle_service::reserve(attempt who) {
  auto own = who.known_device
                 ? counted{keys_.of_device(*who.known_device, who.account_key), rules_.device, "known device"}
                 : counted{keys_.of_account(who.account_key), rules_.account, "account"};
  std::optional<counted> address;
  if (!who.known_device) address = counted{keys_.of_address(who.address), rules_.address, "address"};
  const bool removes_old = reservations_++ % attempts_between_removals == 0;

  // The address first, everywhere: two transactions that hold one counter each never wait for each other. When the
  // second counter refuses, the error undoes what the first has counted.
  auto job = [own = std::move(own), address = std::move(address), removes_old, clock = &clock_,
              forget_after = forget_after_](sql::session& in) -> base::result<reservation> {
    const auto now = clock->now();
    if (address) {
      if (auto allowed = count(in, *address, now); !allowed) return allowed.error();
    }
    if (auto allowed = count(in, own, now); !allowed) return allowed.error();
    if (removes_old) statements::remove_old(in, now - forget_after, most_removed_at_once);
    const bool is_last_free = statements::find_counter(in, own.key).failures == own.rules.free_failures;
    return reservation{own.key, address ? std::optional(address->key) : std::nullopt, now, is_last_free};
  };
  auto made = co_await database_.write(std::move(job));
  if (!made && made.error().code == base::errc::too_many_requests) refused_.add();
  co_return made;
}

async::awaitable<base::result<void>> login_throttle_service::succeed(reservation made) {
  auto job = [made = std::move(made)](sql::session& in) { record_success(in, made); };
  co_return co_await database_.write(std::move(job));
}

async::awaitable<base::result<void>> login_throttle_service::release(reservation made) {
  auto job = [made = std::move(made)](sql::session& in) { take_back(in, made); };
  co_return co_await database_.write(std::move(job));
}

}  // namespace kontor::throttle
