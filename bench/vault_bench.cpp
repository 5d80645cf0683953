// What a secret costs in a vault of a given size: reading, listing and saving through the service, over SQLite.
//
//   vault_bench FOLDER USERS SECRETS_PER_USER      prints medians in microseconds as JSON
//
// FOLDER must be empty.
#include "async/event_loops.hpp"
#include "audit/migrations.hpp"
#include "base/log.hpp"
#include "crypto/random.hpp"
#include "sql/migrator.hpp"
#include "vault/file_keys.hpp"
#include "vault/key_service.hpp"
#include "vault/migrations.hpp"
#include "vault/vault_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace kontor;
using us = std::chrono::duration<double, std::micro>;

constexpr std::size_t rounds = 2000;

struct medians {
  double read = 0;
  double list = 0;
  double save = 0;
};

std::vector<sql::migration> steps() {
  std::vector<sql::migration> all = {{1, "users", "CREATE TABLE users (id TEXT PRIMARY KEY)"}};
  for (const auto of_room : {audit::migrations(), vault::migrations()})
    for (auto step : of_room) {
      step.number = static_cast<int>(all.size()) + 1;
      all.push_back(step);
    }
  return all;
}

std::string name_of(std::size_t i) {
  return "bitget_api_key_" + std::to_string(i);
}

// Past the service, many in one transaction: each save would wait for the disk.
base::user_id add_user(sql::session& in, const vault::key_wrap& wrap, std::size_t secrets, base::timestamp now) {
  const auto owner = crypto::random_id<base::user_id>();
  in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", owner}});
  auto data_key = vault::user_keys::make_data_key();
  const auto wrapped = wrap.wrap(owner, data_key, now);
  const vault::user_keys keys(owner, std::move(data_key));
  vault::directory all;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < secrets; ++i) {
    const base::secret_bytes value{std::string_view("bg_0123456789abcdef0123456789abcdef")};
    tokens.push_back(keys.seal({name_of(i), 1, 0}, value, now));
    all[name_of(i)] = {
        .version = 1, .is_deleted = false, .digest = vault::digest_of(tokens.back()), .hint = vault::hint_of(value)};
  }
  vault::statements::insert_user_row(in, owner, {wrap.id(), wrapped, keys.seal_directory(all, now)});
  for (std::size_t i = 0; i < secrets; ++i) {
    vault::statements::put_head(in, owner, name_of(i), 1, now);
    vault::statements::insert_version(in, owner, {1, now}, name_of(i), tokens[i]);
  }
  return owner;
}

double median(std::vector<double>& times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

template <class Call>
async::awaitable<double> measure(Call call, std::size_t times) {
  std::vector<double> taken;
  for (std::size_t i = 0; i < times; ++i) {
    const auto began = std::chrono::steady_clock::now();
    co_await call(i);
    taken.push_back(us(std::chrono::steady_clock::now() - began).count());
  }
  co_return median(taken);
}

async::awaitable<medians> measure_all(vault::vault_service& service, std::vector<base::user_id> users,
                                      std::size_t secrets) {
  const auto user = [&users](std::size_t i) { return users[(i * 7919) % users.size()]; };
  auto reading = [&](std::size_t i) -> async::awaitable<void> {
    const auto read = co_await service.get_user_secret(user(i), name_of(i % secrets));
    if (!read) throw std::runtime_error("a secret cannot be read");
  };
  auto listing = [&](std::size_t i) -> async::awaitable<void> {
    const auto listed = co_await service.list_user_secrets(user(i));
    if (!listed || listed->size() != secrets) throw std::runtime_error("secrets cannot be listed");
  };
  auto saving = [&](std::size_t i) -> async::awaitable<void> {
    base::secret_bytes value(std::string_view("bg_0123456789abcdef0123456789abcdef"));
    vault::act_source from{.by = user(i)};
    const auto saved = co_await service.save_user_secret(user(i), name_of(i % secrets), std::move(value), {}, from);
    if (!saved) throw std::runtime_error("a secret cannot be saved");
  };
  medians found;
  (void)co_await measure(reading, rounds);  // Warm.
  found.read = co_await measure(reading, rounds);
  found.list = co_await measure(listing, rounds);
  found.save = co_await measure(saving, rounds / 10);
  co_return found;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 4) throw std::runtime_error("usage: vault_bench FOLDER USERS SECRETS_PER_USER");
  base::start_log({.level = base::log_level::error, .format = base::log_format::text});
  const std::filesystem::path folder(arguments[1]);
  const auto user_count = std::stoul(arguments[2]);
  const auto secrets = std::stoul(arguments[3]);

  sql::database_settings settings;
  settings.sqlite_file = folder / "app.db";
  sql::migrate(settings, steps());
  const auto database = sql::open_database(settings);
  const base::system_clock clock;
  const audit::audit_log audit(base::secret_bytes(std::string(32, 'b')));
  vault::file_keys source(folder / "vault.key", vault::file_keys::keeper::program);
  vault::keyring ring(source);
  auto begin = [&](sql::session& in) { return audit.begin(in); };
  (void)database->write_now(std::move(begin)).value();
  const auto opened = vault::key_service(*database, ring, audit, clock).open().value();
  const auto wrap = ring.find(opened.state.key_id);

  std::vector<base::user_id> users;
  while (users.size() < user_count) {
    auto fill = [&](sql::session& in) {
      std::vector<base::user_id> some;
      for (std::size_t i = 0; i < 200 && users.size() + i < user_count; ++i)
        some.push_back(add_user(in, *wrap, secrets, clock.now()));
      return some;
    };
    const auto some = database->write_now(std::move(fill)).value();
    users.insert(users.end(), some.begin(), some.end());
  }

  async::event_loops loops(1);
  loops.start();
  vault::vault_service service(*database, ring, audit, clock);
  auto answer = boost::asio::co_spawn(loops.at(0), measure_all(service, users, secrets), boost::asio::use_future);
  const auto found = answer.get();
  service.stop();
  loops.stop();
  std::cout << R"({"read_us":)" << found.read << R"(,"list_us":)" << found.list << R"(,"save_us":)" << found.save
            << "}\n";
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
