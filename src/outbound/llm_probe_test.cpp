#include "outbound/llm_probe.hpp"

#include "outbound/web_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

using test::web_server;

constexpr auto models = R"({"object":"list","data":[{"id":"b-model","object":"model"},{"id":"a-model"},{"no":"id"}]})";

std::string answer_of(const boost::json::value& recorded) {
  const auto& object = recorded.as_object();
  const bool is_json = object.contains("body");
  return web_server::answer(
      static_cast<int>(recorded.at("status").as_int64()),
      is_json ? boost::json::serialize(recorded.at("body")) : test::text_at(recorded, "body_text"),
      is_json ? "Content-Type: application/json\r\n" : "Content-Type: text/plain\r\n");
}

struct LlmProbe : WebFixture {
  LlmProbe() : probe(client()) {}

  settings::llm_target target(settings::llm_provider provider, std::string path = "") {
    settings::llm_target out;
    out.provider = provider;
    out.address = server.origin() + path;
    out.who = settings::named_by::operator_of_program;
    out.key = base::secret_bytes(std::string_view("planted-key"));
    out.key_origin = server.origin();
    return out;
  }
  base::result<settings::llm_verdict> check(settings::llm_target what) {
    return run(probe.check("anna", std::move(what)));
  }
  settings::llm_verdict verdict(settings::llm_target what) { return check(std::move(what)).value(); }

  /// Answers by method and target; all else is 404 as a provider would say it.
  std::map<std::string, std::string> answers;
  web_server server{[this](const auto& asked, auto& connection) {
                      const auto found = answers.find(asked.method + " " + asked.target);
                      return connection.write(found != answers.end() ? found->second : web_server::answer(404, ""));
                    },
                    {.tls = &here_}};
  llm_probe probe;
};

}  // namespace

TEST_F(LlmProbe, OpenAiListsItsModels) {
  answers["GET /v1/models"] = web_server::answer(200, models);
  const auto told = verdict(target(settings::llm_provider::openai, "/v1/"));
  EXPECT_EQ(told.outcome, settings::verification::confirmed);
  EXPECT_EQ(told.models, (std::vector<std::string>{"a-model", "b-model"}));
  EXPECT_TRUE(told.model_is_listed);
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer planted-key");
  EXPECT_FALSE(server.requests().at(0).headers.contains("api-key"));

  auto named = target(settings::llm_provider::openai, "/v1");
  named.model = "a-model";
  EXPECT_TRUE(verdict(std::move(named)).model_is_listed);
  named = target(settings::llm_provider::openai, "/v1");
  named.model = "c-model";
  EXPECT_FALSE(verdict(std::move(named)).model_is_listed);
}

TEST_F(LlmProbe, WithoutAKeyNoneIsSent) {
  answers["GET /v1/models"] = web_server::answer(200, models);
  auto open = target(settings::llm_provider::openai, "/v1");
  open.key = {};
  open.key_origin.clear();
  EXPECT_EQ(verdict(std::move(open)).outcome, settings::verification::confirmed);
  EXPECT_FALSE(server.requests().at(0).headers.contains("authorization"));
}

TEST_F(LlmProbe, ErrorsAreToldInTheProvidersWords) {
  const auto all = test::vector_json("llm/openai-responses.json");
  for (const auto& recorded : all.at("errors").as_array()) {
    answers["GET /v1/models"] = answer_of(recorded);
    const auto told = verdict(target(settings::llm_provider::openai, "/v1"));
    const auto status = recorded.at("status").as_int64();
    EXPECT_EQ(told.status, status);
    EXPECT_EQ(told.outcome,
              status == 429 || status == 503 ? settings::verification::not_verified : settings::verification::refused)
        << status;
    EXPECT_EQ(told.message, recorded.as_object().contains("body")
                                ? test::text_at(recorded.at("body").at("error"), "message")
                                : test::text_at(recorded, "body_text"));
  }
}

TEST_F(LlmProbe, AServerWithoutAListIsAskedForAnAnswer) {
  answers["POST /v1/chat/completions"] = answer_of(test::vector_json("llm/openai-responses.json").at("chat"));
  auto named = target(settings::llm_provider::openai, "/v1");
  named.model = "a-model";
  EXPECT_EQ(verdict(std::move(named)).outcome, settings::verification::confirmed);
  const auto said = boost::json::parse(server.requests().at(1).body);
  EXPECT_EQ(test::text_at(said, "model"), "a-model");
  EXPECT_EQ(said.at("max_completion_tokens").as_int64(), 16);
  EXPECT_EQ(verdict(target(settings::llm_provider::openai, "/v1")).outcome, settings::verification::refused)
      << "no list, and no model to ask";
}

TEST_F(LlmProbe, WhatIsNoListIsNoSuccess) {
  for (const char* body : {"", "<html>hello</html>", "{}", "[]", R"({"data":{}})", R"({"models":[]})"}) {
    answers["GET /v1/models"] = web_server::answer(200, body);
    const auto told = verdict(target(settings::llm_provider::openai, "/v1"));
    EXPECT_EQ(told.outcome, settings::verification::not_verified) << body;
    EXPECT_FALSE(told.message.empty());
  }
}

TEST_F(LlmProbe, OllamaListsItsModels) {
  const auto recorded = test::vector_json("llm/ollama-other.json");
  answers["GET /api/tags"] = answer_of(recorded.at("tags"));
  struct {
    const char* model;
    bool is_listed;
  } const cases[] = {
      {"", true}, {"llama3.2", true}, {"llama3.2:latest", true}, {"llama3.2:1b", false}, {"llama3", false}};
  for (const auto& each : cases) {
    auto named = target(settings::llm_provider::ollama);
    named.model = each.model;
    const auto told = verdict(std::move(named));
    EXPECT_EQ(told.outcome, settings::verification::confirmed);
    EXPECT_EQ(told.models, std::vector<std::string>{"llama3.2:latest"});
    EXPECT_EQ(told.model_is_listed, each.is_listed) << each.model;
  }
  answers["GET /api/tags"] = answer_of(recorded.at("tags_empty"));
  EXPECT_EQ(verdict(target(settings::llm_provider::ollama, "/")).outcome, settings::verification::confirmed);
  for (const auto& error : recorded.at("errors").as_array()) {
    answers["GET /api/tags"] = answer_of(error);
    EXPECT_EQ(verdict(target(settings::llm_provider::ollama)).message.substr(0, 20),
              test::text_at(error.at("body"), "error").substr(0, 20));
  }
}

TEST_F(LlmProbe, AzureIsAskedByBothForms) {
  const auto chat = answer_of(test::vector_json("llm/openai-responses.json").at("chat"));
  answers["POST /openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21"] = chat;
  answers["POST /openai/v1/chat/completions"] = chat;
  for (const char* const path : {"", "/", "/openai", "/openai/v1/"}) {
    for (const auto provider : {settings::llm_provider::azure_deployments, settings::llm_provider::azure_v1}) {
      auto azure = target(provider, path);
      azure.model = "my gpt";
      azure.api_version = "2024-10-21";
      EXPECT_EQ(verdict(std::move(azure)).outcome, settings::verification::confirmed) << path;
      const auto asked = server.requests().back();
      EXPECT_EQ(asked.headers.at("api-key"), "planted-key");
      EXPECT_FALSE(asked.headers.contains("authorization"));
      const auto said = boost::json::parse(asked.body);
      EXPECT_EQ(said.as_object().contains("model"), provider == settings::llm_provider::azure_v1);
    }
  }
}

// A version of 2024-08 knows only the older name of the limit.
TEST_F(LlmProbe, AnOlderAzureIsAskedInItsOwnWords) {
  int asked = 0;
  web_server older([&asked](const web_server::request& request, web_server::connection& connection) {
    ++asked;
    if (request.body.find("max_completion_tokens") != std::string::npos)
      return connection.write(web_server::answer(
          400, R"({"error":{"message":"Unrecognized request argument supplied: max_completion_tokens"}})"));
    return connection.write(answer_of(test::vector_json("llm/openai-responses.json").at("chat")));
  });
  auto azure = target(settings::llm_provider::azure_deployments);
  azure.address = older.origin();
  azure.key_origin = older.origin();
  azure.model = "gpt";
  azure.api_version = "2024-08-01-preview";
  EXPECT_EQ(verdict(std::move(azure)).outcome, settings::verification::confirmed);
  EXPECT_EQ(asked, 2);
}

TEST_F(LlmProbe, AzureTellsItsErrors) {
  const auto all = test::vector_json("llm/azure-errors.json");
  for (const auto& recorded : all.at("errors").as_array()) {
    answers["POST /openai/v1/chat/completions"] = answer_of(recorded);
    auto azure = target(settings::llm_provider::azure_v1);
    azure.model = "gpt";
    const auto told = verdict(std::move(azure));
    EXPECT_EQ(told.outcome, recorded.at("status").as_int64() == 429 ? settings::verification::not_verified
                                                                    : settings::verification::refused);
    EXPECT_EQ(told.message, test::text_at(recorded.at("body").at("error"), "message"));
  }
}

TEST_F(LlmProbe, NobodyThereIsNoVerdict) {
  auto lost = target(settings::llm_provider::openai);
  lost.address = "https://nowhere.test/v1";
  lost.key = {};
  const auto told = verdict(std::move(lost));
  EXPECT_EQ(told.outcome, settings::verification::not_verified);
  EXPECT_EQ(told.status, 0);
  EXPECT_EQ(told.message, "The host was not found.");
}

// LobeChat GHSA-p36r-qxgx-jq2v: another address with the stored key. a.38: a user's address into our network.
TEST_F(LlmProbe, SettingsThatCannotBeUsedAreTold) {
  struct {
    const char* path;
    const char* type;
    std::function<void(settings::llm_target&)> spoil;
  } const cases[] = {
      {"/key", "credentials-elsewhere", [](settings::llm_target& t) { t.key_origin = "https://api.openai.com"; }},
      {"/key", "credentials-elsewhere", [](settings::llm_target& t) { t.key_origin.clear(); }},
      {"/key", "", [](settings::llm_target& t) { t.key = base::secret_bytes(std::string_view("planted\r\nX: y")); }},
      {"/address", "address-refused", [](settings::llm_target& t) { t.who = settings::named_by::user; }},
      {"/address", "address-refused",
       [](settings::llm_target& t) {
         t.who = settings::named_by::user;
         t.address = "http://api.example/v1";
         t.key_origin = "http://api.example";
       }},
      {"/address", "", [](settings::llm_target& t) { t.address = "file:///etc/passwd"; }},
      {"/address", "", [](settings::llm_target& t) { t.address = "https://0x7f.1/v1"; }},
      {"/address", "", [](settings::llm_target& t) { t.address += "?x=1"; }},
      {"/address", "", [](settings::llm_target& t) { t.address = "https://{env:SECRET}.example"; }},
      {"/model", "", [](settings::llm_target& t) { t.model = std::string(257, 'm'); }},
      {"/model", "", [](settings::llm_target& t) { t.provider = settings::llm_provider::azure_v1; }},
      {"/key", "",
       [](settings::llm_target& t) { t.provider = settings::llm_provider::azure_v1, t.model = "m", t.key = {}; }},
      {"/api_version", "",
       [](settings::llm_target& t) { t.provider = settings::llm_provider::azure_deployments, t.model = "m"; }},
  };
  for (const auto& each : cases) {
    auto what = target(settings::llm_provider::openai, "/v1");
    each.spoil(what);
    const auto told = check(std::move(what));
    ASSERT_FALSE(told.has_value()) << each.path;
    EXPECT_EQ(told.error().code, base::errc::invalid_input);
    EXPECT_EQ(told.error().type, each.type);
    ASSERT_EQ(told.error().fields.size(), 1u);
    EXPECT_EQ(told.error().fields[0].path, each.path);
    EXPECT_EQ(told.error().fields[0].message.find("planted"), std::string::npos);
  }
  EXPECT_EQ(server.connections(), 0u);
}

// a.38: a closed place is refused before anything is stored, and whatever the spelling.
TEST_F(LlmProbe, TheOriginOfAnAddressIsWhereItsKeyBelongs) {
  using settings::named_by;
  EXPECT_EQ(probe.origin_of("https://API.Example/v1/", named_by::user).value(), "https://api.example");
  EXPECT_EQ(probe.origin_of("https://api.example:8443/v1", named_by::user).value(), "https://api.example:8443");
  EXPECT_EQ(probe.origin_of("http://localhost:11434", named_by::operator_of_program).value(), "http://localhost:11434");
  struct {
    const char* address;
    const char* type;
    const char* code;
  } const refused[] = {{"http://api.example/v1", "address-refused", "not_allowed"},
                       {"https://localhost:11434", "address-refused", "not_allowed"},
                       {"https://[::ffff:127.0.0.1]:8443", "address-refused", "not_allowed"},
                       {"https://[64:ff9b::7f00:1]:8443", "address-refused", "not_allowed"},
                       {"https://2130706433:8443", "", "invalid_url"},
                       {"https://0177.0.0.1:8443", "", "invalid_url"},
                       {"https://api.example/v1?key=x", "", "invalid_url"},
                       {"", "", "invalid_url"}};
  for (const auto& each : refused) {
    const auto told = probe.origin_of(each.address, named_by::user);
    ASSERT_TRUE(told.has_error()) << each.address;
    EXPECT_EQ(told.error().code, base::errc::invalid_input) << each.address;
    EXPECT_EQ(told.error().type, each.type) << each.address;
    EXPECT_EQ(told.error().fields.at(0).path, "/address");
    EXPECT_EQ(told.error().fields.at(0).code, each.code) << each.address;
  }
}

}  // namespace kontor::outbound
