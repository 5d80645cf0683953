#include "desk/user_models.hpp"

#include "outbound/model_events_text.hpp"
#include "settings/settings_fixture.hpp"
#include "tests/support/vector_file.hpp"
#include "tests/support/web_server.hpp"

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>

#include <thread>

namespace kontor::desk {
namespace {

using settings::llm_kind;
using test::web_server;
using vault::outcome_of;

constexpr auto answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: "
    "[DONE]\n\n";

struct UserModels : settings::settings_fixture {
  UserModels()
      : guard_(loop_.get_executor()),
        thread_([this] { loop_.run(); }),
        https_(loop_, {}, outbound::egress_policy::parse({"127.0.0.1"}).value()),
        client_(https_) {}
  ~UserModels() override {
    guard_.reset();
    loop_.stop();
    thread_.join();
  }

  std::vector<std::string> ask(const base::user_id& owner) {
    auto stored = llm_settings();
    user_models models(stored, client_, offered);
    auto begun = await(models.ask(owner, {.messages = {{"user", "hello"}}}));
    if (!begun) return {outcome_of(begun)};
    outbound::model_events out;
    do
      out.push_back(await((*begun)->next()));
    while (!std::holds_alternative<chat::model_done>(out.back()) &&
           !std::holds_alternative<chat::model_failed>(out.back()));
    return outbound::lines_of(out);
  }
  std::string model_of(const base::user_id& owner) {
    auto stored = llm_settings();
    user_models models(stored, client_, offered);
    const auto found = await(models.model_of(owner));
    if (!found) return outcome_of(found);
    return found->provider + " " + found->model + " " + std::to_string(found->context_window) +
           (found->is_of_operator ? " of the operator" : "");
  }
  void set(const base::user_id& owner, llm_kind kind, std::string address, std::string_view key) {
    auto wanted = wish(kind, std::move(address), key);
    wanted.model = "gpt-4o";
    ASSERT_TRUE(await(llm_settings().save(owner, std::move(wanted), by(owner))).has_value());
  }
  std::string last_key() { return server.requests().back().headers.at("authorization"); }

  default_model offered;
  web_server server{[](const auto&, web_server::connection& connection) {
    connection.write(answer);
    return false;
  }};

 private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
  outbound::https_client https_;
  outbound::llm_client client_;
};
INSTANTIATE_TEST_SUITE_P(Databases, UserModels, tests::each_database, tests::database_name);

const std::vector<std::string> good{"text hello", "done stop m"};

}  // namespace

TEST_P(UserModels, EachUserIsAnsweredByTheirOwnModelWithTheirOwnKey) {
  const auto anna = add_user();
  const auto bert = add_user();
  EXPECT_EQ(ask(anna), std::vector<std::string>{"model-not-configured"});
  EXPECT_EQ(model_of(anna), "model-not-configured");
  set(anna, llm_kind::openai, server.origin() + "/v1", "planted-key-of-anna");
  EXPECT_EQ(ask(bert), std::vector<std::string>{"model-not-configured"});
  set(bert, llm_kind::openai, server.origin() + "/v1", "planted-key-of-bert");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(anna), good);
    EXPECT_EQ(last_key(), "Bearer planted-key-of-anna");
    EXPECT_EQ(ask(bert), good);
    EXPECT_EQ(last_key(), "Bearer planted-key-of-bert");
  }
  EXPECT_EQ(model_of(anna), "openai gpt-4o 128000");
}

TEST_P(UserModels, TheOperatorsModelIsForThoseWithoutOneOnly) {
  const auto anna = add_user();
  const auto bert = add_user();
  offered.provider = llm_kind::ollama;
  offered.ollama = {.address = "http://127.0.0.1:1", .model = "llama3.2", .key = {}};
  EXPECT_EQ(model_of(anna), "ollama llama3.2 8192 of the operator");
  offered.provider = llm_kind::openai;
  offered.openai = {.address = server.origin() + "/v1",
                    .model = "gpt-5-mini",
                    .key = base::secret_bytes(std::string_view("planted-key-of-operator"))};
  EXPECT_EQ(ask(anna), good);
  EXPECT_EQ(last_key(), "Bearer planted-key-of-operator");
  EXPECT_EQ(model_of(anna), "openai gpt-5-mini 400000 of the operator");
  set(bert, llm_kind::openai, server.origin() + "/v1", "planted-key-of-bert");
  EXPECT_EQ(ask(bert), good);
  EXPECT_EQ(last_key(), "Bearer planted-key-of-bert");
  EXPECT_EQ(model_of(bert), "openai gpt-4o 128000");
}

// Settings that cannot be used are no reason to use somebody else's key.
TEST_P(UserModels, TheOperatorsModelDoesNotStepInForBrokenSettings) {
  const auto anna = add_user();
  offered.provider = llm_kind::openai;
  offered.openai = {.address = server.origin() + "/v1",
                    .model = "gpt-5-mini",
                    .key = base::secret_bytes(std::string_view("planted-key-of-operator"))};
  set(anna, llm_kind::openai, server.origin() + "/v1", "planted-key-of-anna");
  // Exchanged in the vault, it belongs to no address any more.
  ASSERT_TRUE(save(anna, "openai_api_key", "planted-other-key").has_value());
  EXPECT_EQ(ask(anna), std::vector<std::string>{"credentials-elsewhere"});
  write("UPDATE vault_versions SET token = 'A' || token" + of(anna, "openai_api_key"));
  EXPECT_EQ(ask(anna), std::vector<std::string>{"secret-unreadable"});
  EXPECT_TRUE(server.requests().empty());
}

TEST_P(UserModels, AVaultThatIsClosedSaysSo) {
  const auto anna = add_user();
  set(anna, llm_kind::openai, server.origin() + "/v1", "planted-key-of-anna");
  std::filesystem::remove(key_file());
  restart();
  EXPECT_EQ(ask(anna), std::vector<std::string>{"vault-key-missing"});
  EXPECT_EQ(model_of(anna), "openai gpt-4o 128000") << "no key is needed to name it";
}

}  // namespace kontor::desk
