#include "session/socket_tickets.hpp"

#include "session/session_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace kontor::session {
namespace {

using namespace std::chrono_literals;
using base::errc;

struct SocketTickets : on_sessions {
  std::string issue(const signed_in& who) {
    const auto me = authenticate(who).value();
    return std::string(await(tickets.issue(me)).value().text());
  }
  base::result<identity> redeem(std::string_view ticket) { return await(tickets.redeem(ticket)); }
  std::vector<base::session_id> find_over(std::vector<base::session_id> ids) {
    return await(sessions->find_over(std::move(ids))).value();
  }
  socket_tickets tickets{*store, *sessions, clock};
};
INSTANTIATE_TEST_SUITE_P(Databases, SocketTickets, tests::each_database, tests::database_name);

}  // namespace

// Security checklist a.59, c.63.
TEST_P(SocketTickets, WorkOnceForHalfAMinute) {
  const auto anna = register_user("anna@x.org").value();
  const auto ticket = issue(anna);
  EXPECT_EQ(ticket.size(), 43U);
  EXPECT_EQ(redeem(ticket)->owner.id, anna.owner.id);
  EXPECT_EQ(redeem(ticket).error().code, errc::unauthenticated);
  EXPECT_EQ(redeem("").error().code, errc::unauthenticated);

  const auto late = issue(anna);
  const auto in_time = issue(anna);
  clock.advance(30s - 1us);
  EXPECT_TRUE(redeem(in_time).has_value());
  clock.advance(1us);
  EXPECT_EQ(redeem(late).error().type, "invalid-token");
}

// Security checklist a.59, c.63.
TEST_P(SocketTickets, EndWithTheirSession) {
  const auto anna = register_user("anna@x.org").value();
  const auto bert = register_user("bert@x.org").value();
  const auto ticket = issue(anna);
  const auto kept = issue(bert);
  const auto me = authenticate(anna).value();
  await(sessions->end(me, anna.session, browser)).value();
  EXPECT_EQ(redeem(ticket).error().type, "invalid-token");
  EXPECT_EQ(await(tickets.issue(me)).error().type, "session-ended");
  EXPECT_EQ(redeem(kept)->owner.id, bert.owner.id);
  EXPECT_EQ(count({"SELECT COUNT(*) FROM socket_tickets"}), 0);
}

// Security checklist a.18: nothing to guess, nothing to read in a stolen database.
TEST_P(SocketTickets, AreStoredAsTheirHash) {
  const auto anna = register_user("anna@x.org").value();
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i)
    seen.insert(issue(anna));
  EXPECT_EQ(seen.size(), 100U);
  constexpr sql::query<std::string> stored{"SELECT token_hash FROM socket_tickets"};
  auto job = [&stored](sql::session& in) { return in.all(stored); };
  const auto rows = store->read_now(std::move(job)).value();
  for (const auto& [hash] : rows)
    EXPECT_FALSE(seen.contains(hash));
}

TEST_P(SocketTickets, OfManyAtOnceOneGetsIn) {
  const auto anna = register_user("anna@x.org").value();
  const auto ticket = issue(anna);
  std::vector<std::future<base::result<identity>>> all;
  for (std::size_t i = 0; i < 10; ++i)
    all.push_back(await_on(i % loops.size(), tickets.redeem(ticket)));
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](auto& one) { return one.get().has_value(); }), 1);
}

// Security checklist c.67, a.21, better-auth GHSA-2vg6-77g8-24mp, Vikunja GHSA-4hv6-xc92-j86g.
TEST_P(SocketTickets, TheSessionsThatAreOverAreFoundAmongMany) {
  std::vector<base::session_id> ids;
  const auto anna = register_user("anna@x.org").value();
  for (int i = 0; i < 60; ++i)
    ids.push_back(log_in("anna@x.org")->session);
  ids.push_back(anna.session);
  EXPECT_TRUE(find_over(ids).empty());
  EXPECT_TRUE(find_over({}).empty());
  const auto me = authenticate(anna).value();
  await(sessions->end(me, ids[3], browser)).value();
  await(sessions->end(me, ids[55], browser)).value();
  EXPECT_EQ(find_over(ids), (std::vector{ids[3], ids[55]}));

  const auto bert = register_user("bert@x.org").value();
  EXPECT_TRUE(find_over({bert.session}).empty());
  auto deactivate = [&](sql::session& in) {
    return in.execute("UPDATE users SET is_active = 0 WHERE id = :id", {{"id", bert.owner.id}});
  };
  store->write_now(std::move(deactivate)).value();
  EXPECT_EQ(find_over({bert.session}).size(), 1U);

  const auto cleo = register_user("cleo@x.org").value();
  await(sessions->end_many(authenticate(cleo).value(), sessions_of_account::all, browser)).value();
  EXPECT_EQ(find_over({cleo.session, anna.session}), std::vector{cleo.session});
  clock.advance(std::chrono::days(7));
  EXPECT_EQ(find_over({anna.session}).size(), 1U) << "idle for too long";
}

TEST_P(SocketTickets, ASessionWithoutTheSecondFactorIsOverOnceThereIsOne) {
  const auto other = register_user("anna@x.org").value();
  auto mine = log_in("anna@x.org").value();
  const auto enrolled_one = mine.session;
  EXPECT_TRUE(find_over({other.session, enrolled_one}).empty());
  enrol(std::move(mine));
  EXPECT_EQ(find_over({other.session, enrolled_one}), std::vector{other.session});
}

}  // namespace kontor::session
