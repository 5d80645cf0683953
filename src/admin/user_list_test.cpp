#include "admin/user_list.hpp"

#include "admin/admin_fixture.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::admin {
namespace {

using namespace std::chrono_literals;

struct UserList : on_administration {
  std::vector<std::string> emails(const user_filter& wanted, std::string_view after = "", std::int64_t limit = 100) {
    std::vector<std::string> out;
    for (const auto& user : await(administration.list(wanted, std::string(after), limit)).value())
      out.push_back(user.user.email);
    return out;
  }
  std::vector<std::string> found(std::string_view typed) {
    return emails({.state = user_state::any, .part_of_email = search_form(typed)});
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, UserList, tests::each_database, tests::database_name);

using strings = std::vector<std::string>;

}  // namespace

TEST(SearchForm, IsThatOfAddresses) {
  EXPECT_EQ(search_form(" Anna@X.org "), "anna@x.org");
  EXPECT_EQ(search_form("ANNA"), "anna");
  EXPECT_EQ(search_form("ÄRGER"), "ärger");
  EXPECT_EQ(search_form("anna@bücher.example"), "anna@xn--bcher-kva.example");
  EXPECT_EQ(search_form(std::string(254, 'a')), std::string(254, 'a'));
  // What would be part of every address, or of none.
  for (const std::string_view typed : {"", "  ", "\t", "a\nb", "\xff", "\xe2\x80\x8b"})
    EXPECT_FALSE(search_form(typed).has_value()) << typed;
  EXPECT_FALSE(search_form(std::string(255, 'a')).has_value());
}

TEST_P(UserList, FindsPartsOfAddressesLiterally) {
  for (const auto* email : {"anna@x.org", "a_b@x.org", "a%b@y.org", "axb@y.org", "bang!@y.org", "ärger@z.org"})
    add(email);
  EXPECT_EQ(found("X.ORG"), (strings{"a_b@x.org", "anna@x.org"}));
  EXPECT_EQ(found("a_b"), (strings{"a_b@x.org"}));
  EXPECT_EQ(found("%"), (strings{"a%b@y.org"}));
  EXPECT_EQ(found("!"), (strings{"bang!@y.org"}));
  EXPECT_EQ(found("_"), (strings{"a_b@x.org"}));
  EXPECT_EQ(found("ÄRG"), (strings{"ärger@z.org"}));
  EXPECT_EQ(found("\\"), strings{});
  EXPECT_EQ(found("' OR 1=1 --"), strings{});
}

TEST_P(UserList, FiltersByState) {
  const auto root = add_admin("root@x.org");
  const auto gone = add("gone@x.org");
  add("anna@x.org");
  ASSERT_TRUE(await(administration.change(as(root), gone.id, {.is_active = false, .is_admin = {}})).has_value());
  EXPECT_EQ(emails({}), (strings{"anna@x.org", "gone@x.org", "root@x.org"}));
  EXPECT_EQ(emails({.state = user_state::active, .part_of_email = {}}), (strings{"anna@x.org", "root@x.org"}));
  EXPECT_EQ(emails({.state = user_state::inactive, .part_of_email = {}}), (strings{"gone@x.org"}));
  EXPECT_EQ(emails({.state = user_state::admin, .part_of_email = {}}), (strings{"root@x.org"}));
  EXPECT_EQ(emails({.state = user_state::active, .part_of_email = "anna"}), (strings{"anna@x.org"}));
  EXPECT_EQ(emails({.state = user_state::any, .part_of_email = {}}, "gone@x.org", 1), (strings{"root@x.org"}));
}

TEST_P(UserList, TellsWhatAnAdministratorMayKnow) {
  const auto root = add_admin("root@x.org");
  const auto guest = add("guest@x.org", false, "");
  const auto before = await(administration.get(guest.id)).value();
  EXPECT_FALSE(before.has_password);
  EXPECT_FALSE(before.second_factor);
  EXPECT_EQ(before.sessions, 0);
  EXPECT_FALSE(before.last_seen_at.has_value());

  sign_in(root);
  clock.advance(1min);
  sign_in(root);
  const auto seen = await(administration.get(root.id)).value();
  EXPECT_TRUE(seen.has_password);
  EXPECT_EQ(seen.sessions, 2);
  EXPECT_EQ(seen.last_seen_at, clock.now());
  // Sessions that have ended by time are no live ones; that somebody was here stays known.
  clock.advance(std::chrono::days(8));
  const auto later = await(administration.get(root.id)).value();
  EXPECT_EQ(later.sessions, 0);
  EXPECT_TRUE(later.last_seen_at.has_value());
  EXPECT_EQ(await(administration.get(base::user_id())).error().code, base::errc::not_found);
}

// 10,000 accounts in pages, while others are made behind and before the place where the reader is.
TEST_P(UserList, PagesAreCompleteAndWithoutDoublesWhileOthersAreMade) {
  constexpr int accounts = 10'000;
  auto fill = [now = clock.now()](sql::session& in) {
    for (int i = 0; i < accounts; ++i) {
      const auto email = "user" + std::to_string(i) + "@x.org";
      account::statements::insert_user(in, account::user_without_password(email, email, false, now));
    }
    return true;
  };
  ASSERT_TRUE(store->write_now(std::move(fill)).has_value());

  std::set<std::string> seen;
  std::string after;
  for (int page = 0;; ++page) {
    const auto users = await(administration.list({}, after, 100)).value();
    if (users.empty()) break;
    for (const auto& user : users)
      EXPECT_TRUE(seen.insert(user.user.email).second) << user.user.email;
    after = users.back().user.email;
    add("between" + std::to_string(page) + "@x.org");
    add("user" + std::to_string(page) + "z@x.org");
    ASSERT_LT(page, 300);
  }
  for (int i = 0; i < accounts; ++i)
    EXPECT_TRUE(seen.contains("user" + std::to_string(i) + "@x.org")) << i;
}

}  // namespace kontor::admin
