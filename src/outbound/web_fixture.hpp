// A client, servers on loopback, and names that lead where a test says.
#pragma once

#include "outbound/https_client.hpp"
#include "tests/support/web_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace kontor::outbound {

/// The loop runs on a thread of its own; tests ask from theirs.
class WebFixture : public testing::Test {
 protected:
  WebFixture() : guard_(loop_.get_executor()), thread_([this] { loop_.run(); }) {}
  ~WebFixture() override {
    stop_loop();
    client_.reset();
  }

  /// Where each name leads; a name that is not here does not exist.
  std::map<std::string, std::vector<std::string>> names;

  https_client_settings settings() {
    https_client_settings out;
    out.trusted_ca_pem = authority_.certificate();
    out.resolve = [this](const std::string& host, std::uint16_t) {
      const auto found = names.find(host);
      return found == names.end() ? std::vector<std::string>() : found->second;
    };
    return out;
  }
  https_client& client(const std::vector<std::string>& allowed = {}) { return client(settings(), allowed); }
  https_client& client(https_client_settings how, const std::vector<std::string>& allowed) {
    // The old one ends on its loop.
    if (client_) boost::asio::post(loop_, boost::asio::use_future([this] { client_.reset(); })).get();
    client_ = std::make_unique<https_client>(loop_, std::move(how), egress_policy::parse(allowed).value());
    return *client_;
  }

  static web_request get(const std::string& text, url_trust trust = url_trust::operator_set) {
    web_request out;
    out.url = parse_web_url(text).value();
    out.trust = trust;
    return out;
  }
  static web_credentials secret_for(const std::string& origin) {
    web_credentials out;
    out.origin = origin;
    out.headers.push_back({"Authorization", base::secret_bytes(std::string_view("Bearer planted-key"))});
    return out;
  }

  template <class T>
  T run(async::awaitable<T> what) {
    return start(std::move(what)).get();
  }
  template <class T>
  std::future<T> start(async::awaitable<T> what) {
    return boost::asio::co_spawn(loop_.get_executor(), std::move(what), boost::asio::use_future);
  }
  base::result<web_response> ask(web_request what) { return run(client_->send(std::move(what))); }
  /// The type of the failure, or the status.
  std::string outcome_of(web_request what) {
    const auto answer = ask(std::move(what));
    if (answer) return std::to_string(answer->status);
    EXPECT_EQ(answer.error().internal_detail.find("planted"), std::string::npos) << answer.error().internal_detail;
    return answer.error().type.empty() ? std::string(base::name_of(answer.error().code)) : answer.error().type;
  }

  void stop_loop() {
    guard_.reset();
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

  test::authority authority_;
  test::identity here_ =
      authority_.issue({"127.0.0.1", "127.0.0.2", "api.test", "other.test", "evil.test", "localhost"});
  boost::asio::io_context loop_;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::unique_ptr<https_client> client_;
  std::thread thread_;
};

/// Answers every request alike.
inline test::web_server::handler always(int status, std::string body, std::string more_headers = {}) {
  return [answer = test::web_server::answer(status, body, more_headers)](const auto&, auto& connection) {
    return connection.write(answer);
  };
}

}  // namespace kontor::outbound
