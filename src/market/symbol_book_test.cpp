#include "market/symbol_book.hpp"

#include "market/market_fixture.hpp"

#include <future>

namespace kontor::market {
namespace {

instrument listed(std::string base, std::string quote, bool is_traded = true) {
  return {.where = venue::spot,
          .symbol = base + quote,
          .base = base,
          .quote = quote,
          .price_digits = 2,
          .quantity_digits = 6,
          .is_traded = is_traded};
}

ticker priced(std::string symbol, std::string last, std::string quote_volume) {
  ticker out;
  out.symbol = std::move(symbol);
  out.last = std::move(last);
  out.quote_volume_24h = std::move(quote_volume);
  return out;
}

struct Symbols : market_fixture {
  Symbols() {
    exchange.listed = {listed("ETH", "BTC"),     listed("BTC", "USDT"), listed("WBTC", "USDT"),
                       listed("BTCDOM", "USDT"), listed("BTC", "EUR"),  listed("OLD", "BTC", false),
                       listed("DOGE", "USDT")};
    exchange.prices = {priced("DOGEUSDT", "0.1", "900"), priced("BTCUSDT", "67253.37", "5000.5"),
                       priced("BTCEUR", "60000", "70")};
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Symbols, tests::each_database, tests::database_name);

using names = std::vector<std::string>;

names names_of(const std::vector<const instrument*>& hits) {
  names out;
  for (const auto* one : hits)
    out.push_back(one->symbol);
  return out;
}

}  // namespace

TEST_P(Symbols, AreAskedForOnceAnHourForAll) {
  exchange.answer_only(0);
  std::vector<std::future<base::result<symbol_list>>> answers;
  for (std::size_t i = 0; i < 50; ++i)
    answers.push_back(await_on(i % 2, market->symbols(venue::spot)));
  exchange.await_held();
  exchange.answer_all();
  for (auto& one : answers)
    EXPECT_EQ(one.get().value().all->size(), 7U);
  EXPECT_EQ(exchange.count(), 1U);
  EXPECT_EQ(*await(market->symbols(venue::spot))->all, exchange.listed);

  restart();
  pass_time(with.symbol_time - std::chrono::milliseconds(1));
  const auto stored = await(market->symbols(venue::spot)).value();
  EXPECT_EQ(*stored.all, exchange.listed);
  EXPECT_EQ(stored.fetched_at, noon);
  EXPECT_EQ(exchange.count(), 1U) << "from the database";
  pass_time(std::chrono::milliseconds(1));
  EXPECT_FALSE(await(market->symbols(venue::spot))->is_stale);
  EXPECT_EQ(exchange.count(), 2U);
}

TEST_P(Symbols, TheLastGoodListIsShownWhenTheExchangeIsAway) {
  exchange.go_away();
  const auto nothing = await(market->symbols(venue::spot));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().type, "exchange-unreachable");
  exchange.come_back();
  (void)await(market->symbols(venue::spot));
  exchange.go_away();
  pass_time(with.symbol_time);
  restart();
  const auto stale = await(market->symbols(venue::spot)).value();
  EXPECT_TRUE(stale.is_stale);
  EXPECT_EQ(stale.all->size(), 7U);
  EXPECT_TRUE(await(market->symbol(venue::spot, "BTCUSDT")));
  exchange.come_back();
  EXPECT_FALSE(await(market->symbols(venue::spot))->is_stale);
}

TEST_P(Symbols, AnEmptyListReplacesNothing) {
  const auto all = std::exchange(exchange.listed, {});
  EXPECT_EQ(await(market->symbols(venue::spot)).error().type, "exchange-unreachable");
  exchange.listed = all;
  EXPECT_EQ(await(market->symbols(venue::spot))->all->size(), 7U);
  exchange.listed.clear();
  pass_time(with.symbol_time);
  const auto stale = await(market->symbols(venue::spot)).value();
  EXPECT_TRUE(stale.is_stale);
  EXPECT_EQ(stale.all->size(), 7U);
  restart();
  EXPECT_EQ(await(market->symbols(venue::spot))->all->size(), 7U) << "nor what is stored";
}

TEST_P(Symbols, ATimeOfTheFutureWasNotedWithAnotherClock) {
  clock.advance(std::chrono::hours(24 * 365));
  (void)await(market->symbols(venue::spot));
  clock.advance(-std::chrono::hours(24 * 365));
  const auto asked = exchange.count();
  EXPECT_FALSE(await(market->symbols(venue::spot))->is_stale);
  EXPECT_EQ(exchange.count(), asked + 1);
}

TEST_P(Symbols, OneThatIsNotThereIsNotFound) {
  EXPECT_EQ(await(market->symbol(venue::spot, "BTCEUR"))->quote, "EUR");
  const auto unknown = await(market->symbol(venue::spot, "NOPE"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::errc::not_found);
  EXPECT_EQ(unknown.error().type, "unknown-symbol");
}

TEST_P(Symbols, APriceThatMakesNoSenseReplacesNone) {
  exchange.prices.push_back(priced("ODDUSDT", "", ""));
  const auto first = await(market->tickers(venue::spot)).value();
  EXPECT_EQ(first.find("ODDUSDT")->last, "") << "there is no other";
  EXPECT_FALSE(first.find("BTCUSDT")->is_stale);
  exchange.prices.at(1) = priced("BTCUSDT", "", "");
  for (int i = 0; i < 2; ++i) {
    pass_time(with.ticker_time);
    const auto odd = await(market->tickers(venue::spot)).value();
    EXPECT_EQ(odd.find("BTCUSDT")->last, "67253.37");
    EXPECT_EQ(odd.find("BTCUSDT")->quote_volume_24h, "5000.5");
    EXPECT_TRUE(odd.find("BTCUSDT")->is_stale);
    EXPECT_FALSE(odd.find("BTCEUR")->is_stale);
  }
  exchange.prices.at(1) = priced("BTCUSDT", "67254", "5001");
  pass_time(with.ticker_time);
  const auto good = await(market->tickers(venue::spot)).value();
  EXPECT_EQ(good.find("BTCUSDT")->last, "67254");
  EXPECT_FALSE(good.find("BTCUSDT")->is_stale);
}

TEST_P(Symbols, PricesAreKeptForSeconds) {
  const auto now = await(market->tickers(venue::spot)).value();
  ASSERT_NE(now.find("BTCUSDT"), nullptr);
  EXPECT_EQ(now.find("BTCUSDT")->last, "67253.37");
  EXPECT_EQ(now.find("ETHBTC"), nullptr);
  (void)await(market->tickers(venue::spot));
  EXPECT_EQ(exchange.count(), 1U);
  pass_time(with.ticker_time);
  (void)await(market->tickers(venue::spot));
  EXPECT_EQ(exchange.count(), 2U);
  pass_time(with.ticker_time);
  exchange.go_away();
  EXPECT_TRUE(await(market->tickers(venue::spot))->is_stale);
}

TEST_P(Symbols, TheBestAreFoundFirst) {
  const auto all = await(market->symbols(venue::spot)).value();
  const auto prices = await(market->tickers(venue::spot)).value();
  EXPECT_EQ(names_of(find_symbols(all, "btc", 50, &prices)),
            (names{"BTCUSDT", "BTCEUR", "BTCDOMUSDT", "ETHBTC", "WBTCUSDT", "OLDBTC"}));
  EXPECT_EQ(names_of(find_symbols(all, "Usdt", 2, &prices)), (names{"BTCUSDT", "DOGEUSDT"}));
  EXPECT_EQ(names_of(find_symbols(all, "btceur", 50)), names{"BTCEUR"});
  EXPECT_EQ(names_of(find_symbols(all, "", 3, &prices)), (names{"BTCUSDT", "DOGEUSDT", "BTCEUR"}));
  EXPECT_EQ(names_of(find_symbols(all, "xyz", 3, &prices)), names{});
  EXPECT_EQ(find_symbols(all, "", 100).size(), 7U);
}

TEST(SymbolText, IsReadAsItIsWrittenAndBrokenLinesAreLeftOut) {
  const std::vector<instrument> all{listed("BTC", "USDT"), listed("ETH", "EUR", false)};
  EXPECT_EQ(parse_instruments(venue::spot, to_text(all)), all);
  EXPECT_EQ(
      parse_instruments(venue::spot, "x\n" + to_text(all) + "BTC\tB\tU\tx\t1\t1\na b\tA\tB\t1\t1\t1\n\nA\t\t\t1\t1"),
      all);
}

}  // namespace kontor::market
