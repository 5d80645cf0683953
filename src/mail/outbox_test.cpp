#include "mail/outbox.hpp"

#include "mail/mail_fixture.hpp"

namespace kontor::mail {
namespace {

using namespace std::chrono_literals;

struct Outbox : on_mails {
  std::optional<statements::claimed_mail> claim(const statements::due_mail& which, base::timestamp until) {
    return store->write_now([=](sql::session& in) { return statements::claim(in, which, until); }).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Outbox, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Outbox, AMailIsThereExactlyWhenItsActIs) {
  auto act = [this](sql::session& in) -> base::result<bool> {
    box.put(in, std::nullopt, some_mail(), clock.now());
    return base::error{base::errc::conflict, "", "", "the act did not happen"};
  };
  EXPECT_FALSE(store->write_now(std::move(act)).has_value());
  EXPECT_TRUE(due().empty());
  put(some_mail());
  EXPECT_EQ(due().size(), 1u);
}

TEST_P(Outbox, NothingOfAMailCanBeRead) {
  put(some_mail());
  constexpr sql::query<std::string> rows{"SELECT sealed FROM mail_outbox"};
  const auto row = store->read_now([&rows](sql::session& in) { return in.first(rows); }).value().value();
  for (const char* secret : {"anna", "planted", "desk.example"})
    EXPECT_EQ(std::get<0>(row).find(secret), std::string::npos) << secret;
}

TEST_P(Outbox, OfManySendersOneGetsAMail) {
  put(some_mail());
  const auto which = due().at(0);
  std::vector<std::future<base::result<std::optional<statements::claimed_mail>>>> senders;
  for (std::size_t i = 0; i < 20; ++i) {
    auto job = [which, until = noon + 60s + std::chrono::microseconds(i)](sql::session& in) {
      return statements::claim(in, which, until);
    };
    senders.push_back(await_on(i % loops.size(), store->write(std::move(job))));
  }
  int claimed = 0;
  for (auto& each : senders)
    claimed += each.get().value() ? 1 : 0;
  EXPECT_EQ(claimed, 1);
  EXPECT_TRUE(due().empty());
}

TEST_P(Outbox, WhoseLeaseIsOverHasLostTheMail) {
  put(some_mail());
  const auto first = claim(due().at(0), noon + 60s).value();
  EXPECT_EQ(first.attempts, 1);
  EXPECT_EQ(first.gives_up_at, noon + 30min);
  clock.advance(60s);
  const auto second = claim(due().at(0), noon + 120s).value();
  EXPECT_EQ(second.attempts, 2);
  const auto in_a_job = [this](auto what) { return store->write_now(std::move(what)).value(); };
  EXPECT_FALSE(in_a_job([&](sql::session& in) { return statements::remove(in, first); }));
  EXPECT_FALSE(in_a_job([&](sql::session& in) { return statements::postpone(in, first, noon); }));
  EXPECT_TRUE(in_a_job([&](sql::session& in) { return statements::postpone(in, second, noon + 90s); }));
  EXPECT_TRUE(due().empty());
  clock.advance(30s);
  const auto third = claim(due().at(0), noon + 300s).value();
  EXPECT_TRUE(in_a_job([&](sql::session& in) { return statements::remove(in, third); }));
  EXPECT_EQ(count("mail_outbox"), 0);
}

TEST_P(Outbox, AMailGoesWithItsAccount) {
  const auto owner = crypto::random_id<base::user_id>();
  auto job = [this, owner](sql::session& in) {
    in.execute("INSERT INTO users (id) VALUES (:id)", {{"id", owner}});
    box.put(in, owner, some_mail(), clock.now());
    return in.execute("DELETE FROM users WHERE id = :id", {{"id", owner}});
  };
  EXPECT_EQ(store->write_now(std::move(job)).value(), 1);
  EXPECT_EQ(count("mail_outbox"), 0);
}

}  // namespace kontor::mail
