#include "factor/factor_statements.hpp"

#include "factor/factor_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::factor {
namespace {

// The statements alone: what each changes, and what it leaves.
struct FactorStatements : factor_fixture {
  template <class Job>
  auto run(Job job) {
    return store->write_now(std::move(job)).value();
  }
  bool put(const base::user_id& owner, const std::string& sealed) {
    return run([owner, sealed](sql::session& in) { return statements::put_pending_totp(in, owner, sealed, noon); });
  }
  bool confirm_step(const base::user_id& owner, const std::string& sealed, std::int64_t step) {
    return run(
        [owner, sealed, step](sql::session& in) { return statements::confirm_totp(in, {owner, sealed, step}, noon); });
  }
  bool use_step(const base::user_id& owner, const std::string& sealed, std::int64_t step) {
    return run(
        [owner, sealed, step](sql::session& in) { return statements::use_totp_step(in, {owner, sealed, step}); });
  }
  bool use_hash(const base::user_id& owner, const std::string& hash) {
    return run([owner, hash](sql::session& in) { return statements::use_recovery_code(in, owner, hash, noon); });
  }
  void put_codes(const base::user_id& owner, const stored_recovery_codes& codes) {
    run([owner, codes](sql::session& in) {
      statements::replace_recovery_codes(in, owner, codes);
      return true;
    });
  }
  std::int64_t codes_left(const base::user_id& owner) {
    return run([owner](sql::session& in) { return statements::count_recovery_codes(in, owner); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, FactorStatements, tests::each_database, tests::database_name);

stored_recovery_codes two_codes(char a, char b) {
  return {std::string(64, 's'), {std::string(64, a), std::string(64, b)}};
}

}  // namespace

TEST_P(FactorStatements, A12AStepCountsOnceAndNeverGoesBack) {
  const auto owner = add_user();
  ASSERT_TRUE(put(owner, "sealed"));
  EXPECT_FALSE(use_step(owner, "sealed", 100)) << "it is pending";
  ASSERT_TRUE(confirm_step(owner, "sealed", 100));
  for (const auto& [step, good] : std::vector<std::pair<std::int64_t, bool>>{
           {100, false}, {99, false}, {0, false}, {101, true}, {101, false}, {100, false}, {103, true}, {102, false}})
    EXPECT_EQ(use_step(owner, "sealed", step), good) << step;
  EXPECT_FALSE(use_step(owner, "another", 200)) << "a secret that was replaced";
  EXPECT_FALSE(use_step(add_user(), "sealed", 200)) << "somebody else";
  EXPECT_TRUE(use_step(owner, "sealed", 200));
}

TEST_P(FactorStatements, APendingFactorIsReplacedAConfirmedOneNever) {
  const auto owner = add_user();
  EXPECT_TRUE(put(owner, "first"));
  EXPECT_TRUE(put(owner, "second"));
  EXPECT_FALSE(confirm_step(owner, "first", 5));
  EXPECT_TRUE(confirm_step(owner, "second", 0)) << "the first step of all";
  EXPECT_FALSE(confirm_step(owner, "second", 6));
  EXPECT_FALSE(put(owner, "third"));
  EXPECT_EQ(text_at("SELECT sealed_secret FROM totp_factors"), "second");
}

TEST_P(FactorStatements, A14ARecoveryCodeCountsOnceForItsOwner) {
  const auto owner = add_user();
  const auto other = add_user();
  put_codes(owner, two_codes('a', 'b'));
  put_codes(other, two_codes('a', 'c'));
  EXPECT_EQ(codes_left(owner), 2);
  EXPECT_FALSE(use_hash(owner, std::string(64, 'c')));
  EXPECT_TRUE(use_hash(owner, std::string(64, 'a')));
  EXPECT_FALSE(use_hash(owner, std::string(64, 'a')));
  EXPECT_EQ(codes_left(owner), 1);
  EXPECT_EQ(codes_left(other), 2);
  put_codes(owner, two_codes('d', 'e'));
  EXPECT_EQ(codes_left(owner), 2);
  EXPECT_FALSE(use_hash(owner, std::string(64, 'b')));
  EXPECT_TRUE(use_hash(other, std::string(64, 'a')));
}

TEST_P(FactorStatements, RemovingOneLeavesTheOthers) {
  const auto owner = add_user();
  const auto other = add_user();
  for (const auto& id : {owner, other}) {
    put(id, "sealed");
    put_codes(id, two_codes('a', 'b'));
  }
  const auto remove = [owner](sql::session& in) { return statements::remove_totp(in, owner); };
  EXPECT_TRUE(run(remove));
  EXPECT_FALSE(run(remove));
  EXPECT_EQ(count("totp_factors"), 1);
  EXPECT_EQ(count("recovery_codes"), 2);
  EXPECT_EQ(codes_left(other), 2);
}

TEST_P(FactorStatements, EverythingGoesWithTheUser) {
  const auto owner = add_user();
  put(owner, "sealed");
  put_codes(owner, two_codes('a', 'b'));
  write("DELETE FROM users");
  EXPECT_EQ(count("totp_factors"), 0);
  EXPECT_EQ(count("recovery_codes"), 0);
}

}  // namespace kontor::factor
