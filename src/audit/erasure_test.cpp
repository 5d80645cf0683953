// A person leaves: nothing of theirs stays, and the chain holds.
#include "audit/audit_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace kontor::audit {
namespace {

struct AuditErasure : audit_fixture {
  // Every column of every row as one text.
  std::string rows() {
    std::string text;
    for (const auto* column :
         {"action", "outcome", "key_id", "owner_id", "detail", "subject_salt", "subject_digest", "subject_erasure",
          "actor_id", "address", "request_id", "actor_salt", "actor_digest", "actor_erasure", "hash"}) {
      const std::string select = std::string("SELECT ") + column + " FROM audit_log";
      auto job = [select](sql::session& in) { return in.all(sql::query<std::optional<std::string>>{select}); };
      for (const auto& [cell] : store->read_now(std::move(job)).value())
        text += cell.value_or("") + "\n";
    }
    return text;
  }
  bool any_row_holds(std::string_view what) { return rows().find(what) != std::string::npos; }

  event by_admin(const base::user_id& owner) {
    return {.owner = owner,
            .actor = admin,
            .action = action::user_promoted,
            .detail = R"({"of":"the member"})",
            .address = "198.51.100.1",
            .request_id = "run-admin",
            .at = noon};
  }
  event by_nobody(const base::user_id& owner) {
    return {.owner = owner,
            .actor = {},
            .action = action::login_refused,
            .outcome = result::refused,
            .detail = R"({"why":"the password"})",
            .address = "203.0.113.9",
            .request_id = "run-stranger",
            .at = noon};
  }

  base::user_id member = somebody();
  base::user_id admin = somebody();
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditErasure, tests::each_database, tests::database_name);

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), {}};
}

}  // namespace

TEST_P(AuditErasure, CVE_2026_42186_NothingOfThePersonStays) {
  append(member, 3);
  append(by_admin(member));
  append(by_nobody(member));
  append(by_admin(admin));
  const std::vector<std::string> theirs{member.str(),   "a browser",   "192.0.2.7",   "run-1\n",
                                        "the password", "203.0.113.9", "run-stranger"};
  for (const auto& each : theirs)
    ASSERT_TRUE(any_row_holds(each)) << each;

  EXPECT_EQ(erase(member), 5);
  for (const auto& each : theirs)
    EXPECT_FALSE(any_row_holds(each)) << each;

  const auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 6);
  EXPECT_EQ(found.erased, 5);
}

TEST_P(AuditErasure, NoByteStaysInTheFile) {
  if (GetParam() != sql::kind::sqlite) GTEST_SKIP() << "PostgreSQL keeps old rows until it vacuums";
  for (int i = 0; i < 300; ++i) {
    append(act_of(member, R"({"device":"a browser number )" + std::to_string(i) + "\"}"));
    append(somebody(), 1);
  }
  EXPECT_EQ(erase(member), 300);
  store->stop();
  const auto bytes = bytes_of(settings.sqlite_file);
  ASSERT_NE(bytes.find("session.created"), std::string::npos);
  EXPECT_EQ(bytes.find(member.str()), std::string::npos);
  EXPECT_EQ(bytes.find("a browser number"), std::string::npos);
}

TEST_P(AuditErasure, WhatBelongsToOthersStays) {
  append(by_admin(member));
  append(member, 1);
  append(admin, 1);
  const auto other = somebody();
  append(other, 1);
  EXPECT_EQ(erase(member), 2);

  const auto entries = everything();
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_TRUE(entries[3].owner_erased);
  EXPECT_FALSE(entries[3].actor_erased);
  EXPECT_EQ(entries[3].owner, std::nullopt);
  EXPECT_EQ(entries[3].detail, "");
  EXPECT_EQ(entries[3].actor, admin);
  EXPECT_EQ(entries[3].address, "198.51.100.1");
  EXPECT_EQ(entries[3].request_id, "run-admin");
  EXPECT_EQ(entries[3].action, "user.promoted");
  EXPECT_EQ(entries[3].at, noon);
  EXPECT_TRUE(entries[2].owner_erased);
  EXPECT_TRUE(entries[2].actor_erased);
  EXPECT_EQ(entries[1].owner, admin);
  EXPECT_EQ(entries[0].owner, other);
}

TEST_P(AuditErasure, WhoActedLeavesAnothersTimelineWhole) {
  append(by_admin(member));
  EXPECT_EQ(erase(admin), 1);
  const auto entries = everything();
  EXPECT_EQ(entries[0].owner, member);
  EXPECT_EQ(entries[0].detail, R"({"of":"the member"})");
  EXPECT_FALSE(entries[0].owner_erased);
  EXPECT_TRUE(entries[0].actor_erased);
  EXPECT_EQ(entries[0].actor, std::nullopt);
  EXPECT_EQ(entries[0].address, "");
  EXPECT_FALSE(any_row_holds(admin.str()));
  EXPECT_FALSE(any_row_holds("198.51.100.1"));
  EXPECT_FALSE(verify().broken);

  // And then the other one.
  EXPECT_EQ(erase(member), 1);
  EXPECT_FALSE(any_row_holds(member.str()));
  const auto found = verify();
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.erased, 1);
}

TEST_P(AuditErasure, TheDeletionItselfIsErasedInItsOwnTransaction) {
  append(member, 1);
  auto leave = [this](sql::session& in) {
    log.append(in,
               {.owner = member, .actor = member, .action = action::user_deleted, .address = "192.0.2.7", .at = noon});
    return log.erase_owner(in, member);
  };
  EXPECT_EQ(store->write_now(std::move(leave)).value(), 2);
  EXPECT_FALSE(any_row_holds(member.str()));
  EXPECT_EQ(everything().front().action, "user.deleted");
  append(admin, 1);
  const auto found = verify();
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.entries, 3);
}

// More than one batch, with others in between, in all three roles.
TEST_P(AuditErasure, TakesMoreThanOneBatch) {
  auto some = [this](sql::session& in) {
    for (int i = 0; i < 50; ++i) {
      log.append(in, act_of(member));
      log.append(in, by_nobody(member));
      log.append(in, by_admin(member));
    }
  };
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(store->write_now(some).has_value());
  append(member, 1);
  append(by_nobody(member));
  append(by_admin(member));
  append(admin, 1);
  EXPECT_EQ(erase(member), 1503);
  EXPECT_FALSE(any_row_holds(member.text()));
  EXPECT_FALSE(any_row_holds("203.0.113.9"));
  EXPECT_EQ(erase(admin), 502);
  EXPECT_FALSE(any_row_holds(admin.text()));
  const auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 1504);
  EXPECT_EQ(found.erased, 1504);
}

TEST_P(AuditErasure, ALongLogIsErasedInSeveralJobs) {
  auto many = [this](sql::session& in) {
    for (int i = 0; i < 120; ++i)
      log.append(in, i % 2 == 0 ? act_of(member) : by_nobody(member));
  };
  ASSERT_TRUE(store->write_now(std::move(many)).has_value());
  auto some = [this](sql::session& in) { return log.erase_owner(in, member, 40); };
  int jobs = 0;
  for (auto changed = store->write_now(some).value(); changed > 0; changed = store->write_now(some).value()) {
    EXPECT_LE(changed, 90);
    EXPECT_FALSE(verify().broken);
    ++jobs;
  }
  EXPECT_GE(jobs, 3);
  EXPECT_FALSE(any_row_holds(member.text()));
  EXPECT_FALSE(any_row_holds("203.0.113.9"));
  EXPECT_EQ(verify().erased, 120);
}

TEST_P(AuditErasure, ASecondTimeFindsNothing) {
  append(member, 2);
  EXPECT_EQ(erase(member), 2);
  const auto before = rows();
  EXPECT_EQ(erase(member), 0);
  EXPECT_EQ(erase(somebody()), 0);
  EXPECT_EQ(rows(), before);
}

TEST_P(AuditErasure, ATransactionThatFailsErasesNothing) {
  append(member, 2);
  const auto before = rows();
  auto undone = [this](sql::session& in) -> base::result<void> {
    EXPECT_EQ(log.erase_owner(in, member), 2);
    return base::error{base::errc::forbidden};
  };
  EXPECT_FALSE(store->write_now(std::move(undone)).has_value());
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(verify().erased, 0);
}

TEST_P(AuditErasure, AnErasedEntryIsStillPartOfTheChain) {
  append(member, 3);
  erase(member);
  ASSERT_EQ(tamper("UPDATE audit_log SET action = 'session.ended' WHERE seq = 2"), 1);
  EXPECT_EQ(verify().broken, (broken_link{2, flaw::changed, {}}));
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq = 2"), 1);
  EXPECT_EQ(verify().broken, (broken_link{2, flaw::missing, {}}));
}

// What was erased cannot be claimed to have been somebody else's.
TEST_P(AuditErasure, AnErasedEntryCannotBeFilledAgain) {
  append(member, 1);
  erase(member);
  ASSERT_EQ(tamper("UPDATE audit_log SET owner_id = '" + admin.str() +
                   "', detail = '', subject_salt = '00', subject_erasure = NULL WHERE seq = 1"),
            1);
  EXPECT_EQ(verify().broken, (broken_link{1, flaw::changed, {}}));
}

// Claiming an entry for oneself and leaving does not hide it.
TEST_P(AuditErasure, AForgedOwnerIsErasedButNotSignedFor) {
  append(admin, 3);
  append(member, 1);
  ASSERT_EQ(tamper("UPDATE audit_log SET owner_id = '" + member.str() + "' WHERE seq = 2"), 1);
  EXPECT_EQ(erase(member), 2);
  EXPECT_FALSE(any_row_holds(member.text()));
  EXPECT_EQ(verify().broken, (broken_link{2, flaw::emptied, {}}));

  ASSERT_EQ(tamper("UPDATE audit_log SET actor_id = '" + member.str() + "' WHERE seq = 1"), 1);
  EXPECT_EQ(erase(member), 1);
  EXPECT_FALSE(any_row_holds(member.text()));
  EXPECT_EQ(verify().broken, (broken_link{1, flaw::emptied, {}}));
}

TEST_P(AuditErasure, ParallelErasuresAndAppendsKeepTheChain) {
  std::vector<base::user_id> people;
  for (int i = 0; i < 10; ++i)
    append(people.emplace_back(somebody()), 2);
  std::vector<std::future<base::result<std::int64_t>>> erasures;
  std::vector<std::future<base::result<void>>> appends;
  for (std::size_t i = 0; i < people.size(); ++i) {
    auto job = [this, person = people[i]](sql::session& in) { return log.erase_owner(in, person); };
    erasures.push_back(await_on(i % 2, store->write(std::move(job))));
    appends.push_back(await_on(i % 2, store->write(appending(act_of(admin)))));
  }
  for (auto& each : erasures)
    EXPECT_EQ(each.get().value(), 2);
  for (auto& each : appends)
    EXPECT_TRUE(each.get().has_value());
  const auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 30);
  EXPECT_EQ(found.erased, 20);
  for (const auto& person : people)
    EXPECT_FALSE(any_row_holds(person.text()));
}

}  // namespace kontor::audit
