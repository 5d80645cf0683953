#include "api/settings_wire.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace kontor::api {
namespace {

const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);
using codes = std::set<std::string>;

template <class T>
codes faults(const base::result<T>& read) {
  codes out;
  if (read) return out;
  for (const auto& field : read.error().fields)
    out.insert(field.path + " " + field.code);
  return out;
}

TEST(SettingsWire, ReadsTheKeyOfAnExchange) {
  const auto read = read_exchange_wish(R"({"api_key":"k","api_secret":"s","passphrase":"p"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->credentials.key.text(), "k");
  EXPECT_EQ(read->credentials.secret.text(), "s");
  EXPECT_EQ(read->credentials.passphrase.text(), "p");
  EXPECT_EQ(read->may_withdraw, settings::withdrawal::refused);
  EXPECT_EQ(
      read_exchange_wish(R"({"api_key":"k","api_secret":"s","passphrase":"p","accept_withdraw":true})")->may_withdraw,
      settings::withdrawal::accepted);
  EXPECT_EQ(faults(read_exchange_wish("{}")),
            (codes{"/api_key required", "/api_secret required", "/passphrase required"}));
  EXPECT_EQ(faults(read_exchange_wish(R"({"api_key":7,"api_secret":null,"passphrase":[],"accept_withdraw":"yes"})")),
            (codes{"/api_key wrong_type", "/api_secret wrong_type", "/passphrase wrong_type",
                   "/accept_withdraw wrong_type"}));
}

TEST(SettingsWire, ReadsTheSettingsOfAModel) {
  const auto azure = read_llm_wish(
      R"({"provider":"azure","model":"d","endpoint":"https://e","base_url":"https://b","api_version":"1","api_key":""})");
  ASSERT_TRUE(azure);
  EXPECT_EQ(azure->kind, settings::llm_kind::azure);
  EXPECT_EQ(azure->address, "https://e");
  EXPECT_EQ(azure->api_version, "1");
  ASSERT_TRUE(azure->key);
  EXPECT_TRUE(azure->key->empty());
  const auto ollama = read_llm_wish(
      R"({"provider":"ollama","endpoint":"https://e","base_url":"https://b","api_version":"1","api_key":null})");
  EXPECT_EQ(ollama->address, "https://b");
  EXPECT_EQ(ollama->api_version, "");
  EXPECT_FALSE(ollama->key);
  EXPECT_EQ(faults(read_llm_wish("{}")), codes{"/provider required"});
  EXPECT_EQ(faults(read_llm_wish(R"({"provider":"Azure","model":7,"host":"x"})")),
            (codes{"/provider not_allowed", "/model wrong_type", "/host unknown_member"}));
}

TEST(SettingsWire, ReadsPreferences) {
  const auto read = read_preferences_change(R"({"language":"de","time_zone":"Europe/Berlin"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->language, "de");
  EXPECT_EQ(read->theme, std::nullopt);
  EXPECT_EQ(read->time_zone, "Europe/Berlin");
  EXPECT_EQ(faults(read_preferences_change("{}")), codes{"/language required"});
  EXPECT_EQ(faults(read_preferences_change(R"({"language":"fr","theme":"Dark","time_zone":"a b"})")),
            (codes{"/language not_allowed", "/theme not_allowed", "/time_zone not_allowed"}));
}

TEST(SettingsWire, WritesWhatIsKnownOfAKey) {
  EXPECT_EQ(write_exchange({}),
            R"({"configured":false,"provider":"bitget","api_key_masked":null,"permissions":[],"addresses":[],)"
            R"("warnings":[]})");
  settings::exchange_outcome told;
  told.how = settings::outcome::warning;
  told.message = "m";
  told.checked = settings::validation{true, "success"};
  told.now.is_configured = true;
  told.now.what = settings::state::verified;
  told.now.api_key_masked = "bg_1****cdef";
  told.now.rights = {.read = true, .trade = true, .withdraw = true};
  told.now.host = "https://api.bitget.com";
  told.now.verified_at = noon;
  EXPECT_EQ(write_exchange_reply(told),
            R"({"status":"warning","message":"m","validation":{"valid":true,"message":"success","authenticated":true},)"
            R"("exchange":{"configured":true,"provider":"bitget","api_key_masked":"bg_1****cdef","state":"verified",)"
            R"("permissions":["read","trade","withdraw"],"addresses":[],)"
            R"("warnings":["may_withdraw","may_trade","no_address_binding"],"host":"https://api.bitget.com",)"
            R"("verified_at":"2027-01-15T08:00:00Z"}})");
}

TEST(SettingsWire, WritesTheSettingsOfAModel) {
  settings::llm_view offered;
  offered.offered = settings::llm_offer{.kind = settings::llm_kind::ollama, .model = "llama3.2"};
  EXPECT_NE(write_llm(offered).find(R"("operator_model":{"provider":"ollama","model":"llama3.2"})"), std::string::npos);
  EXPECT_EQ(write_llm({}),
            R"({"configured":false,"provider":null,"model":null,"base_url":null,"endpoint":null,)"
            R"("azure_configured":false,"endpoint_masked":null,"api_version":null,"api_version_auto":true,)"
            R"("api_key_masked":null})");
  settings::llm_outcome told;
  told.message = "m";
  told.models = std::vector<std::string>{"a"};
  settings::llm_record stored;
  stored.kind = settings::llm_kind::azure;
  stored.address = "https://a-long-name.openai.azure.com";
  stored.host = "https://a-long-name.openai.azure.com";
  stored.model = "d";
  stored.changed_at = noon;
  told.now.stored = stored;
  told.now.what = settings::state::not_verified;
  told.now.api_key_masked = "****";
  EXPECT_EQ(write_llm_reply(told),
            R"({"status":"success","message":"m","validation":null,"models":["a"],"llm":{"configured":true,)"
            R"("provider":"azure","model":"d","base_url":null,"endpoint":"https://a-long-name.openai.azure.com",)"
            R"("azure_configured":true,"endpoint_masked":"https://a-long-name.openai.azu...","api_version":null,)"
            R"("api_version_auto":true,"api_key_masked":"****","state":"not_verified",)"
            R"("host":"https://a-long-name.openai.azure.com","last_changed_at":"2027-01-15T08:00:00Z"}})");
}

}  // namespace
}  // namespace kontor::api
