#include "settings/llm_settings.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace kontor::settings {
namespace {

llm_wish good() {
  llm_wish out;
  out.kind = llm_kind::azure;
  out.address = "https://anna.openai.azure.com";
  out.model = "gpt";
  out.api_version = "2024-08-01-preview";
  out.key = base::secret_bytes(std::string_view("planted-key"));
  return out;
}

std::string faults(const llm_wish& wish) {
  std::string out;
  for (const auto& each : faults_of(wish))
    out += each.path + " " + each.code + ";";
  return out;
}

TEST(LlmSettings, KindsHaveNames) {
  for (const auto each : llm_kinds)
    EXPECT_EQ(parse_llm_kind(name_of(each)), each);
  EXPECT_EQ(parse_llm_kind("Azure"), std::nullopt);
  EXPECT_EQ(parse_llm_kind(""), std::nullopt);
}

TEST(LlmSettings, EveryFaultIsToldAtOnce) {
  EXPECT_EQ(faults(good()), "");
  struct {
    std::function<void(llm_wish&)> spoil;
    const char* told;
  } const cases[] = {
      {[](llm_wish& w) { w.address = std::string(2048, 'x'); }, ""},
      {[](llm_wish& w) { w.address = std::string(2049, 'x'); }, "/endpoint too_long;"},
      {[](llm_wish& w) { w.address.clear(); }, "/endpoint required;"},
      {[](llm_wish& w) { w.model.clear(); }, "/model required;"},
      {[](llm_wish& w) { w.model = std::string(256, 'x'); }, ""},
      {[](llm_wish& w) { w.model = std::string(257, 'x'); }, "/model too_long;"},
      {[](llm_wish& w) { w.model = std::string("a\0b", 3); }, "/model not_allowed;"},
      {[](llm_wish& w) { w.model = "a\u202eb"; }, "/model not_allowed;"},
      {[](llm_wish& w) { w.api_version = "2024/10"; }, "/api_version not_allowed;"},
      {[](llm_wish& w) { w.api_version = std::string(65, '1'); }, "/api_version too_long;"},
      {[](llm_wish& w) { w.key = base::secret_bytes(std::string_view("a b")); }, "/api_key not_allowed;"},
      {[](llm_wish& w) { w.key = base::secret_bytes(std::string_view("a\r\nX: y")); }, "/api_key not_allowed;"},
      {[](llm_wish& w) { w.key = base::secret_bytes(std::string(4096, 'k')); }, ""},
      {[](llm_wish& w) { w.key = base::secret_bytes(std::string(4097, 'k')); }, "/api_key too_long;"},
      {[](llm_wish& w) { w.kind = llm_kind::ollama, w.address.clear(), w.model.clear(); }, "/base_url required;"},
      {[](llm_wish& w) { w.kind = llm_kind::openai, w.address.clear(), w.model.clear(); }, ""},
      {[](llm_wish& w) { w.model.clear(), w.api_version = "?"; }, "/model required;/api_version not_allowed;"},
  };
  for (const auto& each : cases) {
    auto wish = good();
    each.spoil(wish);
    EXPECT_EQ(faults(wish), each.told);
  }
}

// LobeChat GHSA-p36r-qxgx-jq2v: an address of somebody else with the key that is stored.
TEST(LlmSettings, AStoredKeyStaysWithItsHostAndProvider) {
  llm_record stored;
  stored.kind = llm_kind::openai;
  stored.host = "https://api.example";
  stored.key_seal = "a seal";
  llm_wish wish;
  EXPECT_EQ(plan_key(wish, "https://api.example", stored), key_plan::keep);
  for (const char* other : {"https://api.example:8443", "http://api.example", "https://api.example.evil.example"})
    EXPECT_EQ(plan_key(wish, other, stored), key_plan::refuse) << other;
  wish.kind = llm_kind::azure;
  EXPECT_EQ(plan_key(wish, "https://api.example", stored), key_plan::refuse);
  wish.key = base::secret_bytes(std::string_view("new"));
  EXPECT_EQ(plan_key(wish, "https://other.example", stored), key_plan::replace);
  wish.key = base::secret_bytes();
  EXPECT_EQ(plan_key(wish, "https://other.example", stored), key_plan::remove);
  wish.key.reset();
  EXPECT_EQ(plan_key(wish, "https://other.example", std::nullopt), key_plan::remove);
  stored.key_seal.reset();
  EXPECT_EQ(plan_key(wish, "https://other.example", stored), key_plan::remove);
}

}  // namespace
}  // namespace kontor::settings
