#include "desk/chart_tools.hpp"

#include "crypto/random.hpp"
#include "desk/tool_arguments.hpp"
#include "desk/tool_definitions.hpp"
#include "desk/tool_results.hpp"
#include "json/parse.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace kontor::desk {
namespace {

const auto ann = base::user_id::parse("11111111-1111-4111-8111-111111111111").value();
const auto bob = base::user_id::parse("22222222-2222-4222-8222-222222222222").value();
const base::timestamp noon = base::from_microseconds(1'800'000'000'000'000);
constexpr std::int64_t hour = 3'600'000;

indicator::spec spec_of(std::string_view text) {
  return indicator::parse_text(text).value();
}

/// So many candles by the hour, the last one at noon, with values of one indicator.
chart::chart_data data_of(std::size_t count, std::string_view indicator = "rsi(14)") {
  chart::chart_data out{.of_chart = std::nullopt,
                        .of = {.where = market::venue::spot, .symbol = "BTCUSDT", .every = market::interval::h1},
                        .told = {},
                        .indicators = {},
                        .hash = std::string(64, 'a')};
  std::vector<market::candle> candles;
  for (std::size_t i = 0; i < count; ++i)
    candles.push_back({.time = 1'800'000'000'000 - static_cast<std::int64_t>(count - 1 - i) * hour,
                       .open = 0.1,
                       .high = 43050.41,
                       .low = 1e-7,
                       .close = 100.0 + static_cast<double>(i),
                       .volume = 3,
                       .quote_volume = 4});
  if (count > 0) out.told.candles.append(std::make_shared<market::candle_columns>(std::move(candles)), 0, count);
  out.told.is_forming = true;
  out.told.fetched_at = noon;
  out.told.from = 1'700'000'000'000;
  out.told.to = out.told.finished_to = 1'800'000'000'000;
  if (indicator.empty()) return out;
  chart::computed_indicator one{.of = {.what = spec_of(indicator), .color = {}}, .columns = {}};
  for (std::size_t i = 0; i < indicator::outputs_of(one.of.what.what).size(); ++i) {
    std::vector<double> column(count, 61.25);
    if (count > 0) column.front() = std::numeric_limits<double>::quiet_NaN();
    one.columns.push_back(std::move(column));
  }
  out.indicators.push_back(std::move(one));
  return out;
}

struct told_desk final : desk_data {
  async::awaitable<base::result<chart::chart_data>> read(chart::data_request what) override {
    asked = what;
    if (fault) co_return *fault;
    auto out = data_of(2, what.indicators.empty() ? "" : "rsi(14)");
    out.of = what.of;
    out.of_chart = what.of_chart;
    co_return out;
  }
  async::awaitable<base::result<chart::chart>> find_chart(base::user_id owner, chart::chart_id which) override {
    if (owner == ann && which == own.id) co_return own;
    co_return base::error{base::errc::not_found};
  }
  async::awaitable<base::result<chart::chart>> create_chart(base::user_id owner, chart::content shows) override {
    EXPECT_EQ(owner, ann);
    if (fault) co_return *fault;
    own.shows = std::move(shows);
    co_return own;
  }
  async::awaitable<base::result<std::vector<chart::chart>>> list_charts(base::user_id owner,
                                                                        chart::statements::chart_filter which,
                                                                        std::int64_t most) override {
    filter = std::move(which);
    limit = most;
    co_return owner == ann ? std::vector{own} : std::vector<chart::chart>{};
  }
  async::awaitable<bool> has_exchange_key(base::user_id owner) override { co_return owner == ann; }
  async::awaitable<base::result<std::vector<settings::balance>>> balances(base::user_id owner) override {
    if (owner != ann) co_return base::error{base::errc::not_found, "not-configured"};
    co_return std::vector<settings::balance>{{.coin = "BTC", .total = "1.75", .available = "1.5", .frozen = "0.25"}};
  }
  base::timestamp now() const override { return noon; }

  chart::chart own{
      .id = chart::chart_id::parse("cccccccc-cccc-4ccc-8ccc-cccccccccccc").value(),
      .shows = {.name = "mine",
                .of = {.where = market::venue::usdt_futures, .symbol = "ETHUSDT", .every = market::interval::h4},
                .indicators = {{.what = spec_of("sma(20)"), .color = {}}}},
      .made_by = chart::maker::user,
      .created_at = noon,
      .updated_at = noon};
  std::optional<chart::data_request> asked;
  std::optional<base::error> fault;
  chart::statements::chart_filter filter;
  std::int64_t limit = 0;
};

struct ChartTools : testing::Test {
  template <class Value>
  Value run(async::awaitable<Value> what) {
    auto done = boost::asio::co_spawn(loop, std::move(what), boost::asio::use_future);
    loop.restart();
    loop.run();
    return done.get();
  }
  chat::tool_outcome call(std::string name, std::string arguments, const base::user_id& owner = ann) {
    chat::tool_call what{.id = "a", .name = std::move(name), .arguments = std::move(arguments)};
    return run(tools.call(owner, std::move(what)));
  }
  std::string refusal(std::string name, std::string arguments) {
    const auto outcome = call(std::move(name), std::move(arguments));
    EXPECT_FALSE(outcome.is_good);
    EXPECT_FALSE(outcome.chart);
    return std::string(boost::json::parse(outcome.content).at("error").as_string());
  }
  boost::json::value result(std::string name, std::string arguments) {
    const auto outcome = call(std::move(name), std::move(arguments));
    EXPECT_TRUE(outcome.is_good) << outcome.content;
    return boost::json::parse(outcome.content);
  }

  boost::asio::io_context loop;
  told_desk desk;
  chart_tools tools{desk};
};

}  // namespace

TEST_F(ChartTools, AreOfferedWithSchemasThatRefuseWhatIsUnknown) {
  const auto of_ann = run(tools.tools_of(ann, chat::all_rights));
  ASSERT_EQ(of_ann.size(), 5U);
  EXPECT_EQ(run(tools.tools_of(bob, chat::all_rights)).size(), 4U) << "no key of an exchange";
  std::size_t bytes = 0;
  for (const auto& tool : of_ann) {
    const auto schema = boost::json::parse(tool.parameters);
    EXPECT_EQ(schema.at("type"), "object") << tool.name;
    EXPECT_EQ(schema.at("additionalProperties"), false) << tool.name;
    bytes += tool.name.size() + tool.description.size() + tool.parameters.size();
    // Whatever the schema has is read, and nothing else is.
    for (const auto& member : schema.at("properties").as_object())
      EXPECT_EQ(refusal(tool.name, R"({")" + std::string(member.key()) + R"(":{}})").find("not known"),
                std::string::npos)
          << tool.name << " " << std::string_view(member.key());
    EXPECT_NE(refusal(tool.name, R"({"path":"/etc/passwd"})").find("path: This member is not known here."),
              std::string::npos);
  }
  EXPECT_LT(bytes, 6000U) << "paid for with each question";
}

TEST_F(ChartTools, AreOfferedAsFarAsTheRightsGo) {
  const auto names = [this](chat::tool_rights rights) {
    std::string out;
    for (const auto& tool : run(tools.tools_of(ann, rights)))
      out += (out.empty() ? "" : " ") + tool.name;
    return out;
  };
  EXPECT_EQ(names({}), "");
  EXPECT_EQ(names({.reads_charts = true}), "get_candles get_indicators list_charts");
  EXPECT_EQ(names({.writes_charts = true}), "create_chart");
  EXPECT_EQ(names({.reads_balances = true}), "get_balances");
  EXPECT_EQ(names(chat::all_rights), "get_candles get_indicators create_chart list_charts get_balances");
}

TEST_F(ChartTools, TellCandlesFromTheNewestOn) {
  const auto told = result("get_candles", R"({"symbol":"btc/usdt","limit":2,"to":"2027-01-15T08:00:00Z"})");
  EXPECT_EQ(desk.asked->of.symbol, "BTCUSDT");
  EXPECT_EQ(desk.asked->limit, 2);
  EXPECT_EQ(desk.asked->to, 1'800'000'000'000);
  EXPECT_TRUE(call("get_candles", R"({"symbol":"X","to":"1970-01-01T00:00:00.001Z"})").is_good);
  EXPECT_NE(call("get_candles", R"({"symbol":"BTCUSDT","limit":2})")
                .content.find(R"("rows":[["2027-01-15T08:00Z",0.1,43050.41,1e-7,101,3],)"
                              R"(["2027-01-15T07:00Z",0.1,43050.41,1e-7,100,3]])"),
            std::string::npos);
  EXPECT_EQ(told.at("last_candle"), "2027-01-15T08:00Z");
  EXPECT_EQ(told.at("is_forming"), true);
  EXPECT_EQ(told.at("is_stale"), false);
  EXPECT_EQ(told.at("pin").at("hash").as_string(), std::string(64, 'a'));
  result("get_candles", R"({"symbol":"BTCUSDT"})");
  EXPECT_EQ(desk.asked->limit, 50);
  EXPECT_EQ(desk.asked->of.every, market::interval::h1);
}

TEST_F(ChartTools, TellValuesOfIndicatorsAndWhereTheyAreNotWarm) {
  const auto told = result("get_indicators", R"x({"symbol":"BTCUSDT","interval":"4h","indicators":["RSI(14)"]})x");
  EXPECT_EQ(boost::json::serialize(told.at("columns")), R"x(["time","close","rsi(14)"])x");
  EXPECT_EQ(boost::json::serialize(told.at("rows")),
            R"([["2027-01-15T08:00Z",101,6.125E1],["2027-01-15T07:00Z",100,null]])");
  EXPECT_EQ(desk.asked->of.every, market::interval::h4);
  EXPECT_EQ(boost::json::serialize(told.at("pin").at("indicators")), R"x(["rsi(14)"])x");
}

TEST_F(ChartTools, LookAtAChartOfTheUserAndAtNoOther) {
  const std::string of_ann = R"({"chart_id":"cccccccc-cccc-4ccc-8ccc-cccccccccccc"})";
  for (const char* const name : {"get_candles", "get_indicators"}) {
    const auto outcome = call(name, of_ann);
    EXPECT_TRUE(outcome.is_good) << outcome.content;
    EXPECT_EQ(outcome.chart, "cccccccc-cccc-4ccc-8ccc-cccccccccccc");
    EXPECT_EQ(desk.asked->of, desk.own.shows.of);
    EXPECT_EQ(call(name, of_ann, bob).content, R"({"error":"There is no such chart."})");
    for (const char* const id : {"dddddddd-dddd-4ddd-8ddd-dddddddddddd", "", "../../x", "1 OR 1=1"})
      EXPECT_EQ(refusal(name, R"({"chart_id":")" + std::string(id) + "\"}"), "There is no such chart.");
  }
  EXPECT_EQ(desk.asked->indicators, desk.own.shows.indicators) << "those of the chart";
}

TEST_F(ChartTools, MakeAChartAndSayWhich) {
  const auto outcome = call("create_chart", R"({"symbol":"SOLUSDT","market":"usdt-futures","interval":"15m",)"
                                            R"x("indicators":["rsi(14)","macd(12,26,9)"],"days":7,"name":"One"})x");
  EXPECT_TRUE(outcome.is_good) << outcome.content;
  EXPECT_EQ(outcome.chart, desk.own.id.str());
  const auto& made = desk.own.shows;
  EXPECT_EQ(made.of.symbol, "SOLUSDT");
  EXPECT_EQ(made.indicators.size(), 2U);
  EXPECT_EQ(made.days, 7);
  EXPECT_EQ(made.name, "One");
  desk.fault = base::error{base::errc::conflict, "too-many-charts"};
  EXPECT_NE(refusal("create_chart", R"({"symbol":"SOLUSDT"})").find("as many charts"), std::string::npos);
}

TEST_F(ChartTools, ListChartsAndBalances) {
  EXPECT_EQ(result("list_charts", "").at("charts").as_array().size(), 1U);
  EXPECT_EQ(desk.limit, 20);
  result("list_charts", R"({"symbol":"ETHUSDT","market":"spot","limit":50})");
  EXPECT_EQ(desk.filter.symbol, "ETHUSDT");
  EXPECT_EQ(desk.filter.where, market::venue::spot);
  EXPECT_EQ(
      boost::json::serialize(result("get_balances", "{}")),
      R"({"as_of":"2027-01-15T08:00:00Z","balances":[{"coin":"BTC","total":"1.75","available":"1.5","frozen":"0.25"}]})");
  EXPECT_FALSE(call("get_balances", "{}", bob).is_good);
}

TEST_F(ChartTools, RefuseInWordsThatHelp) {
  EXPECT_EQ(refusal("rm", "{}"), "There is no such tool.");
  for (const char* const broken : {"{half", "[]x", "nothing"})
    EXPECT_EQ(refusal("get_candles", broken), "The arguments are no JSON object.") << broken;
  EXPECT_EQ(refusal("get_candles", "[]"), "Wrong arguments. : This must be an object.");
  struct row {
    const char* name;
    const char* arguments;
    const char* words;
  };
  for (const auto& each : std::initializer_list<row>{
           {"get_candles", "{}", "symbol: Either a symbol or a chart_id is needed."},
           {"get_candles", R"({"symbol":"B;DROP"})", "symbol: A symbol of the exchange, such as BTCUSDT."},
           {"get_candles", R"({"symbol":"X","limit":0})", "limit: A whole number from 1 to 200."},
           {"get_candles", R"({"symbol":"X","limit":201})", "limit: A whole number from 1 to 200."},
           {"get_candles", R"({"symbol":"X","limit":"5"})", "limit: "},
           {"get_candles", R"({"symbol":"X","to":"yesterday"})", "to: A time such as"},
           {"get_candles", R"({"symbol":"X","to":"1960-01-01T00:00:00Z"})", "to: A time after the beginning of 1970."},
           {"get_candles", R"({"symbol":"X","to":"1970-01-01T00:00:00Z"})", "to: A time after the beginning of 1970."},
           {"get_candles", R"({"symbol":"X","chart_id":"x"})", "chart_id: Either a chart,"},
           {"get_candles", R"({"symbol":"X","market":"margin"})", "market: One of spot,"},
           {"get_candles", R"({"symbol":"X","interval":"7H"})", "interval: One of 1m,"},
           {"get_indicators", R"({"symbol":"X"})", "indicators: At least one, such as rsi(14)."},
           {"get_indicators", R"x({"symbol":"X","indicators":["rsi(0)"]})x", "indicators: "},
           {"get_indicators", R"({"symbol":"X","indicators":["hello"]})", "indicators: "},
           {"create_chart", R"({"symbol":"X","days":0})", "days: A whole number from 1 to 3650."},
           {"create_chart", R"({"symbol":"X","days":3651})", "days: A whole number from 1 to 3650."},
           {"create_chart", R"({"symbol":"X","name":"a\u0007"})", "name: A name has no control characters."},
           {"create_chart", R"({"symbol":"X","theme":"pink"})", "theme: One of system, light, dark."},
           {"list_charts", R"({"limit":51})", "limit: A whole number from 1 to 50."},
           {"get_balances", R"({"owner":"bob"})", "owner: This member is not known here."}})
    EXPECT_NE(refusal(each.name, each.arguments).find(each.words), std::string::npos)
        << each.arguments << " " << refusal(each.name, each.arguments);
  desk.fault = base::error{base::errc::unavailable, "exchange-unreachable"};
  EXPECT_EQ(refusal("get_candles", R"({"symbol":"X"})"), "The exchange cannot be reached at the moment.");
  desk.fault = base::error{base::errc::internal, "", "the detail", "the private detail"};
  EXPECT_EQ(refusal("get_candles", R"({"symbol":"X"})"), "This does not work at the moment.");
}

TEST(ToolResults, HaveAPinWhenACandleIsFinished) {
  auto data = data_of(1);
  data.told.from = data.told.finished_to = 1'800'000'000'000;
  data.told.to = data.told.from + hour;
  EXPECT_FALSE(boost::json::parse(candles_result(data)).as_object().contains("pin"));
  EXPECT_FALSE(boost::json::parse(indicators_result(data)).as_object().contains("pin"));
  data.told.finished_to += 1;
  EXPECT_TRUE(boost::json::parse(candles_result(data)).as_object().contains("pin"));
}

TEST(ToolResults, EndBeforeTheyAreTooLong) {
  const auto few = indicators_result(data_of(200, "macd(12,26,9)"));
  EXPECT_LT(few.size(), most_result_bytes);
  EXPECT_EQ(boost::json::parse(few).at("rows").as_array().size(), 200U);
  const auto many = boost::json::parse(candles_result(data_of(2000, "")));
  EXPECT_EQ(many.at("rows").as_array().size() + static_cast<std::size_t>(many.at("left_out").as_int64()), 2000U);
  EXPECT_LT(boost::json::serialize(many).size(), most_result_bytes * 2);
  EXPECT_EQ(boost::json::parse(candles_result(data_of(0, ""))).at("rows").as_array().size(), 0U);
  std::vector<chart::chart> all(50, told_desk().own);
  for (auto& one : all) {
    one.shows.name = std::string(100, '<');
    one.shows.indicators.assign(10, {.what = spec_of("macd(12,26,9)"), .color = {}});
  }
  const auto charts = charts_result(all);
  EXPECT_LT(charts.size(), most_result_bytes + 2048);
  const auto listed = boost::json::parse(charts);
  EXPECT_EQ(listed.at("charts").as_array().size() + static_cast<std::size_t>(listed.at("left_out").as_int64()), 50U);
  const std::vector<settings::balance> coins(101, {.coin = "X", .total = "1", .available = "1", .frozen = "0"});
  const auto told = boost::json::parse(balances_result(coins, noon));
  EXPECT_EQ(told.at("balances").as_array().size(), 100U);
  EXPECT_EQ(told.at("left_out"), 1);
}

}  // namespace kontor::desk
