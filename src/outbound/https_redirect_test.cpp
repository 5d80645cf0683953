#include "outbound/web_fixture.hpp"

namespace kontor::outbound {
namespace {

using test::web_server;

struct HttpsRedirect : WebFixture {
  static web_server::handler to(std::string location, int status = 302) {
    return
        [location = std::move(location), status](const web_server::request& asked, web_server::connection& connection) {
          return asked.target == "/end"
                     ? connection.write(web_server::answer(200, "end"))
                     : connection.write(web_server::answer(status, "moved", "Location: " + location + "\r\n"));
        };
  }
  static web_request following(const std::string& text, url_trust trust, unsigned redirects = 5) {
    auto out = get(text, trust);
    out.redirects = redirects;
    return out;
  }
};

}  // namespace

TEST_F(HttpsRedirect, IsAnAnswerLikeOthersUnlessItIsToBeFollowed) {
  web_server server(to("/end"), {.tls = &here_});
  client();
  const auto answer = ask(get(server.origin()));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->body, "moved");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpsRedirect, IsFollowedSoOftenAndNoMore) {
  for (const int status : {301, 302, 303, 307, 308}) {
    web_server server(to("/end", status), {.tls = &here_});
    client();
    const auto answer = ask(following(server.origin() + "/start", url_trust::operator_set, 1));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "end");
  }
  web_server circle(to("/again"), {.tls = &here_});
  client();
  EXPECT_EQ(outcome_of(following(circle.origin(), url_trust::operator_set, 3)), "302");
  EXPECT_EQ(circle.requests().size(), 4u);
}

TEST_F(HttpsRedirect, OfAPostIsNot) {
  web_server server(to("/end", 307), {.tls = &here_});
  client();
  auto what = following(server.origin(), url_trust::operator_set);
  what.method = "POST";
  what.body = "planted";
  EXPECT_EQ(outcome_of(std::move(what)), "307");
}

// a.38, Open WebUI CVE-2026-45401: each hop is looked at like the first.
TEST_F(HttpsRedirect, IntoAPrivateNetworkIsRefused) {
  web_server inside(always(200, "inside"), {.tls = &here_, .address = "127.0.0.1"});
  web_server plain(always(200, "inside"));
  names["inside.test"] = {"127.0.0.1"};
  names["evil.test"] = {"127.0.0.2"};
  const auto port = ":" + std::to_string(inside.port());
  for (const std::string& location :
       {inside.origin(), "https://localhost" + port, "https://inside.test" + port, "https://[::ffff:127.0.0.1]" + port,
        "https://[64:ff9b::7f00:1]" + port, plain.origin(), "http://evil.test" + port,
        std::string("https://169.254.169.254/latest")}) {
    web_server open(to(location), {.tls = &here_, .address = "127.0.0.2"});
    client({"127.0.0.2"});
    EXPECT_EQ(outcome_of(following(open.origin("evil.test"), url_trust::user_given)), "address-refused") << location;
  }
  // Over one more step, and from a host of the operator.
  for (const auto trust : {url_trust::user_given, url_trust::operator_set}) {
    web_server second(to(inside.origin()), {.tls = &here_, .address = "127.0.0.2"});
    web_server first(to(second.origin("evil.test")), {.tls = &here_, .address = "127.0.0.2"});
    client({"127.0.0.2"});
    EXPECT_EQ(outcome_of(following(first.origin("evil.test"), trust)), "address-refused");
  }
  EXPECT_EQ(inside.connections(), 0u);
  EXPECT_EQ(plain.connections(), 0u);
}

TEST_F(HttpsRedirect, ToSomethingElseIsBroken) {
  client();
  for (const char* location :
       {"file:///etc/passwd", "gopher://127.0.0.1", "https://user:word@api.test", "https://0x7f.1", "https://"}) {
    web_server server(to(location), {.tls = &here_});
    EXPECT_EQ(outcome_of(following(server.origin(), url_trust::operator_set)), "answer-broken") << location;
  }
}

// LobeChat GHSA-p36r-qxgx-jq2v
TEST_F(HttpsRedirect, TheKeyStaysWithItsOrigin) {
  names["api.test"] = {"127.0.0.2"};
  names["other.test"] = {"127.0.0.2"};
  web_server other(to("/end"), {.tls = &here_, .address = "127.0.0.2"});
  web_server server(to(other.origin("other.test")), {.tls = &here_, .address = "127.0.0.2"});
  client({"127.0.0.2"});
  auto what = following(server.origin("api.test"), url_trust::user_given);
  what.headers = {{"Accept", "text/plain"}, {"X-Project", "mine"}};
  what.credentials = secret_for(server.origin("api.test"));
  EXPECT_EQ(outcome_of(std::move(what)), "200");
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer planted-key");
  for (const auto& heard : other.requests()) {
    EXPECT_FALSE(heard.headers.contains("authorization"));
    EXPECT_FALSE(heard.headers.contains("x-project"));
    EXPECT_EQ(heard.headers.at("accept"), "text/plain");
  }
  // Another port of the same host is another place.
  web_server neighbour(to("/end"), {.tls = &here_, .address = "127.0.0.2"});
  web_server again(to(neighbour.origin("api.test")), {.tls = &here_, .address = "127.0.0.2"});
  what = following(again.origin("api.test"), url_trust::user_given);
  what.credentials = secret_for(again.origin("api.test"));
  EXPECT_EQ(outcome_of(std::move(what)), "200");
  EXPECT_FALSE(neighbour.requests().at(0).headers.contains("authorization"));
  // Within its origin it goes along.
  web_server home(to("/end"), {.tls = &here_, .address = "127.0.0.2"});
  what = following(home.origin("api.test"), url_trust::user_given);
  what.credentials = secret_for(home.origin("api.test"));
  EXPECT_EQ(outcome_of(std::move(what)), "200");
  EXPECT_TRUE(home.requests().at(1).headers.contains("authorization"));
}

}  // namespace kontor::outbound
