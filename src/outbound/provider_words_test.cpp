#include "outbound/provider_words.hpp"

#include <gtest/gtest.h>

namespace kontor::outbound {
namespace {

std::string words(std::string body, const char* type = "application/json", std::string_view secret = "") {
  return words_of({.status = 418, .headers = {{"content-type", type}}, .body = std::move(body)}, secret);
}

constexpr auto nothing = "The server answered with status 418 and without a message.";

}  // namespace

TEST(ProviderWords, AreFoundWhereProvidersWriteThem) {
  EXPECT_EQ(words(R"({"error":{"message":"Rate limit reached","code":"x"}})"), "Rate limit reached");
  EXPECT_EQ(words(R"({"error":"model 'x' not found"})"), "model 'x' not found");
  EXPECT_EQ(words(R"({"statusCode":401,"message":"Unauthorized"})"), "Unauthorized");
  EXPECT_EQ(words(R"({"detail":"Not Found"})"), "Not Found");
  EXPECT_EQ(words("upstream connect error\r\n", "text/plain; charset=utf-8"), "upstream connect error");
}

TEST(ProviderWords, OfWhatIsNoneOnlyTheStatusIsTold) {
  for (const char* body :
       {"", "{}", "[]", R"({"error":{}})", R"({"error":{"message":7}})", R"({"error":null})", "{\"error\":\"half"})
    EXPECT_EQ(words(body), nothing) << body;
  EXPECT_EQ(words("<html>secret place</html>", "text/html"), nothing);
  EXPECT_EQ(words(" \r\n", "text/plain"), nothing);
}

// AnythingLLM CVE-2026-24477: what is shown holds no key, and c.89: no line of its own.
TEST(ProviderWords, HoldNeitherTheKeyNorControls) {
  EXPECT_EQ(words(R"({"error":"key planted-key and planted-key"})", "application/json", "planted-key"), "key … and …");
  EXPECT_EQ(words(R"({"error":" Too long:\n\t- 5 tokens\r\n"})"), "Too long: - 5 tokens");
  const auto loud = words(R"({"error":"a\nb\u001b[31m\u202e"})");
  EXPECT_EQ(loud.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_LE(words(R"({"error":")" + std::string(10'000, 'x') + "\"}").size(), 404u);
  // Also where the cut would have left a half of it.
  const auto cut = words(R"({"error":")" + std::string(395, 'x') + "planted-key\"}", "application/json", "planted-key");
  EXPECT_EQ(cut.find("planted"), std::string::npos);
}

TEST(ProviderWords, AreShownWithoutAnyOfSeveralSecrets) {
  EXPECT_EQ(shown_words("a-key, a-secret: no", {"a-key", "a-secret", ""}, 300), "…, …: no");
  EXPECT_EQ(shown_words("………", {"…"}, 300), "………");
}

}  // namespace kontor::outbound
