#include "outbound/bitget_check.hpp"

#include "outbound/bitget_exchange_fixture.hpp"

namespace kontor::outbound {
namespace {

using test::web_server;

struct BitgetCheck : BitgetExchange {
  base::result<settings::exchange_verdict> check(settings::exchange_credentials with) {
    return run(checker.check("anna", std::move(with)));
  }
  settings::exchange_verdict verdict(settings::exchange_credentials with) { return check(std::move(with)).value(); }
  settings::exchange_verdict verdict() { return verdict(credentials()); }

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
