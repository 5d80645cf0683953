// A client of language models, and a provider on loopback that says what a test wants.
#pragma once

#include "outbound/llm_client.hpp"
#include "outbound/model_events_text.hpp"
#include "outbound/moment.hpp"
#include "outbound/web_fixture.hpp"

namespace kontor::outbound {

struct LlmFixture : WebFixture {
  using lines = std::vector<std::string>;

  LlmFixture() { use(llm_client_settings()); }

  /// The pauses before a question is asked again are short here.
  static llm_client_settings quick() {
    llm_client_settings out;
    out.retry.first = std::chrono::milliseconds(10);
    return out;
  }
  void use(llm_client_settings how) { models = std::make_unique<llm_client>(client(), how); }

  static settings::llm_target target(const std::string& origin, std::string_view key = "planted-key",
                                     settings::llm_provider provider = settings::llm_provider::openai) {
    settings::llm_target out;
    out.provider = provider;
    out.address = origin + (provider == settings::llm_provider::openai ? "/v1" : "");
    out.who = settings::named_by::operator_of_program;
    out.key = base::secret_bytes(key);
    out.key_origin = key.empty() ? "" : origin;
    out.model = "asked";
    if (provider == settings::llm_provider::azure_deployments) out.api_version = "2024-10-21";
    return out;
  }
  static chat::model_request hello() { return {.messages = {{"user", "hello"}}}; }
  static base::user_id somebody() { return base::user_id(); }

  static async::awaitable<model_events> all_of(chat::answer_stream& stream) {
    model_events out;
    for (;;) {
      out.push_back(co_await stream.next());
      const auto& last = out.back();
      if (std::holds_alternative<chat::model_done>(last) || std::holds_alternative<chat::model_failed>(last)) break;
    }
    co_return out;
  }
  base::result<std::unique_ptr<chat::answer_stream>> ask(settings::llm_target to, chat::model_request what = hello()) {
    return models->ask(somebody(), std::move(to), std::move(what));
  }
  /// All that comes, as lines.
  lines heard(settings::llm_target to, chat::model_request what = hello()) {
    auto stream = ask(std::move(to), std::move(what));
    if (!stream)
      return {stream.error().type + " " + (stream.error().fields.empty() ? "" : stream.error().fields[0].path)};
    auto out = lines_of(run(all_of(**stream)));
    drop(std::move(*stream));
    return out;
  }
  std::string next(chat::answer_stream& of) { return text_of_event(run(of.next())); }
  /// On the loop, where it lives.
  void drop(std::unique_ptr<chat::answer_stream> what) {
    boost::asio::post(loop_, boost::asio::use_future([&what] { what.reset(); })).get();
  }

  static std::string event(std::string_view json) { return "data: " + std::string(json) + "\n\n"; }
  static std::string text_event(std::string_view text) {
    return event(R"({"model":"m","choices":[{"index":0,"delta":{"content":")" + std::string(text) + "\"}}]}");
  }
  /// An answer of one word, whole.
  static std::string answer_saying(std::string_view text) {
    return stream_head + text_event(text) + event(R"({"model":"m","choices":[{"delta":{},"finish_reason":"stop"}]})") +
           event("[DONE]");
  }
  static inline const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

  std::unique_ptr<llm_client> models;
};

}  // namespace kontor::outbound
