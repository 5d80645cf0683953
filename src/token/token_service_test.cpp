#include "token/token_service.hpp"

#include "account/user_statements.hpp"
#include "crypto/random.hpp"
#include "session/session_fixture.hpp"
#include "token/migrations.hpp"
#include "token/token_statements.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace kontor::token {
namespace {

using namespace std::chrono_literals;
using base::errc;
using session::noon;

const auto home_address = boost::asio::ip::make_address("192.0.2.7");

std::span<const sql::migration> all_steps() {
  static const auto steps = tests::join_steps({session::steps_of_sessions(), token::migrations()});
  return steps;
}

struct PersonalTokens : session::on_sessions {
  PersonalTokens() : session::on_sessions(all_steps()), service(std::make_unique<token_service>(*store, audit, clock)) {
    anna = authenticate_new("anna@x.org");
  }

  session::identity authenticate_new(const std::string& email) {
    return authenticate(register_user(email).value()).value();
  }
  session::identity again(const session::identity& who) {
    return authenticate(log_in(who.owner.email).value()).value();
  }

  static token_request reading(std::string name = "a script") {
    token_request wanted;
    wanted.name = std::move(name);
    wanted.scopes.add(scope::account_read);
    return wanted;
  }
  base::result<issued_token> create(const session::identity& by, token_request wanted = reading()) {
    return await(service->create(by, std::move(wanted), browser));
  }
  base::result<identity> use(const issued_token& token) { return use(token.text.text()); }
  base::result<identity> use(std::string_view text, const boost::asio::ip::address& from = home_address) {
    return await(service->authenticate(text, from));
  }
  std::string refusal(const issued_token& token) {
    const auto answer = use(token);
    return answer ? "accepted" : answer.error().type;
  }
  base::result<void> revoke(const session::identity& by, const token_id& which) {
    return await(service->revoke(by, which, browser));
  }
  std::vector<personal_token> list(const session::identity& who) { return await(service->list(who.owner.id)).value(); }
  void change(bool (*statement)(sql::session&, const base::user_id&, base::timestamp)) {
    auto job = [statement, id = anna.owner.id](sql::session& in) { return statement(in, id, noon + 1s); };
    ASSERT_TRUE(store->write_now(std::move(job)).value());
  }
  // Waits until nothing waits to be written: the recorder writes it all before it ends.
  void settle() {
    service->stop();
    service = std::make_unique<token_service>(*store, audit, clock);
  }

  session::identity anna;
  std::unique_ptr<token_service> service;
};
INSTANTIATE_TEST_SUITE_P(Databases, PersonalTokens, tests::each_database, tests::database_name);

}  // namespace

TEST_P(PersonalTokens, ATokenStandsForItsOwnerUntilItIsRevoked) {
  auto wanted = reading("backup on the server");
  wanted.addresses = address_list::parse("192.0.2.0/24");
  wanted.life = std::chrono::days(30);
  const auto made = create(anna, std::move(wanted)).value();
  EXPECT_EQ(made.token.last_characters, std::string(made.text.text()).substr(50));

  const auto who = use(made).value();
  EXPECT_EQ(who.owner.id, anna.owner.id);
  EXPECT_EQ(who.owner.email, "anna@x.org");
  EXPECT_EQ(who.token.scopes.text(), "account:read");
  EXPECT_EQ(who.token.addresses.text(), "192.0.2.0/24");
  EXPECT_EQ(who.token.expires_at, noon + 30 * 24h);

  ASSERT_EQ(list(anna).size(), 1u);
  EXPECT_EQ(list(anna).front().name, "backup on the server");
  EXPECT_TRUE(revoke(anna, made.token.id).has_value());
  EXPECT_EQ(refusal(made), "invalid-token");
  EXPECT_EQ(revoke(anna, made.token.id).error().code, errc::not_found);
  EXPECT_TRUE(list(anna).empty());
  EXPECT_EQ(count({"SELECT COUNT(*) FROM audit_log WHERE action IN ('token.created', 'token.revoked')"}), 2);
}

// incident: Zitadel CVE-2026-27840
TEST_P(PersonalTokens, ACutExtendedOrChangedTokenIsNone) {
  const auto made = create(anna).value();
  const std::string good(made.text.text());
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_TRUE(use(good.substr(0, i)).has_error());
    EXPECT_TRUE(use(good.substr(i + 1)).has_error());
    auto flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_EQ(use(flipped).error().type, "invalid-token") << i;
  }
  EXPECT_TRUE(use(good + "A").has_error());
  EXPECT_TRUE(use(made).has_value());
}

TEST_P(PersonalTokens, OnlyTheHashIsStored) {
  const auto made = create(anna).value();
  const std::string text(made.text.text());
  auto job = [](sql::session& in) {
    return in.first(sql::query<std::string, std::string>{"SELECT token_hash, last_characters FROM personal_tokens"});
  };
  const auto [hash, shown] = store->read_now(std::move(job)).value().value();
  EXPECT_EQ(hash, hash_of_token_text(text));
  EXPECT_EQ(hash.find(text.substr(prefix.size(), 20)), std::string::npos);
  EXPECT_EQ(shown.size(), shown_size);
  // The hash is not another way in.
  EXPECT_TRUE(use(std::string(prefix) + hash.substr(0, secret_size)).has_error());
}

TEST_P(PersonalTokens, ExpiryAndAddressAreAskedForEachUse) {
  auto wanted = reading();
  wanted.life = std::chrono::days(1);
  wanted.addresses = address_list::parse("192.0.2.7,2001:db8::/64");
  const auto made = create(anna, std::move(wanted)).value();
  const auto from = [&](const char* address) {
    return use(made.text.text(), boost::asio::ip::make_address(address)).has_value();
  };
  EXPECT_TRUE(from("192.0.2.7"));
  EXPECT_TRUE(from("2001:db8::99"));
  EXPECT_FALSE(from("192.0.2.8"));
  EXPECT_FALSE(from("2001:db8:0:1::99"));
  clock.advance(24h - 1us);
  EXPECT_TRUE(from("192.0.2.7"));
  clock.advance(1us);
  EXPECT_FALSE(from("192.0.2.7"));
  EXPECT_EQ(list(anna).size(), 1u);  // The owner sees that it has expired.
}

// incident: Zitadel CVE-2023-22492, CVE-2024-47000
TEST_P(PersonalTokens, WhatEndsTheAccountsSessionsForGoodEndsItsTokens) {
  const auto by_password = create(anna).value();
  ASSERT_TRUE(await(sign_ins->change_password(anna, session::secret(good_password),
                                              session::secret("another good password"), browser))
                  .has_value());
  EXPECT_EQ(refusal(by_password), "invalid-token");
  EXPECT_TRUE(list(anna).empty());

  const auto later = authenticate(log_in("anna@x.org", "another good password").value()).value();
  const auto by_logout_all = create(later).value();
  // The dead one made room.
  EXPECT_EQ(count({"SELECT COUNT(*) FROM personal_tokens"}), 1);
  ASSERT_TRUE(await(sessions->end_many(later, session::sessions_of_account::all_but_this, browser)).has_value());
  EXPECT_EQ(refusal(by_logout_all), "accepted");
  ASSERT_TRUE(await(sessions->end(later, later.session.id, browser)).has_value());
  EXPECT_EQ(refusal(by_logout_all), "accepted");
  const auto last = authenticate(log_in("anna@x.org", "another good password").value()).value();
  ASSERT_TRUE(await(sessions->end_many(last, session::sessions_of_account::all, browser)).has_value());
  EXPECT_EQ(refusal(by_logout_all), "invalid-token");

  const auto once_more = authenticate(log_in("anna@x.org", "another good password").value()).value();
  const auto by_deactivation = create(once_more).value();
  change(account::statements::deactivate);
  EXPECT_EQ(refusal(by_deactivation), "invalid-token");
  change(account::statements::activate);
  EXPECT_EQ(refusal(by_deactivation), "invalid-token");
}

// What a token asked for, and what takes its time, asks again: by the same rules as each use.
TEST_P(PersonalTokens, WhatTakesItsTimeEndsWithTheToken) {
  const auto permission = [&](const issued_token& token) {
    return token_service::while_valid(use(token).value(), clock);
  };
  const auto answer = [&](const sql::permission& still) {
    auto job = [still](sql::session& in) { return still(in); };
    const auto said = store->read_now(std::move(job));
    return said ? "goes on" : said.error().type;
  };
  const auto first = create(anna).value();
  auto briefly = reading();
  briefly.life = std::chrono::days(1);
  const auto revoked = permission(first);
  const auto expired = permission(create(anna, std::move(briefly)).value());
  const auto deactivated = permission(create(anna).value());
  for (const auto& still : {revoked, expired, deactivated})
    EXPECT_EQ(answer(still), "goes on");
  ASSERT_TRUE(revoke(anna, first.token.id).has_value());
  EXPECT_EQ(answer(revoked), "invalid-token");
  clock.advance(24h);
  EXPECT_EQ(answer(expired), "invalid-token");
  EXPECT_EQ(answer(deactivated), "goes on");
  change(account::statements::deactivate);
  EXPECT_EQ(answer(deactivated), "invalid-token");
  change(account::statements::activate);
  EXPECT_EQ(answer(deactivated), "invalid-token");
}

TEST_P(PersonalTokens, NoneIsBornAfterWhatEndsThem) {
  ASSERT_TRUE(await(sessions->end_many(anna, session::sessions_of_account::all, browser)).has_value());
  EXPECT_EQ(create(anna).error().type, "invalid-token");
  const auto later = again(anna);
  change(account::statements::deactivate);
  EXPECT_EQ(create(later).error().type, "invalid-token");
  EXPECT_EQ(count({"SELECT COUNT(*) FROM personal_tokens"}), 0);
}

TEST_P(PersonalTokens, AnothersTokenIsLikeOneThatNeverWas) {
  const auto ben = authenticate_new("ben@x.org");
  const auto hers = create(anna).value();
  const auto his = create(ben).value();
  EXPECT_EQ(revoke(ben, hers.token.id).error().code, errc::not_found);
  EXPECT_EQ(revoke(ben, crypto::random_id<token_id>()).error().code, errc::not_found);
  EXPECT_EQ(refusal(hers), "accepted");
  ASSERT_EQ(list(ben).size(), 1u);
  EXPECT_EQ(list(ben).front().id, his.token.id);
  EXPECT_EQ(use(his).value().owner.id, ben.owner.id);
}

TEST_P(PersonalTokens, ParallelRequestsMakeNoMoreThanTheLimit) {
  for (std::int64_t i = 0; i < most_tokens - 5; ++i)
    ASSERT_TRUE(create(anna).has_value());
  std::vector<std::future<base::result<issued_token>>> wanted;
  for (std::size_t i = 0; i < 20; ++i)
    wanted.push_back(await_on(i % loops.size(), service->create(anna, reading(), browser)));
  int made = 0;
  for (auto& one : wanted) {
    const auto answer = one.get();
    made += answer.has_value();
    if (!answer) EXPECT_EQ(answer.error().type, "too-many-tokens");
  }
  EXPECT_EQ(made, 5);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM personal_tokens"}), most_tokens);
  // The limit is one of each account, and a revoked token makes room.
  EXPECT_TRUE(create(authenticate_new("ben@x.org")).has_value());
  EXPECT_TRUE(revoke(anna, list(anna).front().id).has_value());
  EXPECT_TRUE(create(anna).has_value());
}

TEST_P(PersonalTokens, UsesAreWrittenDownOnceAMinute) {
  const auto made = create(anna).value();
  EXPECT_EQ(list(anna).front().last_used_at, std::nullopt);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(use(made).has_value());
  settle();
  EXPECT_EQ(list(anna).front().last_used_at, noon);
  EXPECT_EQ(list(anna).front().last_used_address, "192.0.2.7");
  clock.advance(60s - 1us);
  ASSERT_TRUE(use(made.text.text(), boost::asio::ip::make_address("192.0.2.8")).has_value());
  settle();
  EXPECT_EQ(list(anna).front().last_used_at, noon);
  clock.advance(1us);
  ASSERT_TRUE(use(made.text.text(), boost::asio::ip::make_address("192.0.2.8")).has_value());
  settle();
  EXPECT_EQ(list(anna).front().last_used_at, noon + 60s);
  EXPECT_EQ(list(anna).front().last_used_address, "192.0.2.8");
}

TEST_P(PersonalTokens, OfTwoNodesOneWritesAUseDown) {
  const auto made = create(anna).value();
  const auto note = [&](base::timestamp at) {
    auto job = [id = made.token.id, owner = anna.owner.id, at](sql::session& in) {
      return statements::note_use(in, owner, id, at, "192.0.2.7");
    };
    return store->write_now(std::move(job)).value();
  };
  EXPECT_TRUE(note(noon));
  EXPECT_FALSE(note(noon + 59s));
  EXPECT_TRUE(note(noon + 60s));
  // A clock that was wrong once does not silence the token.
  EXPECT_TRUE(note(noon - 24h));
}

// Security checklist b.30.
TEST_P(PersonalTokens, B30TheOwnerIsToldOfANewOne) {
  token_service telling(*store, {audit, &told}, clock);
  const auto mails = [this] { return count({"SELECT COUNT(*) FROM mail_outbox"}); };
  std::int64_t waiting_at_ring = 0;
  outbox.on_ring([&mails, &waiting_at_ring] { waiting_at_ring = mails(); });
  const auto made = await(telling.create(anna, reading(), browser)).value();
  EXPECT_EQ(mails(), 1);
  EXPECT_EQ(waiting_at_ring, 1) << "at once";
  ASSERT_TRUE(await(telling.revoke(anna, made.token.id, browser)));
  EXPECT_EQ(mails(), 1) << "an end is no way in";
  ASSERT_TRUE(create(anna));
  EXPECT_EQ(mails(), 1) << "without mail nothing is queued";
}

TEST_P(PersonalTokens, ThoseThatAreValidAreCounted) {
  const auto valid = [this](base::timestamp at) {
    auto job = [owner = anna.owner.id, at](sql::session& in) { return statements::count_valid_tokens(in, owner, at); };
    return store->read_now(std::move(job)).value();
  };
  EXPECT_EQ(valid(noon), 0);
  ASSERT_TRUE(create(anna));
  auto of_a_day = reading();
  of_a_day.life = std::chrono::days(1);
  ASSERT_TRUE(create(anna, std::move(of_a_day)));
  ASSERT_TRUE(create(authenticate_new("ben@x.org")));
  EXPECT_EQ(valid(noon), 2) << "nobody else's";
  EXPECT_EQ(valid(noon + 24h - 1us), 2);
  EXPECT_EQ(valid(noon + 24h), 1);
  change(account::statements::deactivate);
  EXPECT_EQ(valid(noon), 0) << "those of another epoch are over";
}

TEST_P(PersonalTokens, ADatabaseThatIsAwayLetsNobodyIn) {
  const auto made = create(anna).value();
  store->stop();
  EXPECT_EQ(use(made).error().code, errc::unavailable);
}

}  // namespace kontor::token
