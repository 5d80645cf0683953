#include "account/link_statements.hpp"

#include "account/migrations.hpp"
#include "account/sql_user_repository.hpp"
#include "account/user_statements.hpp"
#include "crypto/random.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/steps.hpp"

#include <gtest/gtest.h>

namespace kontor::account {
namespace {

using namespace std::chrono_literals;
using statements::password_links;

const base::timestamp linked_at = base::from_microseconds(1'800'000'000'000'000);
constexpr std::array all_purposes{link_purpose::setup, link_purpose::verify, link_purpose::reset,
                                  link_purpose::confirm};

std::span<const sql::migration> link_steps() {
  static const auto joined = tests::join_steps({migrations()});
  return joined;
}

struct LinkStatements : tests::on_each_database {
  LinkStatements() : users(open(link_steps())) {}

  user add(const std::string& email) {
    return await(users.create_user({.id = crypto::random_id<base::user_id>(),
                                    .email = email,
                                    .email_lookalike = email,
                                    .hashed_password = "first",
                                    .is_admin = false,
                                    .created_at = linked_at}))
        .value();
  }
  static std::string token_of(link_purpose purpose) {
    return std::string(64, static_cast<char>('a' + static_cast<int>(purpose)));
  }
  static new_one_time_link link_of(const user& owner, link_purpose purpose) {
    new_one_time_link link{.owner = owner.id,
                           .purpose = purpose,
                           .proves = std::nullopt,
                           .token_hash = token_of(purpose),
                           .created_at = linked_at,
                           .expires_at = linked_at + 30min};
    if (purpose == link_purpose::confirm) link.proves = claimed_address{"new@x.org", "new@x.org"};
    return link;
  }
  void put(const new_one_time_link& link) {
    (void)store->write_now([link](sql::session& in) { return (statements::put_link(in, link), true); }).value();
  }
  void put_all(const user& owner) {
    for (const auto purpose : all_purposes)
      put(link_of(owner, purpose));
  }
  std::optional<one_time_link> find(link_purpose purpose) {
    auto job = [token = token_of(purpose)](sql::session& in) { return statements::find_link(in, token, linked_at); };
    return store->read_now(std::move(job)).value();
  }
  std::int64_t links() {
    constexpr sql::query<std::int64_t> all{"SELECT COUNT(*) FROM one_time_links"};
    return std::get<0>(store->read_now([&all](sql::session& in) { return in.first(all); }).value().value());
  }

  sql_user_repository users;
};
INSTANTIATE_TEST_SUITE_P(Databases, LinkStatements, tests::each_database, tests::database_name);

}  // namespace

// incident: Keycloak CVE-2026-18963
TEST_P(LinkStatements, AWalkOverAllStatesSetsNoPasswordWithoutTheTokenOfThatStep) {
  const auto owner = add("a@x.org");
  put_all(owner);
  // Every token at every door: only those of the door's own purpose open it, and what is refused changes nothing.
  for (const auto purpose : all_purposes) {
    const bool opens_setup = purpose == link_purpose::setup || purpose == link_purpose::verify;
    const bool opens_reset = purpose == link_purpose::reset;
    EXPECT_EQ(await(users.get_setup_link(token_of(purpose), linked_at)).has_value(), opens_setup);
    EXPECT_EQ(await(users.get_reset_link(token_of(purpose), linked_at)).has_value(), opens_reset);
    if (!opens_setup) {
      EXPECT_FALSE(await(users.claim_setup_link(token_of(purpose), "planted", linked_at)).has_value());
    }
    if (!opens_reset) {
      EXPECT_FALSE(await(users.claim_reset_link(token_of(purpose), "planted", linked_at)).has_value());
    }
    EXPECT_EQ(await(users.get_by_email("a@x.org")).value().hashed_password, "first");
    EXPECT_EQ(links(), 4);
  }
}

TEST_P(LinkStatements, AClaimEndsAllOtherLinksAndAMailedOneProvesTheAddress) {
  for (const auto purpose : {link_purpose::setup, link_purpose::verify, link_purpose::reset}) {
    const auto owner = add("a" + std::to_string(static_cast<int>(purpose)) + "@x.org");
    const auto other = add("b" + std::to_string(static_cast<int>(purpose)) + "@x.org");
    put_all(owner);
    auto kept = link_of(other, link_purpose::reset);
    kept.token_hash = std::string(64, '0');
    put(kept);
    const auto claimed = purpose == link_purpose::reset
                             ? await(users.claim_reset_link(token_of(purpose), "second", linked_at)).value()
                             : await(users.claim_setup_link(token_of(purpose), "second", linked_at)).value();
    EXPECT_EQ(claimed.email_verified, purpose != link_purpose::setup);
    EXPECT_EQ(claimed.security_epoch, 1);
    EXPECT_EQ(links(), 1) << "the other's";
    EXPECT_TRUE(await(users.get_reset_link(kept.token_hash, linked_at)).has_value());
    (void)await(users.claim_reset_link(kept.token_hash, "x", linked_at)).value();
  }
}

TEST_P(LinkStatements, ANewPasswordEndsWhatWasAskedForUnderTheOldOne) {
  const auto owner = add("a@x.org");
  put_all(owner);
  (void)await(users.set_password(owner, "second", linked_at)).value();
  EXPECT_EQ(links(), 0);
}

TEST_P(LinkStatements, ALinkReplacesTheEarlierOneOfItsPurposeOnly) {
  const auto owner = add("a@x.org");
  put_all(owner);
  auto again = link_of(owner, link_purpose::confirm);
  again.token_hash = std::string(64, '0');
  again.proves = claimed_address{"newer@x.org", "newer@x.org"};
  put(again);
  EXPECT_EQ(links(), 4);
  EXPECT_FALSE(find(link_purpose::confirm));
  EXPECT_TRUE(find(link_purpose::reset));
}

TEST_P(LinkStatements, ALinkProvesTheAddressItWasMadeFor) {
  const auto owner = add("a@x.org");
  put(link_of(owner, link_purpose::confirm));
  const auto found = find(link_purpose::confirm).value();
  EXPECT_EQ(found.proves.value().normal, "new@x.org");
  EXPECT_EQ(found.owner.id, owner.id);
  // An address that the account has no longer is not verified by an old proof.
  const auto verify = [&](std::string_view email) {
    return store->write_now([&](sql::session& in) { return statements::verify_email(in, owner.id, email, linked_at); })
        .value();
  };
  EXPECT_FALSE(verify("other@x.org"));
  EXPECT_FALSE(await(users.get_by_id(owner.id)).value().email_verified);
  EXPECT_TRUE(verify("a@x.org"));
  EXPECT_TRUE(await(users.get_by_id(owner.id)).value().email_verified);
}

TEST_P(LinkStatements, OfTwoThatWantAnAddressOneGetsIt) {
  const auto one = add("a@x.org");
  const auto other = add("b@x.org");
  const auto change = [&](const user& who, const std::string& lookalike) {
    const claimed_address address{"new" + who.id.str().substr(0, 4) + "@x.org", lookalike};
    return store->write_now([address, id = who.id](sql::session& in) {
      return statements::change_email(in, id, address, linked_at, linked_at);
    });
  };
  EXPECT_TRUE(change(one, "same@x.org").value());
  EXPECT_EQ(change(other, "same@x.org").error().code, base::errc::conflict);
  EXPECT_EQ(await(users.get_by_id(other.id)).value().email, "b@x.org");
  EXPECT_FALSE(await(users.get_by_id(other.id)).value().email_verified);
}

TEST_P(LinkStatements, AnAccountIsMadeOnlyWhileItsAddressIsFree) {
  add("a@x.org");
  new_user account{.id = crypto::random_id<base::user_id>(),
                   .email = "a@x.org",
                   .email_lookalike = "a@x.org",
                   .hashed_password = "",
                   .is_admin = false,
                   .created_at = linked_at};
  const auto insert = [&] {
    return store->write_now([account](sql::session& in) { return statements::insert_user_if_free(in, account); })
        .value();
  };
  EXPECT_FALSE(insert());
  account.email = "á@x.org";
  EXPECT_FALSE(insert()) << "looks like it";
  account.email_lookalike = "b@x.org";
  EXPECT_TRUE(insert());
  EXPECT_FALSE(insert());
}

TEST_P(LinkStatements, TheTableRefusesNonsense) {
  const auto owner = add("a@x.org");
  for (const char* rest :
       {"'nobody', NULL, NULL, 1, 2", "'confirm', NULL, NULL, 1, 2", "'reset', 'b@x.org', 'b@x.org', 1, 2",
        "'confirm', 'b@x.org', NULL, 1, 2", "'reset', NULL, NULL, 2, 2"}) {
    const std::string statement =
        "INSERT INTO one_time_links (token_hash, user_id, purpose, new_email, new_email_lookalike, created_at, "
        "expires_at, epoch) VALUES ('" +
        std::string(64, 'a') + "', '" + owner.id.str() + "', " + rest + ", 0)";
    EXPECT_THROW((void)store->write_now([&](sql::session& in) { return in.execute(statement); }), sql::sql_error)
        << rest;
  }
}

// A database of the version before: its setup links go on working.
TEST_P(LinkStatements, TheMigrationKeepsSetupLinks) {
  tests::test_database old(GetParam());
  (void)sql::migrate(old.settings(), link_steps().first(2));
  const auto id = crypto::random_id<base::user_id>();
  {
    auto before = sql::open_database(old.settings());
    auto job = [&id](sql::session& in) {
      in.execute(
          "INSERT INTO users (id, email, email_lookalike, hashed_password, is_admin, is_active, security_epoch, "
          "created_at, updated_at) VALUES (:id, 'a@x.org', 'a@x.org', '', 0, 1, 0, 1, 1)",
          {{"id", id}});
      return in.execute(
          "INSERT INTO setup_links (user_id, token_hash, created_at, expires_at) VALUES (:id, :hash, 1, :ends)",
          {{"id", id}, {"hash", std::string(64, 'f')}, {"ends", linked_at + 1min}});
    };
    ASSERT_EQ(before->write_now(std::move(job)).value(), 1);
  }
  (void)sql::migrate(old.settings(), link_steps());
  auto after = sql::open_database(old.settings());
  sql_user_repository kept(*after);
  EXPECT_EQ(await(kept.get_setup_link(std::string(64, 'f'), linked_at)).value().owner.id, id);
  EXPECT_FALSE(await(kept.get_by_id(id)).value().email_verified);
}

}  // namespace kontor::account
