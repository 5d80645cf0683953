#include "api/policy_wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kontor::api {
namespace {

using account::registration_policy;
using account::second_factor_for;

std::vector<std::string> faults(std::string_view body) {
  std::vector<std::string> out;
  const auto read = read_policy_change(body);
  if (!read) {
    for (const auto& each : read.error().fields)
      out.push_back(each.path + " " + each.code);
  }
  return out;
}

}  // namespace

TEST(PolicyWire, TellsAbsentFromNullFromAValue) {
  const auto wanted = read_policy_change(R"({"registration":"closed","allowed_emails":[" Anna@X.org","anna@x.org"],)"
                                         R"("password_min_length":null})")
                          .value();
  EXPECT_EQ(wanted.registration.value(), registration_policy::closed);
  EXPECT_EQ(wanted.allowed_emails.value(), account::address_list({"anna@x.org"}));
  ASSERT_TRUE(wanted.password_min_length.has_value());
  EXPECT_FALSE(wanted.password_min_length->has_value());
  EXPECT_FALSE(wanted.second_factor_for.has_value());
  EXPECT_FALSE(wanted.runs_at_once.has_value());
}

TEST(PolicyWire, ZeroTokensAreNoLimitAndNullIsTheWayBack) {
  const auto lifted = read_policy_change(R"({"runs_at_once":100,"tokens_per_day":0})").value();
  EXPECT_EQ(lifted.runs_at_once.value(), 100);
  EXPECT_EQ(lifted.tokens_per_day.value(), policy::no_limit);
  const auto reset = read_policy_change(R"({"runs_at_once":null,"tokens_per_day":null})").value();
  ASSERT_TRUE(reset.runs_at_once.has_value() && reset.tokens_per_day.has_value());
  EXPECT_FALSE(reset.runs_at_once->has_value());
  EXPECT_FALSE(reset.tokens_per_day->has_value());
}

TEST(PolicyWire, NamesEveryWrongRule) {
  using strings = std::vector<std::string>;
  EXPECT_EQ(faults("{}"), (strings{"/registration required"}));
  EXPECT_EQ(faults(R"({"registration":"Open","second_factor_for":"somebody","password_min_length":7})"),
            (strings{"/registration not_allowed", "/password_min_length too_short", "/second_factor_for not_allowed"}));
  EXPECT_EQ(faults(R"({"password_min_length":65})"), (strings{"/password_min_length too_long"}));
  EXPECT_EQ(faults(R"({"password_min_length":8.5})"), (strings{"/password_min_length wrong_type"}));
  EXPECT_EQ(faults(R"({"runs_at_once":0,"tokens_per_day":-1})"),
            (strings{"/runs_at_once not_allowed", "/tokens_per_day not_allowed"}));
  EXPECT_EQ(faults(R"({"runs_at_once":101,"tokens_per_day":1000000000001})"),
            (strings{"/runs_at_once not_allowed", "/tokens_per_day not_allowed"}));
  EXPECT_EQ(faults(R"({"runs_at_once":"4","tokens_per_day":1e3})"),
            (strings{"/runs_at_once wrong_type", "/tokens_per_day wrong_type"}));
  EXPECT_EQ(faults(R"({"runs_at_once":1,"tokens_per_day":1000000000000})"), strings{});
  EXPECT_EQ(faults(R"({"registration":1})"), (strings{"/registration wrong_type"}));
  EXPECT_EQ(faults(R"({"allowed_emails":["a@x.org","nonsense",7,"a@[127.0.0.1]"]})"),
            (strings{"/allowed_emails/2 wrong_type"}));
  EXPECT_EQ(faults(R"({"allowed_emails":["a@x.org","nonsense","a@[127.0.0.1]"]})"),
            (strings{"/allowed_emails/1 not_an_email", "/allowed_emails/2 email_not_supported"}));
  EXPECT_EQ(faults(R"({"registration":"open","is_admin":true})"), (strings{"/is_admin unknown_member"}));
  std::string many = R"({"allowed_emails":[)";
  for (int i = 0; i < 1000; ++i)
    many += "\"a" + std::to_string(i) + "@x.org\",";
  EXPECT_EQ(faults(many.substr(0, many.size() - 1) + "]}"), strings{});
  EXPECT_EQ(faults(many + "\"one@more.org\"]}"), (strings{"/allowed_emails too_long"}));
}

TEST(PolicyWire, ShowsValueDefaultAndWhetherSomebodyDecided) {
  policy::rules rules;
  rules.defaults.accounts.allowed_emails = {"anna@x.org"};
  rules.decided.registration = registration_policy::allowlist;
  rules.decided.second_factor_for = second_factor_for::nobody;
  rules.defaults.chats.tokens_per_day = 1000;
  rules.decided.tokens_per_day = policy::no_limit;
  EXPECT_EQ(write_admin_policy(rules),
            R"({"registration":{"value":"allowlist","default":"open","overridden":true},)"
            R"("allowed_emails":{"value":["anna@x.org"],"default":["anna@x.org"],"overridden":false},)"
            R"("password_min_length":{"value":8,"default":8,"overridden":false},)"
            R"("second_factor_for":{"value":"nobody","default":"nobody","overridden":true},)"
            R"("runs_at_once":{"value":4,"default":4,"overridden":false},)"
            R"("tokens_per_day":{"value":0,"default":1000,"overridden":true}})");
}

}  // namespace kontor::api
