#include "vault/vault_service.hpp"

#include "vault/secret_name.hpp"
#include "vault/vault_export.hpp"
#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <future>
#include <map>

namespace kontor::vault {
namespace {

using base::errc;

struct Vault : vault_fixture {};
INSTANTIATE_TEST_SUITE_P(Databases, Vault, tests::each_database, tests::database_name);

TEST(SecretName, IsHarmlessEverywhere) {
  for (const auto* good : {"a", "0", "bitget_api_key", "azure_openai_api_version_auto", "a.b-c_d", "9"})
    EXPECT_TRUE(is_secret_name(good)) << good;
  EXPECT_TRUE(is_secret_name(std::string(max_name_size, 'a')));
  for (const auto* bad : {"", "_a", ".a", "-a", "A", "a b", "a/b", "a\n", "ä", "a%20", "a'"})
    EXPECT_FALSE(is_secret_name(bad)) << bad;
  EXPECT_FALSE(is_secret_name(std::string(max_name_size + 1, 'a')));
  EXPECT_FALSE(is_secret_name(std::string_view("a\0b", 3)));
}

}  // namespace

TEST_P(Vault, ASecretIsThereForItsOwnerAlone) {
  const auto anna = add_user();
  const auto bert = add_user();
  const auto saved = save(anna, "bitget_api_key", "bg_1234567890123456WXYZ").value();
  EXPECT_EQ(saved.version, 1);
  EXPECT_EQ(saved.hint.text(), "WXYZ");
  EXPECT_EQ(get(anna, "bitget_api_key"), "bg_1234567890123456WXYZ");
  EXPECT_EQ(get(bert, "bitget_api_key"), "not-found");
  EXPECT_EQ(reveal(bert, "bitget_api_key"), "not-found");
  EXPECT_EQ(get(anna, "another"), "not-found");
  EXPECT_TRUE(list(bert).empty());
  EXPECT_EQ(outcome_of(await(service->delete_user_secret(bert, "bitget_api_key", by(bert)))), "not-found");
  EXPECT_EQ(outcome_of(await(service->destroy_user_secret(bert, "bitget_api_key", by(bert)))), "not-found");
  EXPECT_EQ(outcome_of(await(service->list_versions(bert, "bitget_api_key"))), "not-found");
  // The same name, another secret.
  ASSERT_TRUE(save(bert, "bitget_api_key", "another").has_value());
  EXPECT_EQ(get(anna, "bitget_api_key"), "bg_1234567890123456WXYZ");
  EXPECT_EQ(get(bert, "bitget_api_key"), "another");
  restart();
  EXPECT_EQ(get(anna, "bitget_api_key"), "bg_1234567890123456WXYZ");
}

TEST_P(Vault, AnyBytesAreAValue) {
  const auto anna = add_user();
  std::string all;
  for (int i = 0; i < 256; ++i)
    all.push_back(static_cast<char>(i));
  ASSERT_TRUE(save(anna, "bytes", all).has_value());
  EXPECT_EQ(get(anna, "bytes"), all);
  EXPECT_TRUE(list(anna).front().hint.empty());
}

TEST_P(Vault, LimitsAreValuesOfAnError) {
  const auto anna = add_user();
  EXPECT_TRUE(save(anna, "large", std::string(max_value_size, 'x')).has_value());
  EXPECT_EQ(get(anna, "large").size(), max_value_size);
  const auto larger = save(anna, "large", std::string(max_value_size + 1, 'x'));
  ASSERT_TRUE(larger.has_error());
  EXPECT_EQ(larger.error().code, errc::invalid_input);
  EXPECT_EQ(larger.error().fields.at(0).path, "/value");
  EXPECT_EQ(save(anna, "empty", "").error().fields.at(0).code, "too_short");
  EXPECT_EQ(save(anna, "No", "x").error().fields.at(0).path, "/name");
  EXPECT_EQ(outcome_of(save(crypto::random_id<base::user_id>(), "name", "x")), "not-found");
  EXPECT_EQ(count("vault_user_keys"), 1);
}

TEST_P(Vault, AUserHasAThousandSecretsAtMost) {
  const auto anna = add_user();
  for (std::size_t i = 0; i < most_secrets; ++i)
    ASSERT_EQ(outcome_of(save(anna, "n" + std::to_string(i), "value")), "good") << i;
  EXPECT_EQ(outcome_of(save(anna, "one-more", "value")), "too-many-secrets");
  EXPECT_TRUE(save(anna, "n0", "again").has_value());
  EXPECT_EQ(list(anna).size(), most_secrets);
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "n1", by(anna))).has_value());
  EXPECT_TRUE(save(anna, "one-more", "value").has_value());
}

// One user must not slow all others down: a list costs what is in it.
TEST_P(Vault, AUserHasAMebibyteAtMost) {
  const auto anna = add_user();
  for (std::size_t i = 0; i < most_bytes / max_value_size; ++i)
    ASSERT_TRUE(save(anna, "n" + std::to_string(i), std::string(max_value_size, 'x')).has_value()) << i;
  EXPECT_EQ(outcome_of(save(anna, "one-more", "v")), "too-many-secrets");
  EXPECT_TRUE(save(anna, "n0", std::string(max_value_size, 'y')).has_value()) << "earlier versions do not count";
  ASSERT_TRUE(save(anna, "n0", std::string(max_value_size - 1, 'y')).has_value());
  ASSERT_TRUE(save(anna, "one-more", "v").has_value());
  EXPECT_EQ(outcome_of(save(anna, "one-more", "vv")), "too-many-secrets");
  ASSERT_TRUE(await(service->delete_user_secret(anna, "n0", by(anna))).has_value());
  EXPECT_EQ(outcome_of(save(anna, "one-more", "vv")), "too-many-secrets");
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "n0", by(anna))).has_value());
  EXPECT_TRUE(save(anna, "one-more", "vv").has_value());
  EXPECT_TRUE(save(add_user(), "one-more", "v").has_value());
}

TEST_P(Vault, SomeAreFoundByTheirNames) {
  const auto anna = add_user();
  for (const auto* name : {"a", "b", "c"})
    ASSERT_TRUE(save(anna, name, "value").has_value());
  ASSERT_TRUE(await(service->delete_user_secret(anna, "b", by(anna))).has_value());
  write("DELETE FROM vault_secrets" + of(anna, "c"));
  const auto found = [&](const base::user_id& owner, std::vector<std::string> names) {
    std::string all;
    for (const auto& info : await(service->find_user_secrets(owner, std::move(names))).value())
      all += info.name + (info.deleted_at ? " deleted, " : info.is_readable ? ", " : " unreadable, ");
    return all;
  };
  EXPECT_EQ(found(anna, {"b", "a", "never"}), "a, b deleted, ");
  EXPECT_EQ(found(anna, {"c"}), "c unreadable, ");
  EXPECT_EQ(found(anna, {}), "");
  EXPECT_EQ(found(anna, {"\xff", std::string("a\0", 2), "A"}), "");
  EXPECT_EQ(found(add_user(), {"a"}), "");
}

TEST_P(Vault, TenVersionsAreKept) {
  const auto anna = add_user();
  for (int i = 1; i <= 12; ++i)
    EXPECT_EQ(save(anna, "key", "value " + std::to_string(i)).value().version, i);
  const auto versions = await(service->list_versions(anna, "key")).value();
  ASSERT_EQ(versions.size(), static_cast<std::size_t>(versions_kept));
  EXPECT_EQ(versions.front().version, 12);
  EXPECT_EQ(versions.back().version, 3);
  EXPECT_EQ(get(anna, "key"), "value 12");
  EXPECT_EQ(reveal(anna, "key", 3), "value 3");
  EXPECT_EQ(reveal(anna, "key", 2), "not-found");
  EXPECT_EQ(reveal(anna, "key", 13), "not-found");
}

TEST_P(Vault, DeletedComesBackAndDestroyedDoesNot) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "key", "the value").has_value());
  ASSERT_TRUE(await(service->delete_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(get(anna, "key"), "not-found");
  EXPECT_EQ(reveal(anna, "key", 1), "not-found");
  EXPECT_TRUE(list(anna).at(0).deleted_at.has_value());
  EXPECT_EQ(outcome_of(await(service->delete_user_secret(anna, "key", by(anna)))), "not-found");
  EXPECT_EQ(await(service->undelete_user_secret(anna, "key", by(anna))).value().version, 1);
  EXPECT_EQ(outcome_of(await(service->undelete_user_secret(anna, "key", by(anna)))), "not-found");
  EXPECT_EQ(get(anna, "key"), "the value");
  // Saving over a deleted one brings it back, too, and its number goes on.
  ASSERT_TRUE(await(service->delete_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(save(anna, "key", "a new value").value().version, 2);
  EXPECT_EQ(get(anna, "key"), "a new value");
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(outcome_of(await(service->undelete_user_secret(anna, "key", by(anna)))), "not-found");
  EXPECT_EQ(count("vault_versions"), 0);
  EXPECT_TRUE(list(anna).empty());
}

TEST_P(Vault, ComparesBeforeItSets) {
  const auto anna = add_user();
  const auto at = [](std::int64_t version) { return save_options{.expected_version = version}; };
  EXPECT_EQ(outcome_of(save(anna, "key", "x", at(1))), "version-changed");
  EXPECT_EQ(save(anna, "key", "one", at(0)).value().version, 1);
  EXPECT_EQ(outcome_of(save(anna, "key", "x", at(0))), "version-changed");
  EXPECT_EQ(outcome_of(save(anna, "key", "x", at(2))), "version-changed");
  EXPECT_EQ(save(anna, "key", "two", at(1)).value().version, 2);
  ASSERT_TRUE(await(service->delete_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(outcome_of(save(anna, "key", "x", at(2))), "version-changed");
  EXPECT_EQ(save(anna, "key", "three", at(0)).value().version, 3);
  EXPECT_EQ(get(anna, "key"), "three");
}

TEST_P(Vault, OfManyWhoSetAtTheSameTimeOneWins) {
  const auto anna = add_user();
  std::vector<std::future<base::result<secret_info>>> attempts;
  for (int i = 0; i < 20; ++i) {
    auto how = save_options{.expected_version = 0};
    attempts.push_back(await_on(static_cast<std::size_t>(i) % loops.size(),
                                service->save_user_secret(anna, "key", secret("value"), how, by(anna))));
  }
  std::map<std::string, int> outcomes;
  for (auto& attempt : attempts)
    ++outcomes[outcome_of(attempt.get())];
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"good", 1}, {"version-changed", 19}}));
  EXPECT_EQ(count("vault_versions"), 1);
}

TEST_P(Vault, NoSaveOfManyIsLost) {
  const auto anna = add_user();
  std::vector<std::future<base::result<secret_info>>> saves;
  for (int i = 0; i < 24; ++i)
    saves.push_back(
        await_on(static_cast<std::size_t>(i) % loops.size(),
                 service->save_user_secret(anna, "key" + std::to_string(i % 8), secret("value"), {}, by(anna))));
  for (auto& each : saves)
    EXPECT_EQ(outcome_of(each.get()), "good");
  ASSERT_EQ(list(anna).size(), 8u);
  for (const auto& info : list(anna)) {
    EXPECT_TRUE(info.is_readable) << info.name;
    EXPECT_EQ(info.version, 3) << info.name;
  }
}

// OpenBao CVE-2026-115357.
TEST_P(Vault, CVE_2026_115357_WithoutItsEntryInTheLogNothingIsShownOrChanged) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "key", "the value").has_value());
  write("ALTER TABLE audit_log RENAME TO audit_log_away");
  EXPECT_ANY_THROW(reveal(anna, "key"));
  EXPECT_ANY_THROW(save(anna, "key", "another"));
  EXPECT_ANY_THROW((void)await(service->delete_user_secret(anna, "key", by(anna))));
  write("ALTER TABLE audit_log_away RENAME TO audit_log");
  EXPECT_EQ(reveal(anna, "key"), "the value");
  EXPECT_EQ(acts("secret.revealed"), 1);
}

TEST_P(Vault, WhatIsDoneIsWrittenDownByItsFullName) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "key", "planted-plaintext-value-1").has_value());
  EXPECT_EQ(reveal(anna, "key"), "planted-plaintext-value-1");
  ASSERT_TRUE(await(service->delete_user_secret(anna, "key", by(anna))).has_value());
  ASSERT_TRUE(await(service->undelete_user_secret(anna, "key", by(anna))).has_value());
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
  ASSERT_TRUE(await(service->destroy_all(anna, by(anna))).has_value());
  for (const auto* action : {"secret.saved", "secret.revealed", "secret.deleted", "secret.undeleted",
                             "secret.destroyed", "secrets.destroyed_all"})
    EXPECT_EQ(acts(action), 1) << action;
  EXPECT_EQ(text_at("SELECT detail FROM audit_log WHERE action = 'secret.revealed'"),
            R"({"name":"user_)" + anna.str() + R"(_key","version":1})");
  EXPECT_EQ(outcome_of(await(service->destroy_all(anna, by(anna)))), "not-found");
}

// 3Commas: a stolen database must be of no use. Security checklist c.87.
TEST_P(Vault, NoPlainByteStandsInTheDatabase) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "key", "planted-plaintext-value-2-with-end").has_value());
  for (const auto* column :
       {"wrapped FROM vault_user_keys", "directory FROM vault_user_keys", "token FROM vault_versions",
        "recovery FROM vault_master_keys", "canary FROM vault_master_keys"}) {
    const auto stored = text_at(std::string("SELECT ") + column);
    EXPECT_EQ(stored.find("planted"), std::string::npos) << column;
    EXPECT_EQ(stored.find("-end"), std::string::npos) << column;
    EXPECT_TRUE(stored.starts_with("gAAAAAB")) << column;  // A Fernet token of our time.
  }
}

TEST_P(Vault, TheLastUseIsNotedOnceAMinute) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "key", "value").has_value());
  EXPECT_FALSE(list(anna).at(0).last_used_at.has_value());
  const auto settle = [&] { restart(); };  // stop() writes what waits.
  EXPECT_EQ(get(anna, "key"), "value");
  settle();
  EXPECT_EQ(list(anna).at(0).last_used_at, noon);
  clock.advance(1min - 1us);
  EXPECT_EQ(get(anna, "key"), "value");
  settle();
  EXPECT_EQ(list(anna).at(0).last_used_at, noon);
  clock.advance(1us);
  EXPECT_EQ(get(anna, "key"), "value");
  settle();
  EXPECT_EQ(list(anna).at(0).last_used_at, noon + 1min);
  // Looking at it is no use of it.
  clock.advance(1h);
  EXPECT_EQ(reveal(anna, "key"), "value");
  settle();
  EXPECT_EQ(list(anna).at(0).last_used_at, noon + 1min);
}

// OpenBao CVE-2026-42186.
TEST_P(Vault, CVE_2026_42186_EverythingGoesWithTheUser) {
  const auto anna = add_user();
  const auto bert = add_user();
  ASSERT_TRUE(save(anna, "key", "value").has_value());
  ASSERT_TRUE(save(bert, "key", "value of bert").has_value());
  write("DELETE FROM users WHERE id = '" + anna.str() + "'");
  for (const auto* table : {"vault_user_keys", "vault_secrets", "vault_versions"})
    EXPECT_EQ(count(table), 1) << table;
  EXPECT_EQ(get(anna, "key"), "not-found");
  EXPECT_EQ(get(bert, "key"), "value of bert");
}

TEST_P(Vault, TheArchiveNamesSecretsWithoutTheirValues) {
  const auto anna = add_user();
  for (int i = 0; i < takeout::page_size + 1; ++i)
    ASSERT_TRUE(save(anna, "n" + std::to_string(1000 + i), "value").has_value());
  std::vector<takeout::row> rows;
  std::optional<std::string> from;
  do {
    auto job = [&](sql::session& in) { return vault_export().read(in, anna, from); };
    auto page = store->read_now(std::move(job)).value();
    rows.insert(rows.end(), page.rows.begin(), page.rows.end());
    from = page.next;
  } while (from);
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(takeout::page_size + 1));
  EXPECT_EQ(std::get<std::string>(rows.front().front()), "user_" + anna.str() + "_n1000");
  EXPECT_EQ(rows.front().size(), vault_export().columns().size());
}

TEST_P(Vault, SeveralChangesHappenTogetherOrNotAtAll) {
  const auto anna = add_user();
  ASSERT_TRUE(save(anna, "old", "an old value").has_value());
  std::vector<std::string> seen;
  joint_change good;
  good.secrets.push_back({"a", secret("value a")});
  good.secrets.push_back({"b", secret("value b")});
  good.secrets.push_back({"old", std::nullopt});
  good.secrets.push_back({"never", std::nullopt});
  good.beside = [&seen](sql::session& in, std::span<const std::string> seals) {
    seen.assign(seals.begin(), seals.end());
    in.execute("UPDATE vault_secrets SET last_used_at = 7 WHERE name = 'b'");
    return base::result<void>();
  };
  ASSERT_TRUE(await(service->change_user_secrets(anna, std::move(good), by(anna))).has_value());
  EXPECT_EQ(seen, (std::vector<std::string>{list(anna).at(0).seal, list(anna).at(1).seal, "", ""}));
  EXPECT_EQ(get(anna, "a") + ", " + get(anna, "b") + ", " + get(anna, "old"), "value a, value b, not-found");
  EXPECT_EQ(acts("secret.saved"), 3);
  EXPECT_EQ(acts("secret.destroyed"), 1);

  joint_change refused;
  refused.secrets.push_back({"a", secret("another")});
  refused.secrets.push_back({"b", std::nullopt});
  refused.beside = [](sql::session&, std::span<const std::string>) {
    return base::result<void>(base::error{errc::conflict, "not-today"});
  };
  EXPECT_EQ(outcome_of(await(service->change_user_secrets(anna, std::move(refused), by(anna)))), "not-today");
  EXPECT_EQ(get(anna, "a") + ", " + get(anna, "b"), "value a, value b");

  joint_change bad;
  bad.secrets.push_back({"c", secret("value c")});
  bad.secrets.push_back({"No name", secret("value")});
  EXPECT_EQ(outcome_of(await(service->change_user_secrets(anna, std::move(bad), by(anna)))), "invalid-input");
  EXPECT_EQ(get(anna, "c"), "not-found");
  EXPECT_EQ(acts("secret.saved"), 3);
}

// By its version alone one could be taken for another: both are the first.
TEST_P(Vault, ASavedValueIsKnownAgainAndNoOtherIsTakenForIt) {
  const auto anna = add_user();
  const auto seal = [&] { return await(service->get_user_secret(anna, "key")).value().seal; };
  const auto first = save(anna, "key", "the same value").value();
  EXPECT_FALSE(first.seal.empty());
  EXPECT_EQ(seal(), first.seal);
  EXPECT_EQ(list(anna).at(0).seal, first.seal);
  ASSERT_TRUE(await(service->delete_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(await(service->undelete_user_secret(anna, "key", by(anna))).value().seal, first.seal);

  EXPECT_EQ(rotation(*store, *ring, audit, clock).run(rotation::aim::new_key).value().end, rotation_step::finished);
  EXPECT_EQ(seal(), first.seal);
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
  const auto anew = save(anna, "key", "the same value").value();
  EXPECT_EQ(anew.version, first.version);
  EXPECT_NE(anew.seal, first.seal);
  write("UPDATE vault_versions SET token = 'x'" + of(anna, "key"));
  EXPECT_EQ(list(anna).at(0).seal, "");
}

}  // namespace kontor::vault
