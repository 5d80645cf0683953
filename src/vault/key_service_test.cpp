#include "vault/key_service.hpp"

#include "vault/recovery_key.hpp"
#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace kontor::vault {
namespace {

using base::errc;

struct VaultKeys : vault_fixture {
  VaultKeys() {
    anna = add_user();
    EXPECT_TRUE(save(anna, "key", "the value").has_value());
    key_id = ring->state().key_id;
  }
  void expect_closed(key_state expected, const std::string& type) {
    const auto opened = restart();
    EXPECT_EQ(opened.state.state, expected);
    EXPECT_EQ(opened.state.key_id, key_id);
    EXPECT_NE(opened.state.why.find(key_id), std::string::npos) << opened.state.why;
    EXPECT_FALSE(opened.recovery_key.has_value());
    EXPECT_EQ(get(anna, "key"), type);
    EXPECT_EQ(reveal(anna, "key"), type);
    EXPECT_EQ(outcome_of(save(anna, "key", "new")), type);
    EXPECT_EQ(outcome_of(await(service->list_user_secrets(anna))), type);
    EXPECT_EQ(outcome_of(await(service->delete_user_secret(anna, "key", by(anna)))), type);
    EXPECT_EQ(outcome_of(manager().renew_recovery_key()), type);
    EXPECT_EQ(count("vault_master_keys"), 1);
  }
  base::user_id anna;
  std::string key_id;
};
INSTANTIATE_TEST_SUITE_P(Databases, VaultKeys, tests::each_database, tests::database_name);

}  // namespace

TEST_P(VaultKeys, AKeyIsMadeOnceWithItsRecoveryKey) {
  EXPECT_FALSE(recovery_key.empty());
  EXPECT_TRUE(parse_recovery_key(recovery_key.text()).has_value());
  EXPECT_NE(key_text().find(key_id), std::string::npos);
  const auto before = key_text();
  const auto again = restart();
  EXPECT_EQ(again.state.state, key_state::ready);
  EXPECT_FALSE(again.recovery_key.has_value());
  EXPECT_EQ(key_text(), before);
  EXPECT_EQ(get(anna, "key"), "the value");
  EXPECT_EQ(acts("vault.key_made"), 1);
  const auto status = manager().status().value();
  EXPECT_EQ(status.in_source, std::vector<std::string>{key_id});
  EXPECT_EQ(status.in_database, std::vector<std::string>{key_id});
  EXPECT_EQ(status.users, 1);
  EXPECT_EQ(status.older, 0);
}

TEST_P(VaultKeys, ARecoveryKeyThatNobodySawIsTold) {
  EXPECT_FALSE(manager().status()->recovery_shown);
  ASSERT_TRUE(manager().note_recovery_shown().has_value());
  EXPECT_TRUE(manager().status()->recovery_shown);
  ASSERT_TRUE(manager().renew_recovery_key().has_value());
  EXPECT_FALSE(manager().status()->recovery_shown);
}

TEST_P(VaultKeys, TwoDoNotChangeTheFileAtOnce) {
  file_keys other(key_file(), file_keys::keeper::program);
  auto held = other.hold();
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(manager().recover(recovery_key.text()).error().code, errc::conflict);
  held = base::error{errc::internal};
  EXPECT_TRUE(manager().recover(recovery_key.text()).has_value());
}

// Security checklist a.34, c.74.
TEST_P(VaultKeys, WithoutItsKeyTheVaultIsClosedAndNoKeyIsMade) {
  const auto good = key_text();
  std::filesystem::remove(key_file());
  expect_closed(key_state::key_missing, "vault-key-missing");
  EXPECT_FALSE(std::filesystem::exists(key_file()));

  for (const auto& text : {std::string(), good.substr(0, good.size() - 10), std::string("word")}) {
    write_key_text(text);
    expect_closed(key_state::key_missing, "vault-key-missing");
    EXPECT_EQ(key_text(), text);
  }
  write_key_text(good);
  ::chmod(key_file().c_str(), 0644);
  expect_closed(key_state::key_missing, "vault-key-missing");
  ::chmod(key_file().c_str(), 0600);
  // Put back, it opens without a restart too.
  EXPECT_EQ(manager().open()->state.state, key_state::ready);
  EXPECT_EQ(get(anna, "key"), "the value");
}

// Security checklist c.74.
TEST_P(VaultKeys, WithAnotherKeyTheVaultIsClosed) {
  const auto good = key_text();
  const auto other = master_key::make();
  write_key_text(other.id() + " " + base::to_base64url(other.bytes()) + "\n");
  expect_closed(key_state::key_wrong, "vault-key-wrong");
  EXPECT_NE(ring->state().why.find(other.id()), std::string::npos);
  EXPECT_NE(ring->state().why.find(key_file().string()), std::string::npos);
  write_key_text(good);
  write("UPDATE vault_master_keys SET canary = recovery");
  expect_closed(key_state::key_wrong, "vault-key-wrong");
}

TEST_P(VaultKeys, TheRecoveryKeyMakesTheFileAgain) {
  const auto before = key_text();
  std::filesystem::remove(key_file());
  restart();
  EXPECT_EQ(outcome_of(manager().recover("word")), "recovery-key-wrong");
  EXPECT_EQ(outcome_of(manager().recover(text_of_recovery_key(make_recovery_key()).text())), "recovery-key-wrong");
  EXPECT_FALSE(std::filesystem::exists(key_file()));
  write_key_text("word");
  EXPECT_EQ(outcome_of(manager().recover(recovery_key.text())), "vault-key-unusable");
  EXPECT_EQ(key_text(), "word");
  std::filesystem::remove(key_file());
  EXPECT_EQ(manager().recover(recovery_key.text())->state.state, key_state::ready);
  EXPECT_EQ(key_text(), before);
  EXPECT_EQ(get(anna, "key"), "the value");
  EXPECT_EQ(acts("vault.key_recovered"), 1);
}

TEST_P(VaultKeys, AnotherKeyInTheFileSurvivesTheRecovery) {
  const auto other = master_key::make();
  write_key_text(base::to_base64url(other.bytes()));
  restart();
  EXPECT_EQ(manager().recover(recovery_key.text())->state.state, key_state::ready);
  EXPECT_EQ(manager().status()->in_source, (std::vector<std::string>{key_id, other.id()}));
}

TEST_P(VaultKeys, ARenewedRecoveryKeyEndsTheOneBefore) {
  const auto renewed = manager().renew_recovery_key().value();
  std::filesystem::remove(key_file());
  restart();
  EXPECT_EQ(outcome_of(manager().recover(recovery_key.text())), "recovery-key-wrong");
  EXPECT_EQ(manager().recover(renewed.text())->state.state, key_state::ready);
  EXPECT_EQ(get(anna, "key"), "the value");
}

TEST_P(VaultKeys, AKeyOfTheOperatorIsTakenAndNeverMade) {
  write("DELETE FROM vault_user_keys");
  write("DELETE FROM vault_master_keys");
  const auto given = master_key::make();
  given_keys setting{base::secret_bytes(base::to_base64url(given.bytes()))};
  keyring other_ring(setting);
  const auto opened = key_service(*store, other_ring, audit, clock).open().value();
  EXPECT_EQ(opened.state.state, key_state::ready);
  EXPECT_EQ(opened.state.key_id, given.id());
  EXPECT_TRUE(opened.recovery_key.has_value());

  write("DELETE FROM vault_master_keys");
  file_keys absent(folder.path() / "absent.key", file_keys::keeper::operators);
  keyring empty_ring(absent);
  const auto closed = key_service(*store, empty_ring, audit, clock).open().value();
  EXPECT_EQ(closed.state.state, key_state::key_missing);
  EXPECT_NE(closed.state.why.find("absent.key does not exist"), std::string::npos) << closed.state.why;
  EXPECT_EQ(count("vault_master_keys"), 0);
}

}  // namespace kontor::vault
