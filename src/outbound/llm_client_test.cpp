#include "outbound/llm_client.hpp"

#include "outbound/llm_client_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

namespace kontor::outbound {
namespace {

using namespace std::chrono_literals;
using settings::llm_provider;
using test::web_server;

struct LlmClient : LlmFixture {};

// Writes a body byte by byte, so that every byte may come in a piece of its own.
web_server::handler drop_by_drop(std::string head, std::string body) {
  return [head = std::move(head), body = std::move(body)](const auto&, web_server::connection& connection) {
    connection.write(head);
    for (const char& c : body)
      if (!connection.write({&c, 1})) break;
    return false;
  };
}

}  // namespace

TEST_F(LlmClient, AnAnswerOfEachKindOfProviderInSingleBytes) {
  struct {
    llm_provider provider;
    const char* file;
    const char* type;
    const char* target;
    const char* key_header;
    const char* key;
    lines expected;
  } const cases[] = {
      {llm_provider::openai,
       "openai-stream.sse",
       "text/event-stream",
       "/v1/chat/completions",
       "authorization",
       "Bearer planted-key",
       {"text Price is 43 050 € 🚀", "done stop gpt-4o-2024-08-06 19+6"}},
      {llm_provider::azure_v1,
       "azure-stream.sse",
       "text/event-stream",
       "/openai/v1/chat/completions",
       "api-key",
       "planted-key",
       {"text Hello world", "done stop gpt-4o"}},
      {llm_provider::azure_deployments,
       "azure-stream-output-filtered.sse",
       "text/event-stream; charset=utf-8",
       "/openai/deployments/asked/chat/completions?api-version=2024-10-21",
       "api-key",
       "planted-key",
       {"text Hello world", "done content_filter gpt-4o filtered protected_material_text"}},
      {llm_provider::ollama,
       "ollama-chat.ndjson",
       "application/x-ndjson",
       "/api/chat",
       "authorization",
       "Bearer planted-key",
       {"text Price is €5", "done stop llama3.2 26+3"}},
  };
  for (const auto& each : cases) {
    web_server server(drop_by_drop("HTTP/1.1 200 OK\r\nContent-Type: " + std::string(each.type) + "\r\n\r\n",
                                   test::vector_file(std::string("llm/") + each.file)),
                      {.tls = &here_});
    EXPECT_EQ(heard(target(server.origin(), "planted-key", each.provider)), each.expected) << each.file;
    const auto asked = server.requests().at(0);
    EXPECT_EQ(asked.method, "POST");
    EXPECT_EQ(asked.target, each.target);
    EXPECT_EQ(asked.headers.at(each.key_header), each.key);
    EXPECT_EQ(asked.headers.contains("api-key") + asked.headers.contains("authorization"), 1);
    EXPECT_EQ(asked.headers.at("content-type"), "application/json");
    EXPECT_EQ(test::text_at(boost::json::parse(asked.body).at("messages").at(0), "content"), "hello");
  }
}

TEST_F(LlmClient, EveryRefusalIsToldInTheProvidersWords) {
  use(quick());
  const auto all = test::vector_json("llm/openai-responses.json");
  for (const auto& recorded : all.at("errors").as_array()) {
    if (recorded.at("status").as_int64() == 429) continue;
    const bool is_json = recorded.as_object().contains("body");
    web_server server(
        always(static_cast<int>(recorded.at("status").as_int64()),
               is_json ? boost::json::serialize(recorded.at("body")) : test::text_at(recorded, "body_text"),
               is_json ? "Content-Type: application/json\r\n" : "Content-Type: text/plain\r\n"));
    const auto told = heard(target(server.origin()));
    EXPECT_TRUE(told.back().starts_with("failed ")) << told.back();
    const auto words =
        is_json ? test::text_at(recorded.at("body").at("error"), "message") : test::text_at(recorded, "body_text");
    const bool is_about_key = recorded.at("status").as_int64() == 401 || recorded.at("status").as_int64() == 403;
    EXPECT_EQ(told.back().find(words.substr(0, 20)) == std::string::npos, is_about_key) << told.back();
    EXPECT_EQ(server.requests().size(), recorded.at("status").as_int64() >= 500 ? 3u : 1u);
  }
}

// A provider may quote the key in a form that is not looked for; the operator's must not reach a member that way.
TEST_F(LlmClient, OfTheOperatorsKeyNoWordsAreToldWhenItIsNotAccepted) {
  for (const std::string quoted : {"planted", "PLANTED-KEY", "cGxhbnRlZC1rZXk="}) {
    const auto error = R"({"error":{"message":"No such key: )" + quoted + R"(","code":"invalid_api_key"}})";
    for (const int status : {400, 401, 403}) {
      web_server server(always(status, error));
      EXPECT_EQ(heard(target(server.origin())), lines{"failed key-rejected " + std::to_string(status) + " "});
    }
    web_server late([&](const auto&, web_server::connection& connection) {
      connection.write(stream_head + event(error));
      return false;
    });
    EXPECT_EQ(heard(target(late.origin())), lines{"failed key-rejected 200 "});
    web_server forbidding(always(403, quoted, "Content-Type: text/plain\r\n"));
    EXPECT_EQ(heard(target(forbidding.origin())), lines{"failed forbidden 403 "});
  }
}

// Whoever owns the key may read all that is said of it.
TEST_F(LlmClient, OfAUsersOwnKeyTheProvidersWordsAreTold) {
  models = std::make_unique<llm_client>(client({"127.0.0.1"}));
  web_server server(always(401, R"({"error":{"message":"No such key."}})"));
  auto own = target(server.origin());
  own.who = settings::named_by::user;
  EXPECT_EQ(heard(std::move(own)), lines{"failed key-rejected 401 No such key."});
}

TEST_F(LlmClient, ItIsAskedAgainAtMostTwiceAndWaitsAreTold) {
  use(quick());
  for (const unsigned troubles : {1u, 2u, 3u}) {
    std::atomic<unsigned> asked = 0;
    web_server server([&](const auto&, web_server::connection& connection) {
      if (asked++ < troubles)
        return connection.write(web_server::answer(503, "busy", "Content-Type: text/plain\r\nRetry-After-Ms: 20\r\n"));
      connection.write(answer_saying("at last"));
      return false;
    });
    lines expected(std::min(troubles, 2u), "waiting 1");
    if (troubles == 3) {
      expected.push_back("failed unavailable 503 busy retry after 1");
    } else {
      expected.push_back("text at last");
      expected.push_back("done stop m");
    }
    EXPECT_EQ(heard(target(server.origin())), expected);
    EXPECT_EQ(server.requests().size(), std::min(troubles, 2u) + 1);
  }
}

TEST_F(LlmClient, ALimitIsWaitedForAndAnEmptyAccountIsNot) {
  std::atomic<int> asked = 0;
  web_server limited([&](const auto&, web_server::connection& connection) {
    if (asked++ == 0)
      return connection.write(web_server::answer(
          429, R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})", "Retry-After: 1\r\n"));
    connection.write(answer_saying("yes"));
    return false;
  });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(heard(target(limited.origin())), (lines{"waiting 1", "text yes", "done stop m"}));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 1s);
  web_server empty(always(429, R"({"error":{"message":"pay","code":"insufficient_quota"}})", "Retry-After: 1\r\n"));
  EXPECT_EQ(heard(target(empty.origin())), lines{"failed quota-exhausted 429 pay retry after 1"});
  EXPECT_EQ(empty.requests().size(), 1u);
  web_server long_wait(always(429, R"({"error":{"message":"later"}})", "Retry-After: 3600\r\n"));
  EXPECT_EQ(heard(target(long_wait.origin())), lines{"failed rate-limited 429 later retry after 3600"});
}

TEST_F(LlmClient, NothingIsAskedAgainOnceAnAnswerHasBegun) {
  web_server server([](const auto&, web_server::connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + text_event("half"));
    return false;
  });
  EXPECT_EQ(
      heard(target(server.origin())),
      (lines{"text half", "failed truncated 200 The connection to the provider broke in the middle of its answer."}));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(LlmClient, AConnectionThatIsCutBeforeTheAnswerIsMadeAnew) {
  use(quick());
  std::atomic<int> asked = 0;
  web_server server([&](const auto&, web_server::connection& connection) {
    if (asked++ == 0) return false;
    connection.write(answer_saying("yes"));
    return false;
  });
  EXPECT_EQ(heard(target(server.origin())), (lines{"waiting 1", "text yes", "done stop m"}));
  EXPECT_EQ(heard(target("http://127.0.0.1:1")),
            (lines{"waiting 1", "waiting 1", "failed unreachable 0 The host cannot be reached."}));
  EXPECT_EQ(heard(target("https://nowhere.test")), lines{"failed unreachable 0 The host was not found."});
}

// An older Azure, and servers that only speak alike, know fewer words.
TEST_F(LlmClient, AServerThatDoesNotKnowAWordIsAskedWithoutIt) {
  web_server older([](const web_server::request& asked, web_server::connection& connection) {
    for (const char* const word : {"stream_options", "max_completion_tokens"})
      if (asked.body.find(word) != std::string::npos)
        return connection.write(web_server::answer(
            400, R"({"error":{"message":"Unrecognized request argument supplied: )" + std::string(word) + "\"}}"));
    connection.write(answer_saying("yes"));
    return false;
  });
  auto what = hello();
  what.max_output_tokens = 7;
  EXPECT_EQ(heard(target(older.origin()), what), (lines{"text yes", "done stop m"}));
  EXPECT_EQ(older.requests().size(), 3u);
  EXPECT_EQ(boost::json::parse(older.requests().back().body).at("max_tokens").as_int64(), 7);
  auto classic = target(older.origin(), "planted-key", llm_provider::azure_deployments);
  classic.api_version = "2024-08-01-preview";
  EXPECT_EQ(heard(std::move(classic), what), (lines{"text yes", "done stop m"}));
  EXPECT_EQ(older.requests().size(), 4u) << "its version says so before it is asked";
}

TEST_F(LlmClient, AServerThatDoesNotStreamAndOneThatIsNoModel) {
  const auto whole = boost::json::serialize(test::vector_json("llm/openai-responses.json").at("chat").at("body"));
  web_server slow(always(200, whole, "Content-Type: application/json; charset=utf-8\r\n"));
  EXPECT_EQ(heard(target(slow.origin())), (lines{"text Hello", "done stop gpt-4o-2024-08-06 9+1"}));
  web_server pages(always(200, "<html>welcome</html>", "Content-Type: text/html\r\n"));
  for (const auto provider : {llm_provider::openai, llm_provider::azure_v1, llm_provider::ollama})
    EXPECT_TRUE(heard(target(pages.origin(), "planted-key", provider)).at(0).starts_with("failed broken-answer 200"));
}

// LobeChat GHSA-p36r-qxgx-jq2v: a key is sent where it was saved for, and nowhere else.
TEST_F(LlmClient, NeitherARedirectNorAnotherHostGetsTheKey) {
  web_server elsewhere(always(200, "x"));
  for (const int status : {301, 302, 303, 307, 308}) {
    web_server server(always(status, "", "Location: " + elsewhere.origin() + "/v1/chat/completions\r\n"));
    EXPECT_EQ(heard(target(server.origin())),
              lines{"failed broken-answer " + std::to_string(status) + " The server redirects to another address."});
  }
  auto other = target(elsewhere.origin());
  other.key_origin = "https://api.openai.com";
  EXPECT_EQ(heard(std::move(other)), lines{"credentials-elsewhere /key"});
  auto of_nobody = target(elsewhere.origin());
  of_nobody.key_origin.clear();
  EXPECT_EQ(heard(std::move(of_nobody)), lines{"credentials-elsewhere /key"});
  EXPECT_EQ(elsewhere.connections(), 0u);
}

// a.38, CVE-2026-45400: an address that a user typed leads into no closed network, whatever it is called.
TEST_F(LlmClient, AUsersAddressPassesThePolicy) {
  web_server server(always(200, "x"), {.tls = &here_});
  names["api.test"] = {"127.0.0.1"};
  auto named = target(server.origin("api.test"));
  named.who = settings::named_by::user;
  EXPECT_EQ(heard(std::move(named)),
            lines{"failed refused-address 0 Addresses of private networks are not allowed here."});
  auto typed = target(server.origin("127.0.0.1"));
  typed.who = settings::named_by::user;
  EXPECT_EQ(heard(std::move(typed)), lines{"address-refused /address"});
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(LlmClient, SettingsThatCannotBeUsedAreToldBeforeAnybodyIsAsked) {
  struct {
    const char* told;
    std::function<void(settings::llm_target&)> spoil;
  } const cases[] = {
      {" /key", [](settings::llm_target& t) { t.key = base::secret_bytes(std::string_view("planted\r\nX: y")); }},
      {" /model", [](settings::llm_target& t) { t.model.clear(); }},
      {" /model", [](settings::llm_target& t) { t.model = "a\xff"; }},
      {" /address", [](settings::llm_target& t) { t.address = "file:///etc/passwd"; }},
      {" /address", [](settings::llm_target& t) { t.address += "?key=x"; }},
      {" /api_version", [](settings::llm_target& t) { t.provider = llm_provider::azure_deployments; }},
  };
  web_server server(always(200, "x"));
  for (const auto& each : cases) {
    auto what = target(server.origin());
    each.spoil(what);
    EXPECT_EQ(heard(std::move(what)), lines{each.told});
  }
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(LlmClient, WithoutAKeyNoneIsSent) {
  web_server server([](const auto&, web_server::connection& connection) {
    connection.write(answer_saying("yes"));
    return false;
  });
  EXPECT_EQ(heard(target(server.origin(), "")).back(), "done stop m");
  EXPECT_FALSE(server.requests().at(0).headers.contains("authorization"));
}

// The main defect of the predecessor: the key of one user in the request of another.
TEST_F(LlmClient, ManyUsersAtOnceNeverSwapTheirKeys) {
  web_server server([](const web_server::request& asked, web_server::connection& connection) {
    const auto whose = test::text_at(boost::json::parse(asked.body).at("messages").at(0), "content");
    const bool is_right = asked.headers.at("authorization") == "Bearer key-of-" + whose;
    connection.write(answer_saying(is_right ? "own key of " + whose : "foreign key for " + whose));
    return false;
  });
  std::vector<std::unique_ptr<chat::answer_stream>> streams;
  std::vector<std::future<model_events>> answers;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto name = "u" + std::to_string(i);
    std::array<std::uint8_t, 16> bytes{};
    bytes[0] = static_cast<std::uint8_t>(i);
    auto stream = models->ask(base::user_id(base::uuid::from_random(bytes)), target(server.origin(), "key-of-" + name),
                              {.messages = {{"user", name}}});
    streams.push_back(std::move(stream.value()));
    answers.push_back(start(all_of(*streams.back())));
  }
  for (std::size_t i = 0; i < 40; ++i)
    EXPECT_EQ(lines_of(answers[i].get()), (lines{"text own key of u" + std::to_string(i), "done stop m"}));
  std::set<std::string> keys;
  for (const auto& each : server.requests())
    keys.insert(each.headers.at("authorization"));
  EXPECT_EQ(keys.size(), 40u);
}

}  // namespace kontor::outbound
