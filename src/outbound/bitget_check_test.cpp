#include "outbound/bitget_check.hpp"

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "outbound/web_fixture.hpp"
#include "tests/support/vector_file.hpp"

#include <boost/json/serialize.hpp>

namespace kontor::outbound {
namespace {

using test::web_server;

std::string answer_from(const char* file) {
  const auto response = test::vector_json(std::string("bitget/") + file).at("response");
  return web_server::answer(static_cast<int>(response.at("http_status").as_int64()),
                            boost::json::serialize(response.at("body")), "Content-Type: application/json\r\n");
}

std::string error(std::string_view code) {
  const auto table = test::vector_json("bitget/errors.json");
  for (const auto& each : table.at("cases").as_array())
    if (test::text_at(each.at("body"), "code") == code)
      return web_server::answer(static_cast<int>(each.at("http_status").as_int64()),
                                boost::json::serialize(each.at("body")));
  return web_server::answer(400, R"({"code":")" + std::string(code) + R"(","msg":"not in the table","data":null})");
}

/// The exchange, which checks what a request carries as the real one does: the time, the key, the passphrase, the
/// signature, in this order.
struct BitgetCheck : WebFixture {
  BitgetCheck() {
    const auto vectors = test::vector_json("bitget/signing-vectors.json");
    key = test::text_at(vectors, "key");
    secret = test::text_at(vectors, "secret");
    passphrase = test::text_at(vectors, "passphrase");
  }

  std::string answer_to(const web_server::request& asked) {
    if (asked.target == "/api/v2/public/time")
      return web_server::answer(
          200, R"({"code":"00000","msg":"success","data":{"serverTime":")" + std::to_string(server_time) + "\"}}");
    const auto header = [&](const char* name) {
      const auto found = asked.headers.find(name);
      return found == asked.headers.end() ? std::string() : found->second;
    };
    if (!instead.empty()) return instead;
    const auto time = header("access-timestamp");
    if (std::abs(std::stoll(time) - server_time) > 30'000) return error("40008");
    if (header("access-key") != key) return error("40037");
    if (header("access-passphrase") != passphrase) return error("40012");
    const auto prehash = time + asked.method + asked.target + asked.body;
    if (header("access-sign") != base::to_base64(crypto::hmac_sha256(base::as_bytes(secret), base::as_bytes(prehash))))
      return error("40009");
    if (asked.target == "/api/v2/spot/account/info")
      return is_unified ? answer_from("uta-mode-mismatch.json") : answer_from("spot-account-info.json");
    if (asked.target == "/api/v3/account/info")
      return is_unified ? answer_from("uta-account-info.json") : error("40084");
    return web_server::answer(404, "");
  }

  settings::exchange_credentials credentials() const {
    return {base::secret_bytes(std::string_view(key)), base::secret_bytes(std::string_view(secret)),
            base::secret_bytes(std::string_view(passphrase))};
  }
  base::result<settings::exchange_verdict> check(settings::exchange_credentials with) {
    return run(checker.check("anna", std::move(with)));
  }
  settings::exchange_verdict verdict(settings::exchange_credentials with) { return check(std::move(with)).value(); }
  settings::exchange_verdict verdict() { return verdict(credentials()); }

  std::string key, secret, passphrase;
  std::int64_t server_time = 1'700'623'852'854;
  bool is_unified = false;
  std::string instead;
  base::manual_clock clock{base::from_microseconds(1'700'623'852'854'000)};
  web_server server{[this](const auto& asked, auto& connection) { return connection.write(answer_to(asked)); },
                    {.tls = &here_}};
  bitget_api api{client(), clock, parse_web_url(server.origin()).value()};
  bitget_check checker{api};
};

base::secret_bytes text(std::string_view value) {
  return base::secret_bytes(value);
}

}  // namespace

TEST_F(BitgetCheck, AClassicKey) {
  const auto told = verdict();
  EXPECT_EQ(told.outcome, settings::verification::confirmed);
  EXPECT_EQ(told.account, settings::exchange_account::classic);
  EXPECT_TRUE(told.may_trade);
  EXPECT_FALSE(told.may_withdraw);
  EXPECT_EQ(told.addresses, std::vector<std::string>{"127.0.0.1"});
  const auto asked = server.requests().at(0);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(asked.headers.at("locale"), "en-US");
  // The vector "empty query string is treated as none" was made for this time and this route.
  EXPECT_EQ(asked.headers.at("access-sign"), "t2WwrIEV2DNvBrKy+xgLZbq6+/e8rKdlEmf+osgHWE0=");
}

TEST_F(BitgetCheck, AUnifiedKeyIsAskedForByTheOtherRoute) {
  is_unified = true;
  const auto told = verdict();
  EXPECT_EQ(told.outcome, settings::verification::confirmed);
  EXPECT_EQ(told.account, settings::exchange_account::unified);
  EXPECT_TRUE(told.may_withdraw);
  EXPECT_EQ(told.addresses.size(), 2u);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(BitgetCheck, WhatIsWrongIsToldInTheExchangesWords) {
  auto wrong = credentials();
  wrong.passphrase = text("another");
  auto told = verdict(std::move(wrong));
  EXPECT_EQ(told.outcome, settings::verification::refused);
  EXPECT_EQ(told.code, "40012");
  EXPECT_EQ(told.message, "apikey/password is incorrect");

  wrong = credentials();
  wrong.secret = text("another");
  told = verdict(std::move(wrong));
  EXPECT_EQ(told.outcome, settings::verification::refused);
  EXPECT_EQ(told.code, "40009");

  wrong = credentials();
  wrong.key = text("another");
  told = verdict(std::move(wrong));
  EXPECT_EQ(told.outcome, settings::verification::refused);
  EXPECT_EQ(told.message, "Apikey does not exist");
  EXPECT_FALSE(told.may_read);
}

// c.86: the program's clock is wrong, and the exchange takes 30 s.
TEST_F(BitgetCheck, AClockThatIsWrongIsSetRightOnce) {
  for (const auto ahead : {std::chrono::minutes(10), std::chrono::minutes(-20)}) {
    clock.advance(ahead);
    EXPECT_EQ(verdict().outcome, settings::verification::confirmed);
  }
  const auto before = server.requests().size();
  EXPECT_EQ(verdict().outcome, settings::verification::confirmed);
  EXPECT_EQ(server.requests().size(), before + 1) << "what was learned is remembered";

  instead = error("40008");
  const auto told = verdict();
  EXPECT_EQ(told.outcome, settings::verification::refused);
  EXPECT_EQ(told.message, "Request timestamp expired");
  EXPECT_EQ(server.requests().size(), before + 4) << "asked, looked at the clock, asked again, and no more";
}

TEST_F(BitgetCheck, TroublesOfTheExchangeAreNoVerdict) {
  for (const char* code : {"40015", "429", "40200", "40017", "49999"}) {
    instead = error(code);
    const auto told = verdict();
    EXPECT_EQ(told.outcome, settings::verification::not_verified) << code;
    EXPECT_EQ(told.code, code);
    EXPECT_FALSE(told.message.empty());
  }
  for (const int status : {200, 403, 502, 503}) {
    instead = web_server::answer(status, "<html>edge</html>", "Content-Type: text/html\r\n");
    const auto told = verdict();
    EXPECT_EQ(told.outcome, settings::verification::not_verified) << status;
    EXPECT_THAT(told.message, testing::HasSubstr(std::to_string(status)));
  }
  instead = web_server::answer(200, R"({"code":"00000","msg":"success","data":{}})");
  EXPECT_EQ(verdict().outcome, settings::verification::not_verified)
      << "rights that are not told are not taken for none";
  // Both families send each other's keys away: an end is found.
  instead = error("40085");
  EXPECT_EQ(verdict().outcome, settings::verification::not_verified);
}

TEST_F(BitgetCheck, AnExchangeThatIsNotThereIsNoVerdict) {
  std::uint16_t port = 0;
  {
    web_server gone(always(200, ""));
    port = gone.port();
  }
  bitget_api nowhere(client(), clock, parse_web_url("http://127.0.0.1:" + std::to_string(port)).value());
  bitget_check lonely(nowhere);
  const auto told = run(lonely.check("anna", credentials())).value();
  EXPECT_EQ(told.outcome, settings::verification::not_verified);
  EXPECT_EQ(told.code, "");
  EXPECT_EQ(told.message, "The host cannot be reached.");
}

TEST_F(BitgetCheck, WhatCannotBeAKeyIsNotSent) {
  for (const std::string& value : {std::string(), std::string("a b"), std::string("key\n"), std::string("k\xc3\xa4y"),
                                   std::string("a\0b", 3), std::string(257, 'k')}) {
    for (int which = 0; which < 3; ++which) {
      auto wrong = credentials();
      (which == 0 ? wrong.key : which == 1 ? wrong.secret : wrong.passphrase) = text(value);
      const auto told = check(std::move(wrong));
      ASSERT_FALSE(told.has_value());
      EXPECT_EQ(told.error().code, base::errc::invalid_input);
      ASSERT_EQ(told.error().fields.size(), 1u);
      EXPECT_EQ(told.error().fields[0].path, which == 0 ? "/key" : which == 1 ? "/secret" : "/passphrase");
    }
  }
  EXPECT_TRUE(server.requests().empty());
}

// c.85: nothing that the exchange is told comes back in what is logged or shown.
TEST_F(BitgetCheck, KeepsSecretsToItself) {
  instead = web_server::answer(400, R"({"code":"40009","msg":"sign signature error","data":null})");
  testing::internal::CaptureStderr();
  const auto told = verdict();
  const auto logged = testing::internal::GetCapturedStderr();
  for (const auto& value : {key, secret, passphrase}) {
    EXPECT_EQ(logged.find(value), std::string::npos);
    EXPECT_EQ(told.message.find(value), std::string::npos);
  }
}

// AnythingLLM CVE-2026-24477: what is stored and shown holds nothing of what was asked with, and c.89: no line of its
// own.
TEST_F(BitgetCheck, WhatTheExchangeQuotesIsNotShown) {
  instead = web_server::answer(
      400, R"({"code":"45001","msg":"for )" + key + " and " + passphrase + R"(\n\u001b[1m","data":null})");
  const auto refused = verdict();
  EXPECT_EQ(refused.message.find(key), std::string::npos);
  EXPECT_EQ(refused.message.find(passphrase), std::string::npos);
  EXPECT_EQ(refused.message.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_TRUE(refused.message.starts_with("for …")) << refused.message;

  instead = web_server::answer(200, R"({"code":"00000","msg":")" + secret + R"(","data":{"authorities":["readonly",")" +
                                        key + R"("],"ips":")" + passphrase + R"("}})");
  const auto taken = verdict();
  EXPECT_EQ(taken.message, "…");
  EXPECT_EQ(taken.rights, (std::vector<std::string>{"readonly", "…"}));
  EXPECT_EQ(taken.addresses, std::vector<std::string>{"…"});
  EXPECT_TRUE(taken.may_withdraw);  // What nobody knows counts as the worst.
}

}  // namespace kontor::outbound
