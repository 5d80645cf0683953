#include "api/admin_wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::api {
namespace {

http::request with_query(std::string_view query) {
  http::request in;
  in.query = query;
  return in;
}

std::string first_path(const base::error& why) {
  return why.fields.empty() ? "" : why.fields.front().path;
}

}  // namespace

TEST(AdminWire, ReadsWhatIsLookedForAmongUsers) {
  const auto cursor = text_cursor("anna@x.org");
  const auto text = "limit=7&state=inactive&q=%20Anna%2B%25_&cursor=" + cursor;
  const auto query = read_user_list_query(with_query(text)).value();
  EXPECT_EQ(query.page.limit, 7);
  EXPECT_EQ(query.page.after, "anna@x.org");
  EXPECT_EQ(query.wanted.state, admin::user_state::inactive);
  EXPECT_EQ(query.wanted.part_of_email, "anna+%_");

  const auto everybody = read_user_list_query(with_query("")).value();
  EXPECT_EQ(everybody.page.limit, 20);
  EXPECT_EQ(everybody.page.after, "");
  EXPECT_FALSE(everybody.wanted.part_of_email.has_value());
}

// Zitadel CVE-2024-39683, Kratos GHSA-hgx2: what cannot be understood never means everything.
TEST(AdminWire, ZitadelCve202439683RefusesFiltersThatCannotBeUnderstood) {
  const std::string long_text(255, 'a');
  for (const auto& [query, path] :
       std::vector<std::pair<std::string, std::string>>{{"state=", "/state"},
                                                        {"state=Active", "/state"},
                                                        {"state=active&state=admin", "/state"},
                                                        {"state", "/state"},
                                                        {"q=", "/q"},
                                                        {"q=%20%09", "/q"},
                                                        {"q=%00", "/q"},
                                                        {"q=a%0Ab", "/q"},
                                                        {"q=%ff", "/q"},
                                                        {"q=%e2%80%8b", "/q"},
                                                        {"q=%4", "/q"},
                                                        {"q=%zz", "/q"},
                                                        {"q=" + long_text, "/q"},
                                                        {"limit=0", "/limit"},
                                                        {"limit=101", "/limit"},
                                                        {"cursor=", "/cursor"},
                                                        {"cursor=%25", "/cursor"},
                                                        {"cursor=YQ==", "/cursor"},
                                                        {"cursor=AA", "/cursor"},
                                                        {"cursor=_w", "/cursor"},
                                                        {"cursor=' OR 1=1 --", "/cursor"},
                                                        {"cursor=" + text_cursor(std::string(513, 'a')), "/cursor"},
                                                        {"sate=admin", "/sate"},
                                                        {"is_admin=true", "/is_admin"}}) {
    const auto read = read_user_list_query(with_query(query));
    ASSERT_TRUE(read.has_error()) << query;
    EXPECT_EQ(read.error().code, base::errc::invalid_input) << query;
    EXPECT_EQ(first_path(read.error()), path) << query;
  }
}

TEST(AdminWire, ReadsWhatIsLookedForInTheLog) {
  const auto query =
      read_audit_query(with_query("action=user.demoted&owner=00000000-0000-4000-8000-000000000001&from=2026-01-"
                                  "01T00:00:00%2B01:00&to=2026-01-02T00:00:00Z&cursor=9&limit=3"))
          .value();
  EXPECT_EQ(query.where.limit, 3);
  EXPECT_EQ(query.where.cursor, 9);
  EXPECT_EQ(query.wanted.action, audit::action::user_demoted);
  EXPECT_EQ(query.wanted.owner->text(), "00000000-0000-4000-8000-000000000001");
  EXPECT_FALSE(query.wanted.actor.has_value());
  EXPECT_EQ(*query.wanted.to - *query.wanted.from, std::chrono::hours(25));
}

TEST(AdminWire, ZitadelCve202439683RefusesGarbageAboutTheLog) {
  for (const auto& [query, path] :
       std::vector<std::pair<std::string, std::string>>{{"action=", "/action"},
                                                        {"action=everything", "/action"},
                                                        {"owner=", "/owner"},
                                                        {"owner=null", "/owner"},
                                                        {"owner=00000000-0000-4000-8000-00000000000A", "/owner"},
                                                        {"actor=%2a", "/actor"},
                                                        {"from=", "/from"},
                                                        {"from=yesterday", "/from"},
                                                        {"from=2026-01-01T00:00:00+01:00", "/from"},
                                                        {"to=0", "/to"},
                                                        {"to=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", "/to"},
                                                        {"cursor=-1", "/cursor"},
                                                        {"onwer=00000000-0000-4000-8000-000000000001", "/onwer"}}) {
    const auto read = read_audit_query(with_query(query));
    ASSERT_TRUE(read.has_error()) << query;
    EXPECT_EQ(first_path(read.error()), path) << query;
  }
}

TEST(AdminWire, AChangeNamesSomething) {
  EXPECT_EQ(read_user_change(R"({"is_admin":false})").value().is_admin, false);
  EXPECT_FALSE(read_user_change(R"({"is_admin":false})").value().is_active.has_value());
  for (const auto& [body, path] :
       std::vector<std::pair<std::string, std::string>>{{"{}", "/is_active"},
                                                        {R"({"is_active":null})", "/is_active"},
                                                        {R"({"is_active":1})", "/is_active"},
                                                        {R"({"is_admin":"true"})", "/is_admin"},
                                                        {R"({"is_admin":true,"email":"a@x.org"})", "/email"},
                                                        {R"({"is_active":true,"password":"x"})", "/password"}})
    EXPECT_EQ(first_path(read_user_change(body).error()), path) << body;
}

TEST(AdminWire, WritesPeopleOfTheLogAsFarAsTheyAreKnown) {
  admin::audit_page page;
  const auto anna = base::user_id::parse("00000000-0000-4000-8000-000000000001").value();
  const auto gone = base::user_id::parse("00000000-0000-4000-8000-000000000002").value();
  page.emails.emplace(anna, "anna@x.org");
  audit::entry entry;
  entry.number = 5;
  entry.at = base::from_microseconds(0);
  entry.action = "user.demoted";
  entry.owner = anna;
  entry.actor = gone;
  entry.detail = R"({"changed":["registration"]})";
  entry.address = "console";
  page.entries.push_back(entry);
  EXPECT_EQ(write_audit_page(page, 1).find("next_cursor"), std::string::npos) << "exactly full";
  entry.number = 4;
  page.entries.push_back(entry);
  EXPECT_EQ(write_audit_page(page, 1),
            R"({"events":[{"id":"5","at":"1970-01-01T00:00:00Z","action":"user.demoted","outcome":"ok",)"
            R"("owner":{"id":"00000000-0000-4000-8000-000000000001","email":"anna@x.org"},)"
            R"("actor":{"id":"00000000-0000-4000-8000-000000000002"},"address":"console","request_id":"",)"
            R"("detail":{"changed":["registration"]}}],"next_cursor":"5"})");
}

}  // namespace kontor::api
