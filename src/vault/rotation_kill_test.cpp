// kill -9 at random points of a rotation, beside a server that reads. The whole measure of the issue (10,000 users, 200
// kills) takes minutes: KONTOR_ROTATION_USERS and KONTOR_ROTATION_KILLS ask for it.
#include "tests/support/child_process.hpp"
#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

namespace kontor::vault {
namespace {

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoi(text);
}

constexpr auto key_of_audit = "a key of thirty-two bytes or more bytes";

struct RotationKilled : vault_fixture {
  const int users = number_from("KONTOR_ROTATION_USERS", 300);
  const int kills = number_from("KONTOR_ROTATION_KILLS", 12);
  std::vector<base::user_id> people;

  std::string place() const { return GetParam() == sql::kind::sqlite ? settings.sqlite_file.string() : settings.url; }
  static std::string value_of(std::size_t i) { return "value of " + std::to_string(i); }

  // Past the service, many in one transaction: each save would wait for the disk.
  void add_people() {
    const auto wrap = ring->find(ring->state().key_id);
    while (people.size() < static_cast<std::size_t>(users)) {
      const auto first = people.size();
      for (auto i = first; i < std::min<std::size_t>(first + 200, static_cast<std::size_t>(users)); ++i)
        people.push_back(crypto::random_id<base::user_id>());
      auto fill = [this, first, wrap](sql::session& in) {
        for (auto i = first; i < people.size(); ++i) {
          const auto& owner = people[i];
          in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", owner}});
          auto data_key = user_keys::make_data_key();
          const auto wrapped = wrap->wrap(owner, data_key, noon);
          const user_keys keys(owner, std::move(data_key));
          const auto token = keys.seal({"key", 1, 0}, secret(value_of(i)), noon);
          directory all;
          all["key"] = {.version = 1, .is_deleted = false, .digest = digest_of(token), .hint = {}};
          EXPECT_TRUE(statements::insert_user_row(in, owner, {wrap->id(), wrapped, keys.seal_directory(all, noon)}));
          statements::put_head(in, owner, "key", 1, noon);
          statements::insert_version(in, owner, {1, noon}, "key", token);
        }
      };
      ASSERT_TRUE(store->write_now(std::move(fill)).has_value());
    }
  }

  async::awaitable<int> count_readable() {
    int good = 0;
    for (std::size_t i = 0; i < people.size(); ++i)
      if (shown(co_await service->get_user_secret(people[i], "key")) == value_of(i)) ++good;
    co_return good;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, RotationKilled, tests::each_database, tests::database_name);

}  // namespace

// Security checklist c.75.
TEST_P(RotationKilled, AtRandomPointsEverySecretReadsAndItFinishes) {
  add_people();
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto most_lines = 4 + users / 100;  // make, adopt, a line for each batch, retire, drop
  int finished = 0;
  for (int round = 0; round < kills; ++round) {
    SCOPED_TRACE("kill " + std::to_string(round));
    tests::child_process child({KONTOR_VAULT_TEST_CHILD, place(), key_file().string(), key_of_audit});
    ASSERT_EQ(child.line(), "ready");
    const auto lines = std::uniform_int_distribution<int>(0, most_lines)(random);
    std::optional<std::string> last = "ready";
    for (int i = 0; i < lines && last && *last != "finished"; ++i)
      last = child.line();
    // Somewhere inside of the next step, then.
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, 3000)(random)));
    const auto end = child.kill();
    ASSERT_TRUE(end == -SIGKILL || end == 0) << end;
    if (last == "finished") ++finished;

    // The server that ran meanwhile, and the next start of it.
    ASSERT_EQ(await(count_readable()), users);
    ASSERT_EQ(restart().state.state, key_state::ready);
    ASSERT_EQ(await(count_readable()), users);
  }
  RecordProperty("finished", finished);
  const auto outcome = rotation(*store, *ring, audit, clock).run(rotation::aim::finish);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().detail;
  EXPECT_EQ(outcome->end, rotation_step::finished);
  restart();
  EXPECT_EQ(await(count_readable()), users);
  const auto status = manager().status().value();
  EXPECT_EQ(status.in_database.size(), 1u);
  EXPECT_EQ(status.older, 0);
}

}  // namespace kontor::vault
