#include "outbound/bitget_message.hpp"

#include "tests/support/vector_file.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

namespace json_types = boost::json;

std::string message_in(const char* file) {
  return json_types::serialize(test::vector_json(std::string("bitget/") + file).at("response").at("body"));
}

settings::exchange_verdict rights_of(const char* data, settings::exchange_account account) {
  return read_bitget_rights(json_types::parse(data), account).value();
}

}  // namespace

TEST(BitgetMessage, SignsLikeTheVectors) {
  const auto vectors = test::vector_json("bitget/signing-vectors.json");
  const base::secret_bytes secret(std::string_view(test::text_at(vectors, "secret")));
  int checked = 0;
  for (const auto& each : vectors.at("vectors").as_array()) {
    if (!each.as_object().contains("timestamp_ms")) {
      EXPECT_EQ(bitget_signature(secret, test::text_at(each, "timestamp_s"), "GET", "/user/verify", ""),
                test::text_at(each, "sign"));
      continue;
    }
    const auto query = test::text_at(each, "query");
    const auto target = test::text_at(each, "path") + (query.empty() ? "" : "?" + query);
    EXPECT_EQ(bitget_signature(secret, test::text_at(each, "timestamp_ms"), test::text_at(each, "method"), target,
                               test::text_at(each, "body")),
              test::text_at(each, "ACCESS-SIGN"))
        << test::text_at(each, "name");
    ++checked;
  }
  EXPECT_EQ(checked, 5);
}

TEST(BitgetMessage, ReadsWhatTheExchangeSays) {
  const auto good = read_bitget_envelope(message_in("spot-account-info.json"));
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(good->code, bitget_success);
  const auto number = read_bitget_envelope(R"({"code":40037,"message":"Apikey does not exist"})");
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(number->code, "40037");
  EXPECT_EQ(number->message, "Apikey does not exist");
  EXPECT_TRUE(number->data.is_null());
  for (const char* body : {"", "<html>", "[]", "null", "{}", R"({"code":null})", R"({"code":""})", R"({"code":"ok"})",
                           R"({"code":"00000","code":"40037"})", R"({"code":"00000000000000000"})", R"({"code":0.5})"})
    EXPECT_FALSE(read_bitget_envelope(body).has_value()) << body;
}

TEST(BitgetMessage, SortsTheErrorsOfTheVendorsTable) {
  const std::map<std::string, std::string> expected{
      {"40006", "refused"}, {"40037", "refused"}, {"40009", "refused"}, {"40012", "refused"}, {"40008", "clock"},
      {"40005", "clock"},   {"40014", "refused"}, {"40018", "refused"}, {"40017", "other"},   {"40019", "other"},
      {"40015", "other"},   {"429", "other"},     {"40200", "other"}};
  std::size_t seen = 0;
  const auto table = test::vector_json("bitget/errors.json");
  for (const auto& each : table.at("cases").as_array()) {
    const auto said = read_bitget_envelope(json_types::serialize(each.at("body")));
    ASSERT_TRUE(said.has_value());
    const auto kind = is_bitget_clock_error(said->code) ? "clock" : is_bitget_refusal(said->code) ? "refused" : "other";
    EXPECT_EQ(kind, expected.at(said->code)) << said->code;
    ++seen;
  }
  EXPECT_EQ(seen, expected.size());
  EXPECT_TRUE(is_bitget_other_family(read_bitget_envelope(message_in("uta-mode-mismatch.json"))->code));
}

// 3Commas 2022: warn of keys that may do more than they need, and from everywhere.
TEST(BitgetMessage, ReadsTheRightsOfAClassicKey) {
  const auto recorded = read_bitget_rights(read_bitget_envelope(message_in("spot-account-info.json"))->data,
                                           settings::exchange_account::classic)
                            .value();
  EXPECT_EQ(recorded.outcome, settings::verification::confirmed);
  EXPECT_TRUE(recorded.may_read);
  EXPECT_TRUE(recorded.may_trade);
  EXPECT_FALSE(recorded.may_withdraw);
  EXPECT_EQ(recorded.addresses, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(recorded.rights, (std::vector<std::string>{"trade", "readonly"}));

  struct {
    const char* data;
    bool trade, withdraw;
    std::size_t addresses;
  } const cases[] = {
      {R"({"authorities":["readonly"],"ips":""})", false, false, 0},
      {R"({"authorities":[],"ips":null})", false, false, 0},
      {R"({"authorities":["coor","stor"]})", false, false, 0},
      {R"({"authorities":["coor","coow"],"ips":["10.0.0.1","10.0.0.2"]})", true, false, 2},
      {R"({"authorities":["STOW"],"ips":"10.0.0.1, 10.0.0.2,,"})", true, false, 2},
      {R"({"authorities":["readonly","withdraw"]})", false, true, 0},
      {R"({"authorities":["readonly","wtow"]})", false, true, 0},
      {R"({"authorities":["something new"]})", false, true, 0},
      {R"({"authorities":[7]})", false, true, 0},
  };
  for (const auto& each : cases) {
    const auto rights = rights_of(each.data, settings::exchange_account::classic);
    EXPECT_EQ(rights.may_trade, each.trade) << each.data;
    EXPECT_EQ(rights.may_withdraw, each.withdraw) << each.data;
    EXPECT_EQ(rights.addresses.size(), each.addresses) << each.data;
  }
}

TEST(BitgetMessage, ReadsTheRightsOfAUnifiedKey) {
  const auto recorded = read_bitget_rights(read_bitget_envelope(message_in("uta-account-info.json"))->data,
                                           settings::exchange_account::unified)
                            .value();
  EXPECT_TRUE(recorded.may_trade);
  EXPECT_TRUE(recorded.may_withdraw);
  EXPECT_EQ(recorded.addresses.size(), 2u);

  struct {
    const char* data;
    bool trade, withdraw;
  } const cases[] = {
      {R"({"permType":"read-only","permissions":["uta_mgt","uta_trade"]})", false, false},
      {R"({"permType":"READ_ONLY","permissions":["uta_trade"]})", false, false},
      {R"({"permType":"read-and-write","permissions":["uta_trade"]})", true, false},
      {R"({"permissions":["uta_trade"]})", true, false},
      {R"({"permType":"who knows","permissions":["copy_futures_order"]})", true, false},
      {R"({"permType":"read-only","permissions":["withdraw"]})", false, true},
      {R"({"permType":"read-only","permissions":["transfer"]})", false, true},
      {R"({"permType":"read-only","permissions":[]})", false, false},
  };
  for (const auto& each : cases) {
    const auto rights = rights_of(each.data, settings::exchange_account::unified);
    EXPECT_EQ(rights.may_trade, each.trade) << each.data;
    EXPECT_EQ(rights.may_withdraw, each.withdraw) << each.data;
  }
}

TEST(BitgetMessage, WithoutRightsThereIsNoVerdict) {
  for (const char* data :
       {"null", "[]", "{}", R"({"authorities":null})", R"({"authorities":"trade"})", R"({"permissions":[]})"})
    EXPECT_FALSE(read_bitget_rights(json_types::parse(data), settings::exchange_account::classic).has_value()) << data;
  EXPECT_FALSE(
      read_bitget_rights(json_types::parse(R"({"authorities":[]})"), settings::exchange_account::unified).has_value());
}

TEST(BitgetMessage, ReadsTheTime) {
  EXPECT_EQ(read_bitget_time(read_bitget_envelope(message_in("public-time.json"))->data), 1688008631614);
  EXPECT_EQ(read_bitget_time(json_types::parse(R"({"serverTime":5})")), 5);
  for (const char* data : {"null", "{}", R"({"serverTime":""})", R"({"serverTime":"soon"})", R"({"serverTime":"1e9"})"})
    EXPECT_EQ(read_bitget_time(json_types::parse(data)), std::nullopt) << data;
}

}  // namespace kontor::outbound
