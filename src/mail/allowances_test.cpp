#include "mail/allowances.hpp"

#include "mail/mail_fixture.hpp"

namespace kontor::mail {
namespace {

using namespace std::chrono_literals;

struct Allowances : on_mails {
  bool take(const allowance& of, std::string_view whose) {
    auto job = [this, of, text = std::string(whose)](sql::session& in) {
      return box.limits().take(in, of, text, clock.now());
    };
    return store->write_now(std::move(job)).value();
  }
  bool take_for_client(std::string_view address) {
    auto job = [this, text = std::string(address)](sql::session& in) {
      return box.limits().take_for_client(in, text, clock.now());
    };
    return store->write_now(std::move(job)).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Allowances, tests::each_database, tests::database_name);

constexpr allowance two_an_hour{"two", 2, std::chrono::hours(1)};
constexpr allowance others{"other", 2, std::chrono::hours(1)};

}  // namespace

TEST_P(Allowances, AsManyAsThereAreInAPeriod) {
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  clock.advance(30min);
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  EXPECT_FALSE(take(two_an_hour, "a@x.org"));
  EXPECT_TRUE(take(two_an_hour, "b@x.org"));
  EXPECT_TRUE(take(others, "a@x.org"));
  clock.advance(30min - 1us);
  EXPECT_FALSE(take(two_an_hour, "a@x.org"));
  clock.advance(1us);
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  EXPECT_FALSE(take(two_an_hour, "a@x.org"));
}

TEST_P(Allowances, AClockThatIsPutBackHoldsNobodyForLong) {
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  clock.advance(-std::chrono::hours(24 * 365));
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
}

TEST_P(Allowances, WhoTookTheTimeEarlierAndComesLaterBeginsNoNewPeriod) {
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  EXPECT_TRUE(take(two_an_hour, "a@x.org"));
  clock.advance(-1us);
  EXPECT_FALSE(take(two_an_hour, "a@x.org"));
  clock.advance(-59min);
  EXPECT_FALSE(take(two_an_hour, "a@x.org"));
}

TEST_P(Allowances, OfManyAtOnceNoMoreThanThereAre) {
  std::vector<std::future<base::result<bool>>> takers;
  for (std::size_t i = 0; i < 40; ++i) {
    auto job = [this](sql::session& in) { return box.limits().take(in, two_an_hour, "a@x.org", clock.now()); };
    takers.push_back(await_on(i % loops.size(), store->write(std::move(job))));
  }
  int taken = 0;
  for (auto& each : takers)
    taken += each.get().value() ? 1 : 0;
  EXPECT_EQ(taken, 2);
}

TEST_P(Allowances, AClientIsAnAddressOrTheNetOfOne) {
  for (std::int64_t i = 0; i < client_allowance.most; ++i)
    EXPECT_TRUE(take_for_client("2001:db8::" + std::to_string(i + 1)));
  EXPECT_FALSE(take_for_client("2001:db8::ffff"));
  EXPECT_TRUE(take_for_client("2001:db8:0:1::1"));
  EXPECT_TRUE(take_for_client("192.0.2.1"));
}

TEST_P(Allowances, NoAddressStandsInTheRowsAndOldOnesGo) {
  EXPECT_TRUE(take(two_an_hour, "anna@x.org"));
  constexpr sql::query<std::string> keys{"SELECT allowance_key FROM mail_allowances"};
  const auto row = store->read_now([&keys](sql::session& in) { return in.first(keys); }).value().value();
  EXPECT_EQ(std::get<0>(row).find("anna"), std::string::npos);
  const auto remove = [this] {
    return store->write_now([this](sql::session& in) { return allowances::remove_old(in, clock.now(), 100); }).value();
  };
  EXPECT_EQ(remove(), 0);
  clock.advance(1h);
  EXPECT_EQ(remove(), 1);
}

}  // namespace kontor::mail
