#include "api/secret_api.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <set>

namespace kontor::api {
namespace {

using codes = std::set<std::string>;

template <class Wire>
codes faults_of(const base::result<Wire>& read) {
  codes out;
  if (read) return out;
  for (const auto& field : read.error().fields)
    out.insert(field.path + " " + field.code);
  return out;
}

std::string body_with(std::string_view name, const std::string& value, std::string_view more = "") {
  return R"({"name":")" + std::string(name) + R"(","value":")" + value + "\"" + std::string(more) + "}";
}

vault::secret_value shown_value(std::string_view text) {
  return {.value = base::secret_bytes(text), .version = 3};
}

}  // namespace

TEST(SecretApi, ReadsAllOfANewSecret) {
  const auto least = read_new_secret(body_with("bitget_api_key", R"( a\u00e4\u0000\n )"));
  ASSERT_TRUE(least);
  EXPECT_EQ(least->name, "bitget_api_key");
  EXPECT_EQ(least->value.text(), std::string_view(" a\xc3\xa4\0\n ", 7));
  EXPECT_EQ(least->how.expected_version, std::nullopt);
  EXPECT_EQ(least->how.if_unreadable, vault::unreadable::keep);

  const auto all = read_new_secret(body_with("a", "b", R"(,"expected_version":0,"replace_unreadable":true)"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->how.expected_version, 0);
  EXPECT_EQ(all->how.if_unreadable, vault::unreadable::replace);
}

TEST(SecretApi, NamesEveryWrongFieldAndNeverTheValue) {
  EXPECT_EQ(faults_of(read_new_secret("{}")), (codes{"/name required", "/value required"}));
  EXPECT_EQ(faults_of(read_new_secret(
                R"({"name":7,"value":{},"expected_version":"1","replace_unreadable":1,"user_id":"x"})")),
            (codes{"/name wrong_type", "/value wrong_type", "/expected_version wrong_type",
                   "/replace_unreadable wrong_type", "/user_id unknown_member"}));
  EXPECT_EQ(faults_of(read_new_secret(body_with("", "", R"(,"expected_version":-1)"))),
            (codes{"/name not_allowed", "/value too_short", "/expected_version not_allowed"}));
  for (const auto* name : {"A", "_a", "a b", "a/b", "\xc3\xa4", "a\\u0000", "../a"})
    EXPECT_EQ(faults_of(read_new_secret(body_with(name, "planted value"))), codes{"/name not_allowed"}) << name;

  const auto refused = read_new_secret(body_with("A", "planted value"));
  EXPECT_EQ(refused.error().fields.at(0).message.find("planted"), std::string::npos);
  EXPECT_EQ(read_new_secret("{").error().code, base::errc::malformed);
}

TEST(SecretApi, EachLimitJustUnderAndJustOver) {
  EXPECT_TRUE(read_new_secret(body_with(std::string(64, 'a'), std::string(vault::max_value_size, 'v'))));
  EXPECT_EQ(faults_of(read_new_secret(body_with(std::string(65, 'a'), std::string(vault::max_value_size + 1, 'v')))),
            (codes{"/name not_allowed", "/value too_long"}));
}

TEST(SecretApi, ARevealIsOfTheVersionItNames) {
  EXPECT_EQ(read_reveal("").value(), std::nullopt);
  EXPECT_EQ(read_reveal("{}").value(), std::nullopt);
  EXPECT_EQ(read_reveal(R"({"version":null})").value(), std::nullopt);
  EXPECT_EQ(read_reveal(R"({"version":7})").value(), 7);
  EXPECT_EQ(faults_of(read_reveal(R"({"version":0})")), codes{"/version not_allowed"});
  EXPECT_EQ(faults_of(read_reveal(R"({"version":"7","name":"a"})")),
            (codes{"/version wrong_type", "/name unknown_member"}));
}

// Security checklist c.87.
TEST(SecretApi, AListShowsWhatMayBeShown) {
  std::vector<vault::secret_info> secrets(2);
  secrets[0].name = "a";
  secrets[0].version = 2;
  secrets[0].hint = base::secret_bytes(std::string_view("wxyz"));
  secrets[0].created_at = base::from_microseconds(1'000'000);
  secrets[0].updated_at = base::from_microseconds(2'000'000);
  secrets[0].deleted_at = base::from_microseconds(3'000'000);
  secrets[0].last_used_at = base::from_microseconds(4'000'000);
  secrets[1].name = "b";
  secrets[1].version = 1;
  secrets[1].is_readable = false;
  EXPECT_EQ(
      write_secrets(secrets),
      R"({"secrets":[{"name":"a","version":2,"readable":true,"last_four":"wxyz","created_at":"1970-01-01T00:00:01Z",)"
      R"("updated_at":"1970-01-01T00:00:02Z","deleted_at":"1970-01-01T00:00:03Z","last_used_at":"1970-01-01T00:00:04Z"},)"
      R"({"name":"b","version":1,"readable":false}]})");
  EXPECT_EQ(write_secret(secrets[1]), R"({"name":"b","version":1,"readable":false})");
}

TEST(SecretApi, AValueLeavesInABodyThatIsWiped) {
  const auto answer = reveal_response("a", shown_value("a \"b\" \xc3\xa4\n"));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->has_secret_body());
  const auto body = boost::json::parse(answer->body()).as_object();
  EXPECT_EQ(body.at("name").as_string(), "a");
  EXPECT_EQ(body.at("version").as_int64(), 3);
  EXPECT_EQ(body.at("value").as_string(), "a \"b\" \xc3\xa4\n");
  EXPECT_EQ(reveal_response("a", shown_value("\xff")).error().code, base::errc::conflict);
}

}  // namespace kontor::api
