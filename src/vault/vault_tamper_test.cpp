// What somebody who can write to the database, but has no key, can do: make a secret unreadable, and nothing else.
#include "vault/vault_export.hpp"
#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace kontor::vault {
namespace {

struct Tampered : vault_fixture {
  Tampered() {
    anna = add_user();
    bert = add_user();
    for (const auto* value : {"anna's first", "anna's second"})
      EXPECT_TRUE(save(anna, "key", value).has_value());
    EXPECT_TRUE(save(anna, "other", "anna's other").has_value());
    for (const auto* value : {"bert's first", "bert's second"})
      EXPECT_TRUE(save(bert, "key", value).has_value());
  }

  std::string token(const base::user_id& owner, const std::string& name, int version) {
    return text_at("SELECT token FROM vault_versions" + of(owner, name) + " AND version = " + std::to_string(version));
  }
  void set_token(const base::user_id& owner, const std::string& name, int version, const std::string& text) {
    set("UPDATE vault_versions SET token = :text" + of(owner, name) + " AND version = " + std::to_string(version),
        text);
  }
  void set(const std::string& statement, const std::string& text) {
    auto job = [statement = std::make_shared<std::string>(statement), text](sql::session& in) {
      return in.execute(*statement, {{"text", text}});
    };
    EXPECT_EQ(store->write_now(std::move(job)).value(), 1);
  }
  std::string user_column(const std::string& column, const base::user_id& owner) {
    return text_at("SELECT " + column + " FROM vault_user_keys WHERE user_id = '" + owner.str() + "'");
  }
  void set_user_column(const std::string& column, const base::user_id& owner, const std::string& text) {
    set("UPDATE vault_user_keys SET " + column + " = :text WHERE user_id = '" + owner.str() + "'", text);
  }

  base::user_id anna;
  base::user_id bert;
};
INSTANTIATE_TEST_SUITE_P(Databases, Tampered, tests::each_database, tests::database_name);

struct tampering {
  const char* what;
  std::function<void(Tampered&)> act;
};

// Each makes anna's `key` unreadable.
const std::vector<tampering>& all_tamperings() {
  static const std::vector<tampering> all = {
      {"the token of another user", [](Tampered& t) { t.set_token(t.anna, "key", 2, t.token(t.bert, "key", 2)); }},
      {"the token of another name", [](Tampered& t) { t.set_token(t.anna, "key", 2, t.token(t.anna, "other", 1)); }},
      {"the token of another version", [](Tampered& t) { t.set_token(t.anna, "key", 2, t.token(t.anna, "key", 1)); }},
      {"a token that is cut", [](Tampered& t) { t.set_token(t.anna, "key", 2, t.token(t.anna, "key", 2).substr(4)); }},
      {"no token", [](Tampered& t) { t.set_token(t.anna, "key", 2, ""); }},
      {"the present version is away",
       [](Tampered& t) { t.write("DELETE FROM vault_versions" + t.of(t.anna, "key") + " AND version = 2"); }},
      {"the head names an old version",
       [](Tampered& t) { t.write("UPDATE vault_secrets SET version = 1" + t.of(t.anna, "key")); }},
      {"all rows of the secret as they were before",
       [](Tampered& t) {
         t.write("DELETE FROM vault_versions" + t.of(t.anna, "key") + " AND version = 2");
         t.write("UPDATE vault_secrets SET version = 1" + t.of(t.anna, "key"));
       }},
      {"two versions changed places",
       [](Tampered& t) {
         t.write("UPDATE vault_versions SET version = 99" + t.of(t.anna, "key") + " AND version = 1");
         t.write("UPDATE vault_versions SET version = 1" + t.of(t.anna, "key") + " AND version = 2");
         t.write("UPDATE vault_versions SET version = 2" + t.of(t.anna, "key") + " AND version = 99");
       }},
      {"the head is away", [](Tampered& t) { t.write("DELETE FROM vault_secrets" + t.of(t.anna, "key")); }},
      {"it looks deleted",
       [](Tampered& t) { t.write("UPDATE vault_secrets SET deleted_at = 5" + t.of(t.anna, "key")); }},
  };
  return all;
}

}  // namespace

// Security checklist a.31, c.72, c.73.
TEST_P(Tampered, ThatSecretIsUnreadableAnEntryNamesItAndEverythingElseReads) {
  int expected = 0;
  for (const auto& [what, act] : all_tamperings()) {
    SCOPED_TRACE(what);
    // A fresh start, so that neither the cache nor what was reported before helps.
    clock.advance(2h);
    restart();
    ASSERT_EQ(get(anna, "key"), "anna's second");
    act(*this);
    EXPECT_EQ(get(anna, "key"), "secret-unreadable");
    EXPECT_EQ(reveal(anna, "key"), "secret-unreadable");
    EXPECT_EQ(acts("secret.unreadable"), ++expected);  // Once, however often.
    EXPECT_EQ(text_at("SELECT detail FROM audit_log WHERE action = 'secret.unreadable' ORDER BY seq DESC LIMIT 1")
                  .find(R"({"name":"user_)" + anna.str() + R"(_key")"),
              0u);
    EXPECT_FALSE(is_readable(anna, "key"));
    EXPECT_EQ(get(anna, "other"), "anna's other");
    EXPECT_EQ(get(bert, "key"), "bert's second");
    EXPECT_TRUE(is_readable(anna, "other"));
    EXPECT_TRUE(is_readable(bert, "key"));
    // It is not overwritten, nor deleted, by accident.
    EXPECT_EQ(outcome_of(save(anna, "key", "new")), "secret-unreadable");
    EXPECT_EQ(outcome_of(await(service->delete_user_secret(anna, "key", by(anna)))), "secret-unreadable");
    EXPECT_EQ(outcome_of(await(service->undelete_user_secret(anna, "key", by(anna)))), "secret-unreadable");
    // But when its owner says so.
    const auto replaced = save(anna, "key", "replaced", {.if_unreadable = unreadable::replace});
    ASSERT_TRUE(replaced.has_value());
    EXPECT_GT(replaced->version, 2);
    EXPECT_EQ(get(anna, "key"), "replaced");
    ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
    for (const auto* value : {"anna's first", "anna's second"})
      EXPECT_TRUE(save(anna, "key", value).has_value());
  }
}

// The highest number there is: the one after it is the lowest.
TEST_P(Tampered, AVersionThatCannotBeCountedOnHarmsThatSecretAlone) {
  for (const auto* number : {"9223372036854775807", "4611686018427387904", "4611686018427387903", "-5", "0"}) {
    SCOPED_TRACE(number);
    const std::string to = "version = " + std::string(number);
    write("UPDATE vault_versions SET " + to + of(anna, "key") +
          " AND version = (SELECT MIN(version) FROM vault_versions" + of(anna, "key") + ")");
    write("UPDATE vault_secrets SET " + to + of(anna, "key"));
    EXPECT_EQ(get(anna, "key"), "secret-unreadable");
    for (int i = 0; i < 2; ++i)
      (void)save(anna, "key", "new", {.if_unreadable = unreadable::replace});
    ASSERT_TRUE(save(anna, "third", "value").has_value());
    EXPECT_EQ(get(anna, "other"), "anna's other");
    EXPECT_EQ(get(anna, "third"), "value");
    ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
    for (const auto* value : {"anna's first", "anna's second"})
      ASSERT_TRUE(save(anna, "key", value).has_value());
    EXPECT_EQ(get(anna, "key"), "anna's second");
    EXPECT_EQ(count("vault_versions" + of(anna, "key")), 2);
  }
}

TEST_P(Tampered, WhatWasSealedBeforeASecretWasDestroyedFitsNoLaterOne) {
  const auto first = token(anna, "key", 1);
  const auto second = token(anna, "key", 2);
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
  for (const auto* value : {"another first", "another second"})
    ASSERT_TRUE(save(anna, "key", value).has_value());
  EXPECT_EQ(reveal(anna, "key", 1), "another first");
  set_token(anna, "key", 1, first);
  EXPECT_EQ(reveal(anna, "key", 1), "secret-unreadable");
  EXPECT_EQ(reveal(anna, "key"), "another second");
  set_token(anna, "key", 2, second);
  EXPECT_EQ(reveal(anna, "key"), "secret-unreadable");
}

TEST_P(Tampered, AnUnreadableSecretCanBeDestroyed) {
  set_token(anna, "key", 2, token(bert, "key", 2));
  ASSERT_TRUE(await(service->destroy_user_secret(anna, "key", by(anna))).has_value());
  EXPECT_EQ(get(anna, "key"), "not-found");
  EXPECT_EQ(list(anna).size(), 1u);
}

TEST_P(Tampered, RowsThatWereCopiedToAnotherUserAreListedThereAsUnreadable) {
  write("INSERT INTO vault_secrets SELECT '" + bert.str() +
        "', name, version, created_at, updated_at, deleted_at, last_used_at FROM vault_secrets" + of(anna, "other"));
  write("INSERT INTO vault_versions SELECT '" + bert.str() + "', name, version, token, created_at FROM vault_versions" +
        of(anna, "other"));
  EXPECT_EQ(get(bert, "other"), "secret-unreadable");
  EXPECT_FALSE(is_readable(bert, "other"));
  EXPECT_EQ(get(bert, "key"), "bert's second");
  EXPECT_EQ(get(anna, "other"), "anna's other");
}

TEST_P(Tampered, ARowWithANameThatNoSecretHasHidesNothing) {
  const std::string names = GetParam() == sql::kind::sqlite ? "CAST(x'6bff' AS TEXT)" : "'K' || chr(7)";
  write("INSERT INTO vault_secrets SELECT user_id, " + names +
        ", version, created_at, updated_at, deleted_at, last_used_at FROM vault_secrets" + of(anna, "other"));
  ASSERT_EQ(list(anna).size(), 2u);
  EXPECT_TRUE(is_readable(anna, "key"));
  EXPECT_TRUE(is_readable(anna, "other"));
  auto job = [this](sql::session& in) { return vault_export().read(in, anna, std::nullopt).rows.size(); };
  EXPECT_EQ(store->read_now(std::move(job)).value(), 3u);
  ASSERT_TRUE(await(service->destroy_all(anna, by(anna))).has_value());
  EXPECT_EQ(count("vault_secrets WHERE user_id = '" + anna.str() + "'"), 0);
}

TEST_P(Tampered, AnOldListOfSecretsHidesOnlyWhatChangedSince) {
  const auto before = user_column("directory", anna);
  ASSERT_TRUE(save(anna, "key", "anna's third").has_value());
  set_user_column("directory", anna, before);
  EXPECT_EQ(get(anna, "key"), "secret-unreadable");
  EXPECT_EQ(get(anna, "other"), "anna's other");
}

TEST_P(Tampered, AKeyOrListOfAnotherUserOpensNothingHere) {
  for (const std::string column : {"wrapped", "directory"}) {
    SCOPED_TRACE(column);
    const auto own = user_column(column, anna);
    set_user_column(column, anna, user_column(column, bert));
    for (const auto* name : {"key", "other"}) {
      EXPECT_EQ(get(anna, name), "secret-unreadable");
      EXPECT_FALSE(is_readable(anna, name));
      EXPECT_EQ(outcome_of(save(anna, name, "new", {.if_unreadable = unreadable::replace})), "secret-unreadable");
    }
    EXPECT_EQ(get(bert, "key"), "bert's second");
    set_user_column(column, anna, own);
    EXPECT_EQ(get(anna, "key"), "anna's second");
  }
}

TEST_P(Tampered, WhoseKeyIsBrokenCanBeginAnew) {
  set_user_column("wrapped", anna, "nothing");
  EXPECT_EQ(get(anna, "key"), "secret-unreadable");
  ASSERT_TRUE(await(service->destroy_all(anna, by(anna))).has_value());
  EXPECT_TRUE(list(anna).empty());
  ASSERT_TRUE(save(anna, "key", "from the beginning").has_value());
  EXPECT_EQ(get(anna, "key"), "from the beginning");
}

// Every bit is in seals_test; here some of each sealed column, through the database.
// Security checklist a.31.
TEST_P(Tampered, AFlippedBitAnywhereIsSeen) {
  const auto good = token(anna, "key", 2);
  for (std::size_t i = 0; i < good.size(); i += 17) {
    auto flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 2);
    set_token(anna, "key", 2, flipped);
    EXPECT_EQ(get(anna, "key"), "secret-unreadable") << i;
    EXPECT_FALSE(is_readable(anna, "key")) << i;
  }
  set_token(anna, "key", 2, good);
  EXPECT_EQ(get(anna, "key"), "anna's second");
  for (const std::string column : {"wrapped", "directory"}) {
    const auto whole = user_column(column, anna);
    for (std::size_t i = 0; i < whole.size(); i += 31) {
      auto flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 2);
      set_user_column(column, anna, flipped);
      EXPECT_EQ(get(anna, "other"), "secret-unreadable") << column << i;
    }
    set_user_column(column, anna, whole);
  }
  EXPECT_EQ(get(anna, "other"), "anna's other");
  EXPECT_EQ(get(bert, "key"), "bert's second");
}

TEST_P(Tampered, WhatIsOnlyListedIsReportedToo) {
  set_token(anna, "key", 2, "nothing");
  EXPECT_FALSE(is_readable(anna, "key"));
  EXPECT_FALSE(is_readable(anna, "key"));
  EXPECT_EQ(acts("secret.unreadable"), 1);
  EXPECT_EQ(get(anna, "key"), "secret-unreadable");
  EXPECT_EQ(acts("secret.unreadable"), 1);
  clock.advance(1h);
  std::vector<std::string> names{"key", "other"};
  EXPECT_EQ(await(service->find_user_secrets(anna, std::move(names))).value().size(), 2u);
  EXPECT_EQ(acts("secret.unreadable"), 2);
  EXPECT_EQ(count("audit_log WHERE action = 'secret.unreadable' AND detail LIKE '%_other\"%'"), 0);

  // Many come a few at a time.
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(save(bert, "n" + std::to_string(i), "value").has_value());
  set_user_column("directory", bert, "nothing");
  for (const auto expected : {2 + 16, 2 + 21, 2 + 21}) {
    EXPECT_FALSE(is_readable(bert, "n0"));
    EXPECT_EQ(acts("secret.unreadable"), expected);
  }
}

TEST_P(Tampered, WhatWasReportedIsReportedAgainAfterAnHour) {
  set_token(anna, "key", 2, "nothing");
  const auto read = [this] { return get(anna, "key"); };
  EXPECT_EQ(read(), "secret-unreadable");
  clock.advance(1h - 1us);
  EXPECT_EQ(read(), "secret-unreadable");
  EXPECT_EQ(acts("secret.unreadable"), 1);
  clock.advance(1us);
  EXPECT_EQ(read(), "secret-unreadable");
  EXPECT_EQ(acts("secret.unreadable"), 2);
}

}  // namespace kontor::vault
