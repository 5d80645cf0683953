#include "outbound/bitget_balances.hpp"

#include "outbound/bitget_exchange_fixture.hpp"

#include <boost/json/parse.hpp>

namespace kontor::outbound {
namespace {

using settings::balance;
using settings::exchange_account;
using test::web_server;
using testing::HasSubstr;
using testing::Not;

struct BitgetBalances : BitgetExchange {
  ~BitgetBalances() override { stop_loop(); }

  base::result<std::vector<balance>> ask(exchange_account account = exchange_account::classic) {
    return ask(credentials(), account);
  }
  base::result<std::vector<balance>> ask(settings::exchange_credentials with,
                                         exchange_account account = exchange_account::classic) {
    return run(source.balances("anna", std::move(with), account));
  }
  std::vector<std::string> text() {
    std::vector<std::string> out;
    for (const auto& each : ask().value())
      out.push_back(each.coin + " " + each.total + " " + each.available + " " + each.frozen);
    return out;
  }

  bitget_balances source{api};
};

std::vector<balance> read(const char* json, exchange_account account = exchange_account::classic) {
  return read_bitget_balances(boost::json::parse(json), account).value();
}

}  // namespace

TEST_F(BitgetBalances, OfAClassicAccount) {
  EXPECT_EQ(text(), (std::vector<std::string>{
                        "BGB 1.15000000 1.15000000 0.00000000", "USDT 23.35159289 17.85159289 5.50000000",
                        "LTC 0.22326160 0.22326160 0.00000000", "TRX 154.86607890 154.86607890 0.00000000"}));
  EXPECT_EQ(server.requests().size(), 1u);
  // The vector "GET without query" was made for this time and this route.
  EXPECT_EQ(server.requests()[0].headers.at("access-sign"), "0uqSqitCaGIFsd/JP1+y/4aaByfsdLewUw7AqlNYFpg=");
}

TEST_F(BitgetBalances, NothingIsLeftOut) {
  assets = "spot-account-assets.json";
  EXPECT_TRUE(ask().value().empty());
  assets = "spot-account-assets-doc-variant.json";
  EXPECT_TRUE(ask().value().empty());
}

TEST_F(BitgetBalances, OfAUnifiedAccount) {
  is_unified = true;
  auto told = ask(exchange_account::unified).value();
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[1].coin, "USDC");
  EXPECT_EQ(told[1].total, "100000");
  EXPECT_EQ(told[1].frozen, "0");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(BitgetBalances, TheOtherFamilyIsTriedOnce) {
  for (const auto known : {exchange_account::unknown, exchange_account::classic, exchange_account::unified})
    for (const bool unified : {false, true}) {
      is_unified = unified;
      EXPECT_EQ(ask(known).value().size(), 4u);
    }
  for (const char* code : {"40084", "40085"}) {
    instead = error(code);
    const auto before = server.requests().size();
    EXPECT_EQ(ask().error().type, "exchange-unreachable");
    EXPECT_EQ(server.requests().size(), before + 2) << "an end is found";
  }
}

TEST_F(BitgetBalances, AClockThatIsWrongIsSetRightOnce) {
  clock.advance(std::chrono::minutes(10));
  EXPECT_EQ(ask().value().size(), 4u);
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(ask().value().size(), 4u);
  EXPECT_EQ(server.requests().size(), 4u) << "what was learned is remembered";
  instead = error("40008");
  EXPECT_EQ(ask().error().type, "exchange-key-refused");
  EXPECT_EQ(server.requests().size(), 7u);
}

TEST_F(BitgetBalances, ARefusalIsTheKeysFault) {
  auto wrong = credentials();
  wrong.secret = base::secret_bytes(std::string_view("another"));
  auto told = ask(std::move(wrong));
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().code, base::errc::conflict);
  EXPECT_EQ(told.error().type, "exchange-key-refused");
  EXPECT_THAT(told.error().detail, HasSubstr("sign signature error"));
  for (const char* code : {"40006", "40012", "40014", "40018", "40037"}) {
    instead = error(code);
    EXPECT_EQ(ask().error().type, "exchange-key-refused") << code;
  }
  instead = web_server::answer(400, R"({"code":"40012","msg":"for )" + key + " " + passphrase + R"(\n","data":null})");
  told = ask();
  EXPECT_THAT(told.error().detail, Not(HasSubstr(key)));
  EXPECT_THAT(told.error().detail, Not(HasSubstr(passphrase)));
  EXPECT_THAT(told.error().detail, Not(HasSubstr("\n")));
  instead.clear();
  wrong = credentials();
  wrong.key = base::secret_bytes(std::string_view("a\nb"));
  const auto before = server.requests().size();
  EXPECT_EQ(ask(std::move(wrong)).error().type, "exchange-key-refused");
  EXPECT_EQ(server.requests().size(), before) << "what cannot be a key is not sent";
}

TEST_F(BitgetBalances, TroublesOfTheExchange) {
  instead = error("429");
  auto told = ask();
  EXPECT_EQ(told.error().type, "exchange-busy");
  EXPECT_GE(told.error().retry_after, std::chrono::seconds(1));
  for (const auto& trouble :
       {error("40015"), error("40200"), web_server::answer(502, "<html>"), web_server::answer(200, ""),
        web_server::answer(200, R"({"code":"00000","data":{}})"), web_server::answer(200, "{")}) {
    instead = trouble;
    told = ask();
    EXPECT_EQ(told.error().code, base::errc::unavailable);
    EXPECT_EQ(told.error().type, "exchange-unreachable") << trouble;
  }
}

TEST(BitgetBalanceRows, AreReadOneByOne) {
  const auto all = read(R"([{"coin":"usdt","available":"1","frozen":"","locked":null},{"coin":"A","available":"x"},
                            {"coin":"B","available":1},{"coin":"","available":"1"},null,7,
                            {"coin":"C","available":"0","frozen":"0.10","locked":"0.05"}])");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].coin, "USDT");
  EXPECT_EQ(all[0].total, "1");
  EXPECT_EQ(all[1].total, "0.15");
  EXPECT_EQ(all[1].frozen, "0.15");
  const auto unified =
      read(R"({"assets":[{"coin":"A","balance":"2.5","available":"1"},{"coin":"B","balance":"1","available":"3"},
                                          {"coin":"C","balance":"-2","available":"0"},{"coin":"D","balance":"0.000"}]})",
           exchange_account::unified);
  ASSERT_EQ(unified.size(), 3u);
  EXPECT_EQ(unified[0].frozen, "1.5");
  EXPECT_EQ(unified[1].frozen, "0");
  EXPECT_EQ(unified[2].total, "-2");
  EXPECT_FALSE(read_bitget_balances(boost::json::parse("{}"), exchange_account::classic).has_value());
  EXPECT_FALSE(read_bitget_balances(boost::json::parse("[]"), exchange_account::unified).has_value());
}

}  // namespace kontor::outbound
