#include "outbound/https_client.hpp"

#include "outbound/web_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstdlib>

namespace kontor::outbound {
namespace {

using test::web_server;

struct HttpsClient : WebFixture {};

}  // namespace

TEST_F(HttpsClient, AsksAndHearsTheAnswer) {
  web_server server(always(201, "{\"is\":\"made\"}", "X-One: 1\r\nx-one: 2\r\n"), {.tls = &here_});
  client();
  auto what = get(server.origin() + "/v1/things?x=%20y");
  what.method = "POST";
  what.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  what.body = "{\"a\":1}";
  what.credentials = secret_for(server.origin());
  const auto answer = ask(std::move(what));
  ASSERT_TRUE(answer.has_value()) << answer.error().internal_detail;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "{\"is\":\"made\"}");
  EXPECT_EQ(answer->header("x-one"), "1");
  const auto heard = server.requests().at(0);
  EXPECT_EQ(heard.method, "POST");
  EXPECT_EQ(heard.target, "/v1/things?x=%20y");
  EXPECT_EQ(heard.body, "{\"a\":1}");
  EXPECT_EQ(heard.headers.at("content-type"), "application/json");
  EXPECT_EQ(heard.headers.at("x-empty"), "");
  EXPECT_EQ(heard.headers.at("authorization"), "Bearer planted-key");
}

TEST_F(HttpsClient, UsesAConnectionAgain) {
  web_server server(always(200, "x"), {.tls = &here_});
  client();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(outcome_of(get(server.origin())), "200");
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(HttpsClient, ManyAtATimeFromSeveralLoops) {
  web_server server(always(200, std::string(100'000, 'x')));
  auto& some = client();
  std::vector<std::thread> askers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    askers.emplace_back([&] {
      boost::asio::io_context loop;
      std::vector<std::future<base::result<web_response>>> answers;
      for (int k = 0; k < 10; ++k)
        answers.push_back(
            boost::asio::co_spawn(loop.get_executor(), some.send(get(server.origin())), boost::asio::use_future));
      loop.run();
      for (auto& each : answers)
        if (const auto answer = each.get(); answer && answer->body.size() == 100'000) ++good;
    });
  for (auto& each : askers)
    each.join();
  EXPECT_EQ(good, 40);
}

// ASVS 12.3: who cannot prove its name hears nothing.
TEST_F(HttpsClient, TlsMustHold) {
  test::authority stranger;
  const auto unknown = stranger.issue({"api.test"});
  const auto expired = authority_.issue({"api.test"}, test::authority::age::expired);
  const auto misnamed = authority_.issue({"other.test"});
  names["api.test"] = {"127.0.0.1"};
  client();
  for (const auto* identity : {&unknown, &expired, &misnamed}) {
    web_server server(always(200, "x"), {.tls = identity});
    auto what = get(server.origin("api.test"));
    what.credentials = secret_for(server.origin("api.test"));
    EXPECT_EQ(outcome_of(std::move(what)), "tls-failed");
    EXPECT_TRUE(server.requests().empty());
  }
}

TEST_F(HttpsClient, NobodyThereIsTold) {
  std::uint16_t port = 0;
  {
    web_server gone(always(200, "x"));
    port = gone.port();
  }
  names["empty.test"] = {};
  client();
  EXPECT_EQ(outcome_of(get("http://127.0.0.1:" + std::to_string(port))), "not-connected");
  EXPECT_EQ(outcome_of(get("https://nowhere.test")), "host-not-found");
  EXPECT_EQ(outcome_of(get("https://empty.test")), "host-not-found");
}

TEST_F(HttpsClient, AnAnswerThatIsNoneIsTold) {
  client();
  for (const std::string& bytes :
       {std::string(), std::string("no http at all\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")}) {
    web_server server([&](const auto&, auto& connection) {
      connection.write(bytes);
      return false;
    });
    EXPECT_EQ(outcome_of(get(server.origin())), "answer-broken") << bytes;
  }
}

// LobeChat GHSA-p36r-qxgx-jq2v: a key travels only to the host it was saved for.
TEST_F(HttpsClient, AKeyForAnotherPlaceIsNotSent) {
  web_server server(always(200, "x"), {.tls = &here_});
  names["api.test"] = {"127.0.0.1"};
  names["evil.test"] = {"127.0.0.1"};
  client();
  const auto port = ":" + std::to_string(server.port());
  for (const std::string& origin : {std::string("https://api.test"), "https://evil.test" + port,
                                    "http://api.test" + port, std::string(), "https://api.test" + port + "/"}) {
    auto what = get("https://api.test" + port);
    what.credentials = secret_for(origin);
    EXPECT_EQ(outcome_of(std::move(what)), "credentials-elsewhere") << origin;
  }
  EXPECT_EQ(server.connections(), 0u);
}

// c.54
TEST_F(HttpsClient, AHeaderDoesNotBecomeTwo) {
  web_server server(always(200, "x"));
  client();
  for (const std::string& value :
       {std::string("a\r\nX-Other: b"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f")}) {
    auto what = get(server.origin());
    what.headers = {{"X-One", value}};
    EXPECT_EQ(outcome_of(std::move(what)), "invalid-input");
    what = get(server.origin());
    what.credentials.origin = server.origin();
    what.credentials.headers.push_back({"X-One", base::secret_bytes(std::string_view(value))});
    EXPECT_EQ(outcome_of(std::move(what)), "invalid-input");
  }
  for (const char* name : {"", "a b", "a:b", "a\r\nb"}) {
    auto what = get(server.origin());
    what.headers = {{name, "x"}};
    EXPECT_EQ(outcome_of(std::move(what)), "invalid-input");
  }
  auto what = get(server.origin());
  what.method = "GET / HTTP/1.1\r\nX:";
  EXPECT_EQ(outcome_of(std::move(what)), "invalid-input");
  EXPECT_EQ(server.connections(), 0u);
}

// a.38, Open WebUI CVE-2026-45400: the address is what counts, and nothing is said to it, not even a greeting.
TEST_F(HttpsClient, ANameThatLeadsIntoAPrivateNetworkIsNotConnected) {
  web_server server(always(200, "x"), {.tls = &here_});
  client();
  const auto port = std::to_string(server.port());
  for (const char* address :
       {"127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "10.0.0.1", "169.254.169.254"}) {
    names["evil.test"] = {address};
    EXPECT_EQ(outcome_of(get("https://evil.test:" + port, url_trust::user_given)), "address-refused") << address;
  }
  EXPECT_EQ(outcome_of(get("https://127.0.0.1:" + port, url_trust::user_given)), "address-refused");
  EXPECT_EQ(outcome_of(get("https://localhost:" + port, url_trust::user_given)), "address-refused");
  EXPECT_EQ(outcome_of(get("http://evil.test:" + port, url_trust::user_given)), "address-refused");
  EXPECT_EQ(server.connections(), 0u);
}

// a.38: DNS that changes its answer between the check and the use (rebinding). 127.0.0.2 stands for the open Internet.
TEST_F(HttpsClient, ANameThatChangesWhereItLeadsGetsNothing) {
  web_server open(always(200, "x"), {.tls = &here_, .address = "127.0.0.2"});
  web_server inside(always(200, "inside"), {.tls = &here_, .address = "127.0.0.1", .port = open.port()});
  client({"127.0.0.2"});
  const auto evil = get(open.origin("evil.test"), url_trust::user_given).url.text();
  names["evil.test"] = {"127.0.0.2"};
  EXPECT_EQ(outcome_of(get(evil, url_trust::user_given)), "200");

  // A new look-up may be answered from the connection that is there; never from the other address.
  names["evil.test"] = {"127.0.0.1"};
  for (int i = 0; i < 3; ++i) {
    const auto answer = ask(get(evil, url_trust::user_given));
    if (answer) EXPECT_EQ(answer->body, "x");
  }
  client({"127.0.0.2"});
  EXPECT_EQ(outcome_of(get(evil, url_trust::user_given)), "address-refused");
  // Both at once: the open one is taken.
  names["evil.test"] = {"127.0.0.1", "127.0.0.2"};
  EXPECT_EQ(outcome_of(get(evil, url_trust::user_given)), "200");
  EXPECT_EQ(inside.connections(), 0u);
}

// A connection that the operator's settings opened is kept for later requests, but not for a user's.
TEST_F(HttpsClient, AnOpenConnectionIsNoWayIn) {
  web_server server(always(200, "x"), {.tls = &here_});
  names["api.test"] = {"127.0.0.1"};
  client();
  EXPECT_EQ(outcome_of(get(server.origin("api.test"))), "200");
  EXPECT_EQ(outcome_of(get(server.origin("api.test"), url_trust::user_given)), "address-refused");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpsClient, WhatTheOperatorListsIsAllowed) {
  web_server server(always(200, "x"));
  names["ollama.test"] = {"127.0.0.1"};
  const auto port = std::to_string(server.port());
  client({"ollama.test:" + port, "127.0.0.0/8"});
  EXPECT_EQ(outcome_of(get("http://ollama.test:" + port, url_trust::user_given)), "200");
  EXPECT_EQ(outcome_of(get("http://127.0.0.1:" + port, url_trust::user_given)), "200");
}

// What the environment says about proxies is for other programs.
TEST_F(HttpsClient, OnlyTheOperatorsProxyIsUsed) {
  web_server proxy(always(200, "by proxy"));
  web_server server(always(200, "direct"));
  names["api.test"] = {"127.0.0.1"};
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"})
    ::setenv(name, proxy.origin().c_str(), 1);
  client();
  EXPECT_EQ(ask(get(server.origin("api.test")))->body, "direct");
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"})
    ::unsetenv(name);

  auto with_proxy = settings();
  with_proxy.proxy = proxy.origin();
  client(std::move(with_proxy), {});
  EXPECT_EQ(ask(get(server.origin("api.test")))->body, "by proxy");
  // What lies in a private network is not behind it.
  EXPECT_EQ(ask(get(server.origin("127.0.0.1")))->body, "direct");
}

TEST_F(HttpsClient, CancellingEndsTheTransfer) {
  web_server server([](const auto&, auto& connection) {
    connection.wait_for_end();
    return false;
  });
  auto& some = client();
  boost::asio::cancellation_signal signal;
  auto answer = boost::asio::co_spawn(loop_.get_executor(), some.send(get(server.origin())),
                                      boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::use_future));
  server.wait_for_requests(1);
  boost::asio::post(loop_, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  const auto ended = answer.get();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().type, "stopped");
}

TEST_F(HttpsClient, TheEndOfTheClientAnswersEverybody) {
  web_server server([](const auto&, auto& connection) {
    connection.wait_for_end();
    return false;
  });
  boost::asio::io_context elsewhere;
  auto mortal = std::make_unique<https_client>(loop_, settings(), egress_policy());
  auto answer =
      boost::asio::co_spawn(elsewhere.get_executor(), mortal->send(get(server.origin())), boost::asio::use_future);
  elsewhere.poll();
  server.wait_for_requests(1);
  stop_loop();
  mortal.reset();
  elsewhere.run();
  EXPECT_EQ(answer.get().error().type, "stopped");
}

}  // namespace kontor::outbound
