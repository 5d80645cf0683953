// Checking codes at sign-in and step-up: each once, whatever happens at the same time, to the clock or to the rows.
#include "factor/factor_fixture.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::factor {
namespace {

struct CodeUse : factor_fixture {
  void set_secret(const base::user_id& owner, const std::string& sealed) {
    ASSERT_EQ(write("UPDATE totp_factors SET sealed_secret = '" + sealed + "' WHERE user_id = '" + owner.str() + "'"),
              1);
  }
  std::string sealed_of(const base::user_id& owner) {
    return text_at("SELECT sealed_secret FROM totp_factors WHERE user_id = '" + owner.str() + "'");
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, CodeUse, tests::each_database, tests::database_name);

using outcomes = std::map<std::string, int>;

}  // namespace

// Security checklist b.28.
TEST_P(CodeUse, A12ACodeCountsOnceInItsWindow) {
  const auto owner = enrol();
  const auto shown = code(owner.secret);
  const auto first = check(owner.id, shown);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->kind, code_kind::totp);
  EXPECT_EQ(first->recovery_codes_left, 10);

  const auto second = check(owner.id, shown);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, base::errc::unauthenticated);
  EXPECT_EQ(second.error().type, "invalid-code");
  EXPECT_TRUE(second.error().detail.empty()) << "the client does not learn that it was right once";
  clock.advance(30s);
  EXPECT_EQ(outcome_of(check(owner.id, shown)), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
}

TEST_P(CodeUse, A12C30OfManyParallelUsesOfOneCodeExactlyOneIsGood) {
  for (int round = 0; round < 5; ++round) {
    const auto owner = enrol();
    EXPECT_EQ(check_at_once(owner.id, code(owner.secret), 20), (outcomes{{"good", 1}, {"invalid-code", 19}}));
  }
}

TEST_P(CodeUse, A12C30ParallelUsesFromSeveralThreadsInJobsOfTheirOwn) {
  const auto owner = enrol();
  const auto shown = code(owner.secret);
  std::vector<std::future<bool>> attempts;
  for (int i = 0; i < 8; ++i)
    attempts.push_back(std::async(std::launch::async, [&] {
      auto job = [&](sql::session& in) { return service->use_code(in, owner.id, shown).has_value(); };
      return store->write_now(std::move(job)).value();
    }));
  int good = 0;
  for (auto& attempt : attempts)
    good += attempt.get() ? 1 : 0;
  EXPECT_EQ(good, 1);
}

TEST_P(CodeUse, A13OneStepOfDriftAndNoMore) {
  const auto owner = enrol();
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, -2))), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, 2))), "invalid-code");
  // In this order each is later than the one before.
  for (const auto away : {-1, 0, 1})
    EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, away))), "good") << away;
  // And a later one has used up those before it.
  clock.advance(10min);
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, 1))), "good");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, 0))), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret, -1))), "invalid-code");
}

TEST_P(CodeUse, C32AClockThatLeapsBackDoesNotReviveUsedCodes) {
  const auto owner = enrol();
  std::vector<base::secret_bytes> used;
  for (int i = 0; i < 5; ++i) {
    used.push_back(code(owner.secret));
    ASSERT_EQ(outcome_of(check(owner.id, used.back())), "good");
    clock.advance(30s);
  }
  clock.advance(-10min);
  for (int i = 0; i < 25; ++i) {
    for (const auto& each : used)
      EXPECT_EQ(outcome_of(check(owner.id, each)), "invalid-code") << i;
    clock.advance(30s);
  }
  // Once the clock is past the last use again, codes count again, and a recovery code does so at any time.
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
  clock.advance(-1h);
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "good");
}

TEST_P(CodeUse, C32AClockTenMinutesWrongKeepsTheRule) {
  const auto owner = enrol();
  for (const auto leap : {base::timestamp::duration(10min), base::timestamp::duration(-10min)}) {
    const auto shown = code(owner.secret);
    clock.advance(leap);
    EXPECT_EQ(outcome_of(check(owner.id, shown)), "invalid-code");
    clock.advance(-leap);
  }
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
}

TEST_P(CodeUse, A14ARecoveryCodeCountsOnce) {
  const auto owner = enrol();
  const auto first = check(owner.id, owner.codes[3]);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->kind, code_kind::recovery);
  EXPECT_EQ(first->recovery_codes_left, 9);
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[3])), "invalid-code");
  EXPECT_EQ(state(owner.id).recovery_codes_left, 9);
  for (std::size_t i = 0; i < owner.codes.size(); ++i)
    EXPECT_EQ(outcome_of(check(owner.id, owner.codes[i])), i == 3 ? "invalid-code" : "good");
  EXPECT_EQ(state(owner.id).recovery_codes_left, 0);
  EXPECT_EQ(state(owner.id).totp, totp_state::on);
}

TEST_P(CodeUse, A14OfManyParallelUsesOfOneRecoveryCodeExactlyOneIsGood) {
  const auto owner = enrol();
  EXPECT_EQ(check_at_once(owner.id, owner.codes[0], 20), (outcomes{{"good", 1}, {"invalid-code", 19}}));
  EXPECT_EQ(state(owner.id).recovery_codes_left, 9);
}

TEST_P(CodeUse, ARecoveryCodeMayBeTypedAsItWasRead) {
  const auto owner = enrol();
  std::string text(owner.codes[0].text());
  for (auto& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '0') c = 'O';
    if (c == '1') c = 'l';
    if (c == '-') c = ' ';
  }
  EXPECT_EQ(outcome_of(check(owner.id, typed(" " + text + " "))), "good");
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "invalid-code") << "it was this one";
}

TEST_P(CodeUse, CodesOfOthersDoNotCount) {
  const auto owner = enrol();
  const auto other = enrol();
  EXPECT_EQ(outcome_of(check(other.id, code(owner.secret))), "invalid-code");
  EXPECT_EQ(outcome_of(check(other.id, owner.codes[0])), "invalid-code");
  EXPECT_EQ(outcome_of(check(add_user(), owner.codes[0])), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "good");
}

TEST_P(CodeUse, NonsenseIsAWrongCode) {
  const auto owner = enrol();
  for (const auto& wrong : {std::string(), std::string("\0", 1), std::string("000000\0", 7), std::string(100'000, '1'),
                            std::string("' OR 1=1--"), std::string("0000-0000-0000-0000"), std::string("\xff\xfe")})
    EXPECT_EQ(outcome_of(check(owner.id, typed(wrong))), "invalid-code");
}

TEST_P(CodeUse, A31ASecretMovedToAnotherUserDoesNotOpen) {
  const auto owner = enrol();
  const auto thief = enrol();
  const auto own = sealed_of(thief.id);
  set_secret(thief.id, sealed_of(owner.id));
  const auto refused = check(thief.id, code(owner.secret));
  EXPECT_EQ(outcome_of(refused), "factor-unreadable");
  EXPECT_EQ(outcome_of(check(thief.id, code(thief.secret))), "factor-unreadable");
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
  set_secret(thief.id, own);
  EXPECT_EQ(outcome_of(check(thief.id, code(thief.secret))), "good");
}

TEST_P(CodeUse, A31AFlippedBitIsAnErrorForThatUserOnly) {
  const auto owner = enrol();
  const auto other = enrol();
  auto sealed = sealed_of(owner.id);
  sealed[40] = sealed[40] == 'A' ? 'B' : 'A';
  set_secret(owner.id, sealed);

  const auto broken = check(owner.id, code(owner.secret));
  ASSERT_TRUE(broken.has_error());
  EXPECT_EQ(broken.error().code, base::errc::internal);
  EXPECT_EQ(broken.error().type, "factor-unreadable");
  EXPECT_NE(broken.error().internal_detail.find(owner.id.text()), std::string::npos);
  EXPECT_EQ(broken.error().internal_detail.find(sealed), std::string::npos);

  // Nothing else is touched: the others, the owner's recovery codes, the way out.
  EXPECT_EQ(outcome_of(check(other.id, code(other.secret))), "good");
  EXPECT_EQ(state(owner.id).totp, totp_state::on);
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "good");
  EXPECT_EQ(outcome_of(await(service->remove_totp(owner.id, {}))), "good");
}

TEST_P(CodeUse, A31APendingSecretThatDoesNotOpenCanBeBegunAgain) {
  const auto owner = add_user();
  const auto lost = begin(owner);
  set_secret(owner, "gAAAAA");
  EXPECT_EQ(outcome_of(confirm(owner, code(lost))), "factor-unreadable");
  EXPECT_EQ(state(owner).totp, totp_state::pending);
  const auto secret = begin(owner);
  EXPECT_EQ(outcome_of(confirm(owner, code(secret))), "good");
}

TEST_P(CodeUse, AnotherInstallationKeyOpensNothing) {
  const auto owner = enrol();
  factor_service elsewhere(*store, typed("another installation key of 32 bytes"), clock);
  EXPECT_EQ(outcome_of(await(elsewhere.check_code(owner.id, code(owner.secret), {}))), "factor-unreadable");
  EXPECT_THROW(factor_service(*store, typed("a key of less than 32 bytes"), clock), std::invalid_argument);
}

TEST_P(CodeUse, WhatTheCallerAddsIsWrittenExactlyWhenTheCodeIsUsed) {
  const auto owner = enrol();
  const auto row = crypto::random_id<base::user_id>();
  const auto leave = [row](sql::session& in, const code_use& used) {
    if (used.kind != code_kind::recovery || used.recovery_codes_left != 9) throw std::logic_error("another use");
    in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", row}});
  };
  const auto rows = "users WHERE id = '" + row.str() + "'";
  EXPECT_EQ(outcome_of(await(service->check_code(owner.id, typed("wrong"), leave))), "invalid-code");
  EXPECT_EQ(count(rows), 0);
  EXPECT_EQ(outcome_of(await(service->check_code(owner.id, owner.codes[0].clone(), leave))), "good");
  EXPECT_EQ(count(rows), 1);

  const auto fail = [](sql::session&, const code_use&) { throw std::runtime_error("no session could be opened"); };
  EXPECT_THROW(await(service->check_code(owner.id, owner.codes[1].clone(), fail)), std::runtime_error);
  EXPECT_THROW(await(service->check_code(owner.id, code(owner.secret), fail)), std::runtime_error);
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[1])), "good") << "it was not used up";
  EXPECT_EQ(outcome_of(check(owner.id, code(owner.secret))), "good");
}

TEST_P(CodeUse, ARefusalLeavesTheCallersJobAsItWas) {
  const auto owner = enrol();
  const auto row = crypto::random_id<base::user_id>();
  auto job = [this, id = owner.id, row](sql::session& in) {
    const auto used = service->use_code(in, id, typed("000000x"));
    in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", row}});
    return used.has_value();
  };
  EXPECT_FALSE(store->write_now(std::move(job)).value());
  EXPECT_EQ(count("users WHERE id = '" + row.str() + "'"), 1);
}

}  // namespace kontor::factor
