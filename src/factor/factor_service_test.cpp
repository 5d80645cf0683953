#include "factor/factor_service.hpp"

#include "factor/factor_fixture.hpp"
#include "factor/qr_code.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace kontor::factor {
namespace {

// Setting up and taking down. Checking codes: code_use_test.cpp.
struct FactorService : factor_fixture {
  /// A hook that leaves a row behind.
  in_same_transaction leaving(const base::user_id& row) {
    return [row](sql::session& in) { in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", row}}); };
  }
  bool left(const base::user_id& row) { return count("users WHERE id = '" + row.str() + "'") == 1; }

  static in_same_transaction failing() {
    return [](sql::session&) { throw std::runtime_error("the audit entry could not be written"); };
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, FactorService, tests::each_database, tests::database_name);

base::user_id new_id() {
  return crypto::random_id<base::user_id>();
}

std::set<std::string> texts_of(const recovery_codes& codes) {
  std::set<std::string> texts;
  for (const auto& code : codes)
    texts.emplace(code.text());
  return texts;
}

}  // namespace

TEST_P(FactorService, C33IsOffUntilAFirstCodeWasRight) {
  const auto owner = add_user();
  EXPECT_EQ(state(owner).totp, totp_state::off);
  const auto secret = begin(owner);
  EXPECT_EQ(state(owner).totp, totp_state::pending);
  EXPECT_EQ(state(owner).confirmed_at, std::nullopt);
  EXPECT_EQ(outcome_of(check(owner, code(secret))), "invalid-code") << "a pending factor lets nobody in";

  const auto refused = confirm(owner, code(secret, 2));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, base::errc::invalid_input);
  ASSERT_EQ(refused.error().fields.size(), 1u);
  EXPECT_EQ(refused.error().fields[0].path, "/code");
  EXPECT_EQ(refused.error().fields[0].code, "wrong_code");
  for (const char* wrong : {"", "000000x", "abcd-efgh-jkmn-pqrs"})
    EXPECT_EQ(outcome_of(confirm(owner, typed(wrong))), "invalid-input");
  EXPECT_EQ(state(owner).totp, totp_state::pending);
  EXPECT_EQ(count("recovery_codes"), 0);

  const auto codes = confirm(owner, code(secret));
  ASSERT_TRUE(codes.has_value());
  EXPECT_EQ(texts_of(*codes).size(), 10u);
  EXPECT_EQ(state(owner).totp, totp_state::on);
  EXPECT_EQ(state(owner).confirmed_at, noon);
  EXPECT_EQ(state(owner).recovery_codes_left, 10);
}

// Each act in each state.
TEST_P(FactorService, AnswersEveryActInEveryState) {
  struct answers {
    const char *begin, *confirm, *renew, *remove;
  };
  const auto try_all = [this](auto prepare) {
    const auto after = [&](auto act) {
      const auto owner = add_user();
      const auto secret = prepare(owner);
      clock.advance(10min);
      return outcome_of(act(owner, secret));
    };
    std::vector<std::string> outcomes;
    outcomes.push_back(after([this](const auto& owner, const auto&) {  //
      return await(service->begin_totp(owner, "a@x.org", {}));
    }));
    outcomes.push_back(after([this](const auto& owner, const auto& secret) { return confirm(owner, code(secret)); }));
    outcomes.push_back(after([this](const auto& owner, const auto&) {  //
      return await(service->renew_recovery_codes(owner, {}));
    }));
    outcomes.push_back(after([this](const auto& owner, const auto&) {  //
      return await(service->remove_totp(owner, {}));
    }));
    outcomes.push_back(after([this](const auto& owner, const auto& secret) { return check(owner, code(secret)); }));
    return outcomes;
  };
  using row = std::vector<std::string>;
  const auto off = [](const base::user_id&) { return make_totp_secret(); };
  const auto pending = [this](const base::user_id& owner) { return begin(owner); };
  const auto on = [this](const base::user_id& owner) {
    auto secret = begin(owner);
    EXPECT_TRUE(confirm(owner, code(secret)).has_value());
    return secret;
  };
  const auto removed = [this, on](const base::user_id& owner) {
    auto secret = on(owner);
    EXPECT_TRUE(await(service->remove_totp(owner, {})).has_value());
    return secret;
  };
  //                            begin            confirm             renew        remove       check
  EXPECT_EQ(try_all(off), (row{"good", "factor-not-begun", "no-factor", "no-factor", "invalid-code"}));
  EXPECT_EQ(try_all(pending), (row{"good", "good", "no-factor", "good", "invalid-code"}));
  EXPECT_EQ(try_all(on), (row{"factor-exists", "factor-exists", "good", "good", "good"}));
  EXPECT_EQ(try_all(removed), (row{"good", "factor-not-begun", "no-factor", "no-factor", "invalid-code"}));
}

TEST_P(FactorService, ShowsOneSecretInThreeForms) {
  const auto owner = add_user();
  const auto setup = await(service->begin_totp(owner, "a@x.org", {})).value();
  EXPECT_EQ(setup.secret_text.size(), 32u);
  const auto secret = from_base32(setup.secret_text.text());
  EXPECT_EQ(setup.uri.text(), totp_uri(secret, "a@x.org").text());
  EXPECT_EQ(setup.qr_svg.text(), qr_code_svg(setup.uri.text()).text());
  EXPECT_TRUE(confirm(owner, code(secret)).has_value());
}

TEST_P(FactorService, BeginningAgainEndsTheFirstSecret) {
  const auto owner = add_user();
  const auto first = begin(owner);
  const auto second = begin(owner);
  EXPECT_EQ(outcome_of(confirm(owner, code(first))), "invalid-input");
  EXPECT_EQ(outcome_of(confirm(owner, code(second))), "good");
}

TEST_P(FactorService, BeginningForAUserWhoIsGoneIsNotFound) {
  EXPECT_EQ(outcome_of(await(service->begin_totp(new_id(), "a@x.org", {}))), "not-found");
}

TEST_P(FactorService, TheCodeThatConfirmsIsUsedUp) {
  const auto owner = add_user();
  const auto secret = begin(owner);
  ASSERT_TRUE(confirm(owner, code(secret)).has_value());
  EXPECT_EQ(outcome_of(check(owner, code(secret))), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner, code(secret, 1))), "good");
}

TEST_P(FactorService, OfManyConfirmationsAtOnceOneGetsTheCodes) {
  const auto owner = add_user();
  const auto secret = begin(owner);
  std::vector<std::future<base::result<recovery_codes>>> attempts;
  for (std::size_t i = 0; i < 20; ++i)
    attempts.push_back(await_on(i % loops.size(), service->confirm_totp(owner, code(secret), {})));
  std::map<std::string, int> outcomes;
  recovery_codes shown;
  for (auto& attempt : attempts) {
    auto confirmed = attempt.get();
    ++outcomes[outcome_of(confirmed)];
    if (confirmed) shown = std::move(*confirmed);
  }
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"good", 1}, {"factor-exists", 19}}));
  EXPECT_EQ(state(owner).recovery_codes_left, 10);
  ASSERT_EQ(shown.size(), 10u);
  EXPECT_EQ(outcome_of(check(owner, shown[9])), "good") << "the stored codes are those that were shown";
}

TEST_P(FactorService, NewRecoveryCodesEndTheOldOnes) {
  const auto owner = enrol();
  ASSERT_TRUE(check(owner.id, owner.codes[0]).has_value());
  const auto renewed = await(service->renew_recovery_codes(owner.id, {})).value();
  ASSERT_EQ(renewed.size(), 10u);
  EXPECT_EQ(state(owner.id).recovery_codes_left, 10);
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[1])), "invalid-code");
  EXPECT_EQ(outcome_of(check(owner.id, renewed[0])), "good");
}

TEST_P(FactorService, ManyRenewalsAtOnceLeaveOneWholeSet) {
  const auto owner = enrol();
  std::vector<std::future<base::result<recovery_codes>>> attempts;
  for (std::size_t i = 0; i < 20; ++i)
    attempts.push_back(await_on(i % loops.size(), service->renew_recovery_codes(owner.id, {})));
  // All of them are over before one is looked at: until then a later one may still end an earlier one.
  std::vector<recovery_codes> sets;
  for (auto& attempt : attempts)
    sets.push_back(attempt.get().value());
  int sets_that_hold = 0;
  for (const auto& codes : sets) {
    const auto first = check(owner.id, codes[0]);
    if (!first) continue;
    ++sets_that_hold;
    EXPECT_EQ(first->recovery_codes_left, 9);
  }
  EXPECT_EQ(sets_that_hold, 1);
  EXPECT_EQ(count("recovery_codes"), 10);
}

TEST_P(FactorService, RemovingTakesTheRecoveryCodesAlong) {
  const auto owner = enrol();
  ASSERT_TRUE(await(service->remove_totp(owner.id, {})).has_value());
  EXPECT_EQ(state(owner.id).totp, totp_state::off);
  EXPECT_EQ(count("totp_factors"), 0);
  EXPECT_EQ(count("recovery_codes"), 0);
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "invalid-code");

  const auto secret = begin(owner.id);
  EXPECT_TRUE(confirm(owner.id, code(secret)).has_value()) << "and it can be set up again at once";
  EXPECT_EQ(outcome_of(check(owner.id, owner.codes[0])), "invalid-code");
}

TEST_P(FactorService, WhatTheCallerAddsIsWrittenExactlyWhenTheActIs) {
  const auto owner = add_user();
  const auto rows = std::array{new_id(), new_id(), new_id(), new_id(), new_id()};
  const auto secret =
      from_base32(await(service->begin_totp(owner, "a@x.org", leaving(rows[0]))).value().secret_text.text());
  EXPECT_TRUE(left(rows[0]));

  EXPECT_TRUE(await(service->confirm_totp(owner, typed("no code"), leaving(rows[1]))).has_error());
  EXPECT_FALSE(left(rows[1]));
  EXPECT_TRUE(await(service->confirm_totp(owner, code(secret), leaving(rows[1]))).has_value());
  EXPECT_TRUE(left(rows[1]));

  EXPECT_TRUE(await(service->begin_totp(owner, "a@x.org", leaving(rows[2]))).has_error());
  EXPECT_FALSE(left(rows[2]));
  EXPECT_TRUE(await(service->renew_recovery_codes(owner, leaving(rows[2]))).has_value());
  EXPECT_TRUE(left(rows[2]));

  EXPECT_TRUE(await(service->remove_totp(owner, leaving(rows[3]))).has_value());
  EXPECT_TRUE(left(rows[3]));
  EXPECT_TRUE(await(service->remove_totp(owner, leaving(rows[4]))).has_error());
  EXPECT_TRUE(await(service->renew_recovery_codes(owner, leaving(rows[4]))).has_error());
  EXPECT_FALSE(left(rows[4]));
}

// CVE-2026-115357: an act whose audit entry cannot be written does not happen.
TEST_P(FactorService, AnActWhoseEntryFailsDoesNotHappen) {
  const auto owner = add_user();
  EXPECT_THROW(await(service->begin_totp(owner, "a@x.org", failing())), std::runtime_error);
  EXPECT_EQ(state(owner).totp, totp_state::off);

  const auto secret = begin(owner);
  EXPECT_THROW(await(service->confirm_totp(owner, code(secret), failing())), std::runtime_error);
  EXPECT_EQ(state(owner).totp, totp_state::pending);
  EXPECT_EQ(count("recovery_codes"), 0);

  const auto codes = confirm(owner, code(secret)).value();
  EXPECT_THROW(await(service->renew_recovery_codes(owner, failing())), std::runtime_error);
  EXPECT_THROW(await(service->remove_totp(owner, failing())), std::runtime_error);
  EXPECT_EQ(state(owner).totp, totp_state::on);
  EXPECT_EQ(outcome_of(check(owner, codes[0])), "good") << "the old codes hold";
}

TEST_P(FactorService, A14StoresNeitherTheSecretNorTheCodes) {
  const auto owner = enrol();
  const auto sealed = text_at("SELECT sealed_secret FROM totp_factors");
  EXPECT_TRUE(sealed.starts_with("gAAAAA")) << sealed;
  EXPECT_EQ(sealed.find(totp_secret_text(owner.secret).text()), sealed.npos);
  EXPECT_EQ(sealed.find(base::to_base64url(owner.secret.bytes())), sealed.npos);
  for (const auto& each : owner.codes) {
    const auto normal = normalise_recovery_code(each.text()).value();
    const auto hash = hash_of_recovery_code(normal, text_at("SELECT MIN(salt) FROM recovery_codes"));
    EXPECT_EQ(count("recovery_codes WHERE code_hash = '" + hash + "'"), 1);
    for (const auto& digits : {std::string(each.text()), std::string(normal.text())})
      EXPECT_EQ(count("recovery_codes WHERE code_hash LIKE '%" + digits + "%' OR salt LIKE '%" + digits + "%'"), 0);
  }
}

TEST_P(FactorService, EverybodyHasASaltOfTheirOwn) {
  enrol();
  enrol();
  const auto job = [](sql::session& in) {
    constexpr sql::query<std::int64_t> salts{"SELECT COUNT(DISTINCT salt) FROM recovery_codes"};
    return std::get<0>(in.first(salts).value());
  };
  EXPECT_EQ(store->read_now(job).value(), 2);
}

}  // namespace kontor::factor
