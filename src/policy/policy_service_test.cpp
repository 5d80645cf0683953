#include "policy/policy_service.hpp"

#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "account/user_changes.hpp"
#include "account/user_statements.hpp"
#include "audit/entries.hpp"
#include "audit/migrations.hpp"
#include "policy/migrations.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace kontor::policy {
namespace {

using namespace std::chrono_literals;
using account::registration_policy;
using account::second_factor_for;
using base::errc;

// Long: what a test sees then, it sees without the reader.
constexpr auto never = std::chrono::hours(24);

struct PolicyService : tests::on_each_database {
  PolicyService() {
    open(steps());
    root.is_admin = true;
    root.id = add_admin();
    defaults.accounts.allowed_emails = {"anna@x.org"};
  }

  static std::span<const sql::migration> steps() {
    static const auto all = tests::join_steps({account::migrations(), audit::migrations(), policy::migrations()});
    return all;
  }
  base::user_id add_admin() {
    auto job = [now = clock.now()](sql::session& in) {
      const auto account = account::user_without_password("root@x.org", "root@x.org", true, now);
      account::statements::insert_user(in, account);
      return account.id;
    };
    return store->write_now(std::move(job)).value();
  }
  std::unique_ptr<policy_service> node(std::chrono::milliseconds read_every = never) {
    return std::make_unique<policy_service>(*store, audit, defaults, clock, read_every);
  }
  base::result<rules> change(policy_service& at, rule_change wanted) {
    author by{root, "192.0.2.9", "r9"};
    return await(at.change(std::move(by), std::move(wanted)));
  }
  std::vector<audit::entry> log() {
    auto job = [](sql::session& in) { return audit::all(in, {}, audit::newest, 100); };
    return store->read_now(std::move(job)).value();
  }
  void run(const std::string& statement) {
    auto job = [text = std::make_shared<std::string>(statement)](sql::session& in) { return in.execute(*text); };
    ASSERT_TRUE(store->write_now(std::move(job)).has_value());
  }

  base::manual_clock clock{base::from_microseconds(1'800'000'000'000'000)};
  audit::audit_log audit{base::secret_bytes(std::string_view("a signing key of thirty-two bytes or more"))};
  rule_values defaults;
  account::user root;
};
INSTANTIATE_TEST_SUITE_P(Databases, PolicyService, tests::each_database, tests::database_name);

}  // namespace

TEST_P(PolicyService, TheSettingsOfTheEnvironmentHoldUntilSomebodyDecides) {
  const auto here = node();
  EXPECT_EQ(here->current().registration, registration_policy::open);
  const auto before = await(here->get()).value();
  EXPECT_EQ(before.decided, overrides());

  rule_change wanted;
  wanted.registration = std::optional(registration_policy::closed);
  wanted.password_min_length = std::optional<std::size_t>(15);
  wanted.second_factor_for = std::optional(second_factor_for::admins);
  wanted.allowed_emails = std::optional(account::address_list{"b@x.org", "a@x.org"});
  const auto after = change(*here, wanted).value();
  EXPECT_EQ(after.decided.registration, registration_policy::closed);
  EXPECT_EQ(effective(after).accounts.passwords.min_length, 15u);
  // It holds before the call has answered.
  const auto now = here->current();
  EXPECT_EQ(now.registration, registration_policy::closed);
  EXPECT_EQ(now.passwords.min_length, 15u);
  EXPECT_EQ(now.second_factor_for, second_factor_for::admins);
  EXPECT_EQ(now.allowed_emails, (account::address_list{"a@x.org", "b@x.org"}));

  // A new process reads the same; a reset gives the default back, whatever it is by then.
  defaults.accounts.passwords.min_length = 10;
  const auto restarted = node();
  EXPECT_EQ(restarted->current().passwords.min_length, 15u);
  rule_change reset;
  reset.password_min_length.emplace();
  EXPECT_FALSE(change(*restarted, reset)->decided.password_min_length.has_value());
  EXPECT_EQ(restarted->current().passwords.min_length, 10u);
  EXPECT_EQ(restarted->current().registration, registration_policy::closed);
}

TEST_P(PolicyService, TheLimitsOfAnAccountStandOverTheSettings) {
  defaults.chats = {.runs_at_once = 7, .tokens_per_day = 1000};
  const auto here = node();
  EXPECT_EQ(here->limits(), defaults.chats);
  rule_change fewer;
  fewer.runs_at_once = std::optional<std::int64_t>(1);
  fewer.tokens_per_day = std::optional<std::int64_t>(most_tokens_per_day);
  ASSERT_TRUE(change(*here, fewer).has_value());
  EXPECT_EQ(here->limits(), (chat_limits{1, most_tokens_per_day}));

  // That there is no limit is a decision like others: it is no way back to the setting, and outlives the process.
  rule_change no_tokens;
  no_tokens.tokens_per_day = std::optional(no_limit);
  EXPECT_EQ(change(*here, no_tokens)->decided.tokens_per_day, no_limit);
  defaults.chats.runs_at_once = 9;
  const auto restarted = node();
  EXPECT_EQ(restarted->limits(), (chat_limits{1, no_limit}));

  rule_change reset;
  reset.runs_at_once.emplace();
  reset.tokens_per_day.emplace();
  EXPECT_EQ(change(*restarted, reset)->decided, overrides());
  EXPECT_EQ(restarted->limits(), (chat_limits{9, 1000}));
  std::vector<std::string> details;
  for (const auto& entry : log())
    details.push_back(entry.detail);
  EXPECT_EQ(details, (std::vector<std::string>{R"({"changed":["runs_at_once","tokens_per_day"]})",
                                               R"({"changed":["tokens_per_day"]})",
                                               R"({"changed":["runs_at_once","tokens_per_day"]})"}));
}

TEST_P(PolicyService, AnotherNodeLearnsOfIt) {
  const auto here = node();
  const auto there = node(10ms);
  rule_change wanted;
  wanted.registration = std::optional(registration_policy::closed);
  wanted.runs_at_once = std::optional<std::int64_t>(1);
  ASSERT_TRUE(change(*here, wanted).has_value());
  while (there->current().registration != registration_policy::closed)
    std::this_thread::yield();
  EXPECT_EQ(there->limits().runs_at_once, 1);
}

TEST_P(PolicyService, AnAllowlistWithoutAddressesIsRefused) {
  const auto here = node();
  rule_change no_addresses;
  no_addresses.allowed_emails = std::optional(account::address_list());
  rule_change allowlist;
  allowlist.registration = std::optional(registration_policy::allowlist);
  ASSERT_TRUE(change(*here, no_addresses).has_value()) << "while registration is open they are not asked for";
  const auto refused = change(*here, allowlist).error();
  EXPECT_EQ(refused.code, errc::invalid_input);
  EXPECT_EQ(refused.fields.front().path, "/allowed_emails");
  EXPECT_EQ(here->current().registration, registration_policy::open);

  allowlist.allowed_emails.emplace();
  ASSERT_TRUE(change(*here, allowlist).has_value()) << "the default has one";
  EXPECT_EQ(change(*here, no_addresses).error().code, errc::invalid_input);
  EXPECT_EQ(here->current().allowed_emails, account::address_list{"anna@x.org"});
}

TEST_P(PolicyService, OfTwoChangesAtOnceTheirSumIsLookedAt) {
  defaults.accounts.allowed_emails = {};
  const auto here = node();
  for (int round = 0; round < 10; ++round) {
    rule_change start;
    start.registration = std::optional(registration_policy::open);
    start.allowed_emails = std::optional(account::address_list{"a@x.org"});
    ASSERT_TRUE(change(*here, start).has_value());
    rule_change allowlist;
    allowlist.registration = std::optional(registration_policy::allowlist);
    rule_change no_addresses;
    no_addresses.allowed_emails = std::optional(account::address_list());
    auto first = await_on(0, here->change({root, "", ""}, allowlist));
    auto second = await_on(1, here->change({root, "", ""}, no_addresses));
    EXPECT_NE(first.get().has_value(), second.get().has_value());
  }
}

TEST_P(PolicyService, WritesDownNamesAndNoAddresses) {
  const auto here = node();
  rule_change wanted;
  wanted.registration = std::optional(registration_policy::closed);
  wanted.allowed_emails = std::optional(account::address_list{"secret@x.org"});
  ASSERT_TRUE(change(*here, wanted).has_value());
  ASSERT_TRUE(change(*here, wanted).has_value());
  const auto entries = log();
  ASSERT_EQ(entries.size(), 1u) << "what changes nothing is no act";
  EXPECT_EQ(entries[0].action, "policy.changed");
  EXPECT_EQ(entries[0].actor, root.id);
  EXPECT_FALSE(entries[0].owner.has_value());
  EXPECT_EQ(entries[0].detail, R"({"changed":["registration","allowed_emails"]})");
  EXPECT_EQ(entries[0].address, "192.0.2.9");
}

TEST_P(PolicyService, WhoHasCeasedToBeAnAdministratorDecidesNothing) {
  const auto here = node();
  run("UPDATE users SET is_admin = 0");
  rule_change wanted;
  wanted.registration = std::optional(registration_policy::closed);
  EXPECT_EQ(change(*here, wanted).error().code, errc::forbidden);
  EXPECT_EQ(here->current().registration, registration_policy::open);
  EXPECT_TRUE(log().empty());
}

TEST_P(PolicyService, AStoredValueThatIsNoneNeverMeansTheDefault) {
  const auto running = node(10ms);
  rule_change wanted;
  wanted.registration = std::optional(registration_policy::closed);
  ASSERT_TRUE(change(*running, wanted).has_value());
  run("UPDATE policies SET value = 'Closed' WHERE name = 'registration'");
  EXPECT_THROW(node(), std::runtime_error);
  EXPECT_EQ(running->current().registration, registration_policy::closed);
}

TEST_P(PolicyService, AStoredLimitOutOfBoundsIsNone) {
  const auto here = node();
  rule_change wanted;
  wanted.runs_at_once = std::optional(most_runs_at_once);
  wanted.tokens_per_day = std::optional(most_tokens_per_day);
  ASSERT_TRUE(change(*here, wanted).has_value());
  EXPECT_NO_THROW(node());
  for (const auto& [name, none, good] :
       std::initializer_list<std::array<std::string, 3>>{{"runs_at_once", "0", "1"},
                                                         {"runs_at_once", "101", "1"},
                                                         {"tokens_per_day", "-1", "0"},
                                                         {"tokens_per_day", "1000000000001", "0"},
                                                         {"tokens_per_day", "", "0"},
                                                         {"tokens_per_day", "10k", "0"}}) {
    run("UPDATE policies SET value = '" + none + "' WHERE name = '" + name + "'");
    EXPECT_THROW(node(), std::runtime_error) << name << ": " << none;
    run("UPDATE policies SET value = '" + good + "' WHERE name = '" + name + "'");
    EXPECT_NO_THROW(node()) << name << ": " << good;
  }
}

}  // namespace kontor::policy
