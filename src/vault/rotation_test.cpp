#include "vault/rotation.hpp"

#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

namespace kontor::vault {
namespace {

struct decision {
  const char* when;
  rotation_facts facts;
  rotation_step then;
};

TEST(Rotation, NextStep) {
  const std::vector<decision> table = {
      {"nothing was begun", {.in_source = {"a"}, .in_database = {}}, rotation_step::blocked},
      {"the key is away", {.in_source = {}, .in_database = {"a"}, .wants_new_key = true}, rotation_step::blocked},
      {"an old key that is needed is away",
       {.in_source = {"b"}, .in_database = {"b", "a"}, .older_rows = 1, .can_store = true},
       rotation_step::blocked},
      {"all is done", {.in_source = {"a"}, .in_database = {"a"}, .can_store = true}, rotation_step::finished},
      {"a new key is wanted",
       {.in_source = {"a"}, .in_database = {"a"}, .can_store = true, .wants_new_key = true},
       rotation_step::make_key},
      {"a new key is wanted of an operator",
       {.in_source = {"a"}, .in_database = {"a"}, .wants_new_key = true},
       rotation_step::needs_key},
      {"a new key is there",
       {.in_source = {"b", "a"}, .in_database = {"a"}, .can_store = true, .wants_new_key = true},
       rotation_step::adopt_key},
      {"a new key of an operator is there",
       {.in_source = {"b", "a"}, .in_database = {"a"}, .wants_new_key = true},
       rotation_step::adopt_key},
      {"a new key is there and nobody asked",
       {.in_source = {"b", "a"}, .in_database = {"a"}, .can_store = true},
       rotation_step::finished},
      {"data keys are left",
       {.in_source = {"b", "a"}, .in_database = {"b", "a"}, .older_rows = 3, .can_store = true, .wants_new_key = true},
       rotation_step::rewrap},
      {"data keys are left besides broken ones",
       {.in_source = {"b", "a"}, .in_database = {"b", "a"}, .older_rows = 3, .unreadable_rows = 2},
       rotation_step::rewrap},
      {"broken data keys are left",
       {.in_source = {"b", "a"}, .in_database = {"b", "a"}, .older_rows = 2, .unreadable_rows = 2, .can_store = true},
       rotation_step::stuck},
      {"no data keys are left",
       {.in_source = {"b", "a"}, .in_database = {"b", "a"}, .can_store = true},
       rotation_step::retire},
      {"the source still has the old key",
       {.in_source = {"b", "a"}, .in_database = {"b"}, .can_store = true},
       rotation_step::drop_retired},
      {"an operator's source still has the old key",
       {.in_source = {"b", "a"}, .in_database = {"b"}},
       rotation_step::finished},
  };
  for (const auto& [when, facts, then] : table)
    EXPECT_EQ(name_of(next_step(facts)), name_of(then)) << when;
}

struct killed : std::runtime_error {
  killed() : std::runtime_error("killed") {}
};

// Ends the program, as it were, before or after anything that lasts.
struct kill_point {
  int left = -1;  // Never.
  void pass() {
    if (left == 0) throw killed();
    if (left > 0) --left;
  }
};

class mortal_source final : public master_key_source {
 public:
  mortal_source(std::filesystem::path file, kill_point& point)
      : file_(std::move(file), file_keys::keeper::program), point_(point) {}
  std::string name() const override { return file_.name(); }
  base::result<std::vector<master_key>> load() override { return file_.load(); }
  bool can_store() const override { return true; }
  base::result<void> store(std::span<const master_key> keys) override {
    point_.pass();
    auto stored = file_.store(keys);
    point_.pass();
    return stored;
  }

 private:
  file_keys file_;
  kill_point& point_;
};

struct VaultRotation : vault_fixture {
  static constexpr int users = 7;
  VaultRotation() {
    for (int i = 0; i < users; ++i) {
      people.push_back(add_user());
      EXPECT_TRUE(save(people.back(), "key", "value of " + std::to_string(i)).has_value());
    }
    first_key = ring->state().key_id;
  }
  base::result<rotation_outcome> rotate(rotation::aim what = rotation::aim::new_key,
                                        const std::function<void(const rotation_progress&)>& tell = {}) {
    return rotation(*store, *ring, audit, clock, 2).run(what, tell);
  }
  void expect_all_read() {
    for (int i = 0; i < users; ++i)
      EXPECT_EQ(get(people[static_cast<std::size_t>(i)], "key"), "value of " + std::to_string(i));
  }
  void expect_one_key(const std::string& id) {
    const auto status = manager().status().value();
    EXPECT_EQ(status.state.state, key_state::ready) << status.state.why;
    EXPECT_EQ(status.in_source, std::vector<std::string>{id});
    EXPECT_EQ(status.in_database, std::vector<std::string>{id});
    EXPECT_EQ(status.older, 0);
    EXPECT_EQ(status.users, users);
  }
  std::vector<base::user_id> people;
  std::string first_key;
};
INSTANTIATE_TEST_SUITE_P(Databases, VaultRotation, tests::each_database, tests::database_name);

}  // namespace

// Security checklist a.33.
TEST_P(VaultRotation, ANewKeyTakesOverWhileTheServerReads) {
  // A server that heard of nothing: another ring over the same file.
  file_keys server_file(key_file(), file_keys::keeper::program);
  keyring server_ring(server_file);
  ASSERT_EQ(key_service(*store, server_ring, audit, clock).open()->state.state, key_state::ready);
  vault_service server(*store, server_ring, audit, clock);
  const auto read = [&](std::size_t i) { return shown(await(server.get_user_secret(people[i], "key"))); };

  std::vector<std::string> steps;
  std::string new_recovery;
  const auto outcome = rotate(rotation::aim::new_key, [&](const rotation_progress& progress) {
    steps.emplace_back(name_of(progress.done));
    if (progress.recovery_key != nullptr) new_recovery = progress.recovery_key->text();
    for (std::size_t i = 0; i < people.size(); ++i)
      EXPECT_EQ(read(i), "value of " + std::to_string(i)) << steps.back();
  });
  ASSERT_TRUE(outcome.has_value()) << outcome.error().detail;
  EXPECT_EQ(steps, (std::vector<std::string>{"make_key", "adopt_key", "rewrap", "rewrap", "rewrap", "rewrap", "retire",
                                             "drop_retired"}));
  EXPECT_EQ(outcome->end, rotation_step::finished);
  EXPECT_EQ(outcome->rewrapped, users);
  EXPECT_NE(outcome->key_id, first_key);
  server.stop();
  restart();
  expect_all_read();
  expect_one_key(outcome->key_id);
  EXPECT_EQ(acts("vault.key_made"), 2);
  EXPECT_EQ(acts("vault.key_retired"), 1);

  std::filesystem::remove(key_file());
  restart();
  EXPECT_EQ(outcome_of(manager().recover(recovery_key.text())), "recovery-key-wrong");
  EXPECT_EQ(manager().recover(new_recovery)->state.state, key_state::ready);
  expect_all_read();
}

// Security checklist c.75.
TEST_P(VaultRotation, KilledAnywhereEverythingReadsAndTheNextRunFinishes) {
  int points = 0;
  for (int at = 0;; ++at) {
    kill_point point{.left = at};
    mortal_source source(key_file(), point);
    keyring mortal_ring(source);
    bool was_killed = false;
    try {
      rotation run(*store, mortal_ring, audit, clock, 2);
      ASSERT_TRUE(run.run(rotation::aim::new_key, [&](const rotation_progress&) { point.pass(); }).has_value());
    } catch (const killed&) {
      was_killed = true;
    }
    SCOPED_TRACE("killed at point " + std::to_string(at));
    ASSERT_EQ(restart().state.state, key_state::ready);
    expect_all_read();
    // Also what is saved in between is there.
    ASSERT_TRUE(save(people[0], "key", "value of 0").has_value());
    const auto finished = rotate(rotation::aim::new_key);
    ASSERT_TRUE(finished.has_value()) << finished.error().detail;
    EXPECT_EQ(finished->end, rotation_step::finished);
    restart();
    expect_all_read();
    expect_one_key(finished->key_id);
    if (!was_killed) break;
    ++points;
  }
  EXPECT_GE(points, 12);
}

TEST_P(VaultRotation, WhatWasBegunIsFinishedBeforeAnotherIsBegun) {
  EXPECT_THROW((void)rotate(rotation::aim::new_key,
                            [](const rotation_progress& progress) {
                              if (progress.done == rotation_step::rewrap) throw killed();
                            }),
               killed);
  const auto second_key = ring->state().key_id;
  const auto finished = rotate(rotation::aim::new_key).value();
  EXPECT_EQ(finished.key_id, second_key);
  expect_one_key(second_key);
  EXPECT_EQ(rotate(rotation::aim::finish)->end, rotation_step::finished);
  expect_one_key(second_key);
}

TEST_P(VaultRotation, StopsWhenAskedAndGoesOnLater) {
  std::stop_source stop;
  rotation run(*store, *ring, audit, clock, 2);
  const auto stopped = run.run(
      rotation::aim::new_key,
      [&](const rotation_progress& progress) {
        if (progress.done == rotation_step::rewrap) stop.request_stop();
      },
      stop.get_token());
  EXPECT_EQ(stopped->end, rotation_step::rewrap);
  EXPECT_EQ(stopped->rewrapped, 2);
  EXPECT_EQ(manager().status()->older, users - 2);
  EXPECT_EQ(rotate(rotation::aim::finish)->rewrapped, users - 2);
  expect_all_read();
}

TEST_P(VaultRotation, ABrokenDataKeyKeepsItsMasterKeyAndNobodyElseWaits) {
  write("UPDATE vault_user_keys SET wrapped = 'nothing' WHERE user_id = '" + people[3].str() + "'");
  const auto outcome = rotate().value();
  EXPECT_EQ(outcome.end, rotation_step::stuck);
  EXPECT_EQ(outcome.unreadable, 1);
  EXPECT_EQ(outcome.rewrapped, users - 1);
  EXPECT_EQ(manager().status()->in_database.size(), 2u);
  EXPECT_EQ(manager().status()->in_source.size(), 2u);
  EXPECT_EQ(get(people[0], "key"), "value of 0");
  EXPECT_EQ(get(people[3], "key"), "secret-unreadable");
  // Its user begins anew, and the rotation ends.
  ASSERT_TRUE(await(service->destroy_all(people[3], by(people[3]))).has_value());
  EXPECT_EQ(rotate(rotation::aim::finish)->end, rotation_step::finished);
  EXPECT_EQ(manager().status()->in_database.size(), 1u);
}

TEST_P(VaultRotation, WithoutAKeyThatIsNeededNothingIsDone) {
  std::filesystem::remove(key_file());
  EXPECT_EQ(outcome_of(rotate()), "vault-key-missing");
  const auto other = master_key::make();
  write_key_text(base::to_base64url(other.bytes()));
  EXPECT_EQ(outcome_of(rotate()), "vault-key-wrong");
  EXPECT_EQ(count("vault_master_keys"), 1);
  EXPECT_EQ(count("vault_user_keys WHERE master_key_id = '" + first_key + "'"), users);
}

TEST_P(VaultRotation, AnOperatorPutsTheNewKeyInFront) {
  const auto old_text = key_text();
  file_keys of_operator(key_file(), file_keys::keeper::operators);
  keyring other_ring(of_operator);
  rotation run(*store, other_ring, audit, clock);
  EXPECT_EQ(run.run(rotation::aim::new_key)->end, rotation_step::needs_key);
  const auto next = master_key::make();
  write_key_text(base::to_base64url(next.bytes()) + "\n" + old_text);
  const auto outcome = run.run(rotation::aim::new_key).value();
  EXPECT_EQ(outcome.end, rotation_step::finished);
  EXPECT_EQ(outcome.key_id, next.id());
  EXPECT_EQ(outcome.droppable, std::vector<std::string>{first_key});
  // The old one taken out, everything reads.
  write_key_text(base::to_base64url(next.bytes()) + "\n");
  restart();
  expect_all_read();
}

}  // namespace kontor::vault
