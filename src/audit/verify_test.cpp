// What somebody who can write to the database, but has no key, can do to the log, and what the check says to it.
#include "audit/audit_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::audit {
namespace {

struct AuditVerify : audit_fixture {
  void SetUp() override { append(person, 6); }

  chain_head head() { return verify().last; }
  head_state look() {
    return store->read_now([this](sql::session& in) { return log.look(in); }).value();
  }

  base::user_id person = somebody();
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditVerify, tests::each_database, tests::database_name);

}  // namespace

TEST_P(AuditVerify, HoldsInBatchesOfEverySize) {
  for (const std::int64_t batch : {0, 1, 2, 3, 5, 6, 7, 1000}) {
    const auto found = verify({.batch = batch});
    EXPECT_FALSE(found.broken) << batch;
    EXPECT_EQ(found.entries, 6) << batch;
    EXPECT_EQ(found.last.number, 6) << batch;
  }
}

TEST_P(AuditVerify, HoldsWhileOthersAppend) {
  std::vector<std::future<base::result<void>>> appends;
  for (std::size_t i = 0; i < 100; ++i)
    appends.push_back(await_on(i % loops.size(), store->write(appending(act_of(person)))));
  std::int64_t seen = 0;
  while (seen < 106) {
    const auto found = verify({.batch = 7});
    ASSERT_FALSE(found.broken) << describe(*found.broken);
    seen = found.entries;
  }
  for (auto& each : appends)
    EXPECT_TRUE(each.get().has_value());
}

TEST_P(AuditVerify, NamesAnEntryOfWhichAnyColumnWasChanged) {
  const auto other = "'" + somebody().str() + "'";
  const std::string digest = "'" + std::string(64, 'a') + "'";
  const std::vector<std::pair<std::string, std::string>> changes{
      {"at", "at + 1"},
      {"action", "'session.ended'"},
      {"outcome", "'failed'"},
      {"owner_id", other},
      {"owner_id", "NULL"},
      {"detail", "''"},
      {"detail", "NULL"},
      {"subject_salt", "'00'"},
      {"subject_digest", digest},
      {"actor_id", other},
      {"actor_id", "NULL"},
      {"address", "'192.0.2.8'"},
      {"request_id", "'run-2'"},
      {"actor_salt", "subject_salt"},
      {"actor_digest", digest},
      {"hash", digest},
      {"hash", "(SELECT hash FROM audit_log WHERE seq = 3)"},
  };
  for (const auto& [column, value] : changes) {
    tamper("CREATE TABLE saved AS SELECT * FROM audit_log WHERE seq = 4");
    ASSERT_EQ(tamper("UPDATE audit_log SET " + column + " = " + value + " WHERE seq = 4"), 1);
    const auto found = verify({.batch = 2});
    EXPECT_EQ(found.broken, (broken_link{4, flaw::changed, {}})) << column << " = " << value;
    EXPECT_EQ(found.entries, 3);
    tamper("DELETE FROM audit_log WHERE seq = 4");
    tamper("INSERT INTO audit_log SELECT * FROM saved");
    tamper("DROP TABLE saved");
    ASSERT_FALSE(verify().broken) << column;
  }
}

TEST_P(AuditVerify, NamesAnEntryThatIsGone) {
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq = 4"), 1);
  EXPECT_EQ(verify({.batch = 2}).broken, (broken_link{4, flaw::missing, {}}));
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq = 1"), 1);
  EXPECT_EQ(verify({.batch = 2}).broken, (broken_link{1, flaw::missing, {}}));
}

TEST_P(AuditVerify, NamesAnEndThatWasCutOff) {
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq > 4"), 2);
  EXPECT_EQ(verify().broken, (broken_link{5, flaw::missing, {}}));
  ASSERT_EQ(tamper("DELETE FROM audit_log"), 4);
  EXPECT_EQ(verify().broken, (broken_link{1, flaw::missing, {}}));
}

TEST_P(AuditVerify, NamesEntriesThatWereSwapped) {
  tamper("UPDATE audit_log SET seq = 99 WHERE seq = 3");
  tamper("UPDATE audit_log SET seq = 3 WHERE seq = 5");
  tamper("UPDATE audit_log SET seq = 5 WHERE seq = 99");
  for (const std::int64_t batch : {1, 2, 1000})
    EXPECT_EQ(verify({.batch = batch}).broken, (broken_link{3, flaw::order, 5})) << batch;
}

TEST_P(AuditVerify, NamesAnEntryThatWasMovedAway) {
  tamper("UPDATE audit_log SET seq = 99 WHERE seq = 3");
  EXPECT_EQ(verify({.batch = 2}).broken, (broken_link{3, flaw::order, 99}));
  tamper("UPDATE audit_log SET seq = -1 WHERE seq = 99");
  EXPECT_EQ(verify({.batch = 2}).broken, (broken_link{-1, flaw::order, {}}));
}

TEST_P(AuditVerify, NamesAGapThatWasClosed) {
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq = 3"), 1);
  tamper("UPDATE audit_log SET seq = 3 WHERE seq = 4");
  tamper("UPDATE audit_log SET seq = 4 WHERE seq = 5");
  tamper("UPDATE audit_log SET seq = 5 WHERE seq = 6");
  tamper("UPDATE audit_head SET seq = 5");
  EXPECT_EQ(verify().broken, (broken_link{3, flaw::changed, {}}));
}

TEST_P(AuditVerify, NamesAnEntryThatSomebodyEmptied) {
  const auto empty = [this](const std::string& mark) {
    return tamper("UPDATE audit_log SET owner_id = NULL, detail = NULL, subject_salt = NULL, subject_erasure = " +
                  mark + " WHERE seq = 4");
  };
  ASSERT_EQ(empty("''"), 1);
  EXPECT_EQ(verify().broken, (broken_link{4, flaw::emptied, {}}));

  // A mark of this program, made for another entry.
  const auto gone = somebody();
  append(gone, 1);
  erase(gone);
  ASSERT_EQ(empty("(SELECT subject_erasure FROM audit_log WHERE seq = 7)"), 1);
  EXPECT_EQ(verify().broken, (broken_link{4, flaw::emptied, {}}));
}

TEST_P(AuditVerify, NamesAHeadThatWasTouched) {
  const auto before = head();
  tamper("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_log WHERE seq = 5)");
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::head, {}}));
  tamper("UPDATE audit_head SET seq = 7, hash = '" + before.hash + "'");
  EXPECT_EQ(verify().broken, (broken_link{7, flaw::missing, {}}));
  tamper("UPDATE audit_head SET seq = 6, hash = '" + std::string(64, 'a') + "'");
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::head, {}}));
  tamper("DELETE FROM audit_head");
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::head, {}}));
}

// Whoever can write to the database, but has no key, cuts the end off and lets the head name what is the end now.
TEST_P(AuditVerify, NamesAnEndThatWasCutOffTogetherWithItsHead) {
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq > 4"), 2);
  tamper("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_log WHERE seq = 4)");
  EXPECT_EQ(verify().broken, (broken_link{4, flaw::unsigned_head, {}}));
  tamper("UPDATE audit_head SET mac = ''");
  EXPECT_EQ(verify().broken, (broken_link{4, flaw::unsigned_head, {}}));
  EXPECT_EQ(look(), head_state::broken);

  // Nor does it heal by what is done afterwards, by a restart, or by pretending that nothing was written yet.
  append(person, 3);
  EXPECT_EQ(verify().broken, (broken_link{7, flaw::unsigned_head, {}}));
  tamper("UPDATE audit_head SET key_id = ''");
  EXPECT_EQ(begin(), head_state::broken);
  append(person, 1);
  EXPECT_EQ(verify().broken, (broken_link{8, flaw::unsigned_head, {}}));
}

TEST_P(AuditVerify, NamesEntriesThatWereChainedAnewWithoutTheKey) {
  // All that a forger can do: an entry of their own with the digests and the chain of another key.
  const audit_log forger(key_of('f'));
  ASSERT_EQ(tamper("DELETE FROM audit_log WHERE seq = 6"), 1);
  tamper("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_log WHERE seq = 5), key_id = '', mac = ''");
  auto forge = [&forger, what = act_of(somebody())](sql::session& in) { forger.append(in, what); };
  ASSERT_TRUE(store->write_now(std::move(forge)).has_value());
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::other_key, {}}));
  tamper("UPDATE audit_log SET key_id = (SELECT key_id FROM audit_log WHERE seq = 5) WHERE seq = 6");
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::changed, {}}));
}

TEST_P(AuditVerify, NamesAHeadOfAnOlderCopy) {
  tamper("CREATE TABLE saved AS SELECT * FROM audit_head");
  append(person, 2);
  tamper("DELETE FROM audit_head");
  tamper("INSERT INTO audit_head SELECT * FROM saved");
  EXPECT_EQ(verify().broken, (broken_link{8, flaw::head, {}}));
  // Its signature for the entries of now.
  tamper("UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit_log WHERE seq = 8)");
  EXPECT_EQ(verify().broken, (broken_link{8, flaw::unsigned_head, {}}));
}

TEST_P(AuditVerify, WhoWritesUnderAnotherKeyIsRefused) {
  const audit_log other(key_of('o'));
  auto job = [&other, what = act_of(person)](sql::session& in) { other.append(in, what); };
  EXPECT_THROW((void)store->write_now(std::move(job)), sql::sql_error);
  auto begin_again = [&other](sql::session& in) { return other.begin(in); };
  EXPECT_EQ(store->write_now(std::move(begin_again)).value(), head_state::other_key);
  EXPECT_FALSE(verify().broken);
  EXPECT_EQ(begin(), head_state::holds);
}

TEST_P(AuditVerify, OnlyALogWithoutAnEntryIsBegun) {
  tamper("UPDATE audit_head SET seq = 0, key_id = '', mac = '', hash = '" + std::string(hash_before_first) + "'");
  EXPECT_EQ(begin(), head_state::broken);
  EXPECT_EQ(verify().broken, (broken_link{6, flaw::head, {}}));
}

TEST_P(AuditVerify, AnOperatorGoesOnFromTheLastEntry) {
  const auto accept = [this](const audit_log& as) {
    auto job = [&as](sql::session& in) { as.accept(in, noon); };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  };
  tamper("DELETE FROM audit_log WHERE seq > 4");
  accept(log);
  auto found = verify();
  EXPECT_FALSE(found.broken) << describe(*found.broken);
  EXPECT_EQ(found.entries, 5);
  EXPECT_EQ(everything().front().action, "log.accepted");

  tamper("DELETE FROM audit_head");
  EXPECT_EQ(look(), head_state::broken);
  accept(log);
  EXPECT_EQ(verify().entries, 6);
  EXPECT_EQ(look(), head_state::holds);

  // With a new key; what was written under the lost one cannot be verified any more.
  const audit_log renewed(key_of('n'));
  accept(renewed);
  EXPECT_EQ(look(), head_state::other_key);
  auto job = [&renewed, what = act_of(person)](sql::session& in) { renewed.append(in, what); };
  ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  EXPECT_EQ(renewed.verify(*store).value().broken, (broken_link{1, flaw::other_key, {}}));
}

// Nobody but the key's owner can sign for an earlier end, but an older copy of everything was signed once. A head that
// was noted elsewhere tells.
TEST_P(AuditVerify, AHeadThatWasNotedFindsALogThatWasPutBack) {
  tamper("CREATE TABLE saved AS SELECT * FROM audit_head");
  append(person, 2);
  const auto noted = head();
  tamper("DELETE FROM audit_log WHERE seq > 6");
  tamper("DELETE FROM audit_head");
  tamper("INSERT INTO audit_head SELECT * FROM saved");
  EXPECT_FALSE(verify().broken);
  EXPECT_EQ(verify({.remembered = noted}).broken, (broken_link{7, flaw::missing, {}}));

  append(person, 3);
  EXPECT_FALSE(verify().broken);
  EXPECT_EQ(verify({.remembered = noted}).broken, (broken_link{8, flaw::rewritten, {}}));
}

TEST_P(AuditVerify, AnotherKeyIsNotTakenForAForgery) {
  const auto found = audit_log(key_of('o')).verify(*store).value();
  EXPECT_EQ(found.broken, (broken_link{1, flaw::other_key, {}}));
}

TEST_P(AuditVerify, WithoutADatabaseThereIsAnError) {
  store->stop();
  EXPECT_EQ(log.verify(*store).error().code, base::errc::unavailable);
}

}  // namespace kontor::audit
