#include "admin/audit_view.hpp"

#include "admin/admin_fixture.hpp"

#include <gtest/gtest.h>

namespace kontor::admin {
namespace {

struct AuditView : on_administration {
  AuditView() : view(*store) {}

  audit_page page(const audit::filter& wanted = {}, std::int64_t before = audit::newest, std::int64_t limit = 100) {
    return await(view.page(wanted, before, limit)).value();
  }

  audit_view view;
};
INSTANTIATE_TEST_SUITE_P(Databases, AuditView, tests::each_database, tests::database_name);

}  // namespace

TEST_P(AuditView, NamesPeopleByTheAddressTheyHave) {
  EXPECT_TRUE(page().entries.empty());
  const auto root = add_admin("root@x.org");
  // More people than one would write into a list of parameters.
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(
        await(administration.invite(as(root), "guest" + std::to_string(i) + "@x.org", false, mail::language::english))
            .has_value());
  auto erase = [this](sql::session& in) {
    return audit.erase_owner(in, account::statements::find_credentials(in, "guest7@x.org")->owner.id);
  };
  EXPECT_EQ(store->write_now(std::move(erase)).value(), 2);

  const auto all = page();
  ASSERT_EQ(all.entries.size(), 100u);
  EXPECT_EQ(all.emails.size(), 51u);
  EXPECT_EQ(all.emails.at(root.id), "root@x.org");
  EXPECT_EQ(all.emails.at(*all.entries.front().owner), "guest59@x.org");
  const auto rest = page({}, all.entries.back().number);
  EXPECT_EQ(rest.entries.size(), 20u);
  EXPECT_EQ(rest.emails.size(), 10u) << "who was erased has no name, and the administrator one";

  audit::filter created;
  created.action = audit::action::user_created;
  created.owner = all.entries.front().owner;
  EXPECT_EQ(page(created).entries.size(), 1u);
}

}  // namespace kontor::admin
