// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from "vitest";
import type { Indicator } from "@/api/types";
import { i18n } from "@/i18n";
import { chartFormat } from "./format";
import { legendAt } from "./legend";
import { LoadedSeries } from "./series";
import { meaningOf, summaryOf } from "./summary";
import { dataOf } from "./testing/data";
import "./texts";

const format = chartFormat({ locale: "en-GB", timeZone: "Europe/Berlin", interval: "1H", digits: 1 });
const german = chartFormat({ locale: "de-DE", timeZone: "UTC", interval: "1H", digits: 2 });
const rsi: Indicator = { kind: "rsi", params: { period: 14 } };
const bollinger: Indicator = { kind: "bollinger", params: { period: 20, deviations: 2 } };

function seriesOf(indicators: Indicator[], values: (number | null)[][] = []): LoadedSeries {
  const data = dataOf({ count: 3, indicators });
  data.indicators[0]?.outputs.forEach((output, at) => {
    if (values[at]) output.values = values[at] as number[];
  });
  return new LoadedSeries(data);
}

describe("the legend", () => {
  it("tells the candle and its indicators, in the language and the time zone", () => {
    const series = seriesOf([rsi, bollinger]);
    expect(legendAt(series, 2, format)).toEqual({
      time: expect.stringMatching(/2026.*\d\d:\d\d/),
      growing: true,
      open: "2.0",
      high: "4.0",
      low: "1.0",
      close: "3.0",
      change: "+50.00%",
      rose: true,
      volume: "2",
      indicators: ["2.00", "2.0 / 2.0 / 2.0"],
    });
    expect(legendAt(series, 2, german)).toMatchObject({ open: "2,00", change: expect.stringMatching(/^\+50,00\s%$/) });
  });

  it("says of the last candle alone that it is not finished", () => {
    const growing = (isForming: boolean) => {
      const series = new LoadedSeries({ ...dataOf({ count: 3 }), is_forming: isForming });
      return [0, 1, 2].map((at) => legendAt(series, at, format)?.growing);
    };
    expect(growing(true)).toEqual([false, false, true]);
    expect(growing(false)).toEqual([false, false, false]);
  });

  it("has a dash where an indicator is not warm, and nothing where there is no candle", () => {
    const series = seriesOf([rsi], [[null, null, 55]]);
    expect(legendAt(series, 1, format)?.indicators).toEqual(["–"]);
    expect(legendAt(series, 9, format)).toBeNull();
  });

  it("names candles of a day by their day, wherever somebody is", () => {
    const daily = chartFormat({ locale: "en-GB", timeZone: "America/Los_Angeles", interval: "1D", digits: 1 });
    expect(daily.time(Date.UTC(2026, 10, 26))).toBe("26 Nov 2026");
  });
});

describe("the summary", () => {
  beforeAll(() => i18n.changeLanguage("en"));
  const t = i18n.getFixedT("en", "charts");

  it("tells range, last price, extremes and each indicator", () => {
    const text = summaryOf(seriesOf([rsi], [[null, 40, 71]]), null, "BTCUSDT 1H", format, t).join(" ");
    expect(text).toContain("BTCUSDT 1H: 3 candles from");
    expect(text).toContain("The last price of this range is 3.0");
    expect(text).toContain("The highest price was 4.0");
    expect(text).toContain("the lowest -1.0");
    expect(text).toContain("RSI 14 is 71.00, above 70");
    expect(text).not.toMatch(/summary\.|{{/);
  });

  it("tells of what is seen only", () => {
    const [first] = summaryOf(seriesOf([]), { from: 1, to: 1.4 }, "X", format, t);
    expect(first).toContain("X: 1 candle,");
  });

  it("says that there is nothing when there is nothing", () => {
    const empty = new LoadedSeries(dataOf({ count: 0 }));
    expect(summaryOf(empty, null, "X", format, t)).toHaveLength(1);
  });

  it.each<[Indicator["kind"], (number | null)[], string]>([
    ["sma", [2], "above"],
    ["sma", [5], "below"],
    ["sma", [3], "at"],
    ["rsi", [29], "low"],
    ["rsi", [70], "between"],
    ["rsi", [null], "none"],
    ["stochastic", [81, 50], "high"],
    ["bollinger", [2.5, 2, 1], "aboveBand"],
    ["bollinger", [9, 7, 5], "belowBand"],
    ["bollinger", [9, 7, 1], "inBand"],
    ["macd", [1, 2, -1], "negative"],
    ["macd", [2, 1, 1], "positive"],
    ["atr", [1], "range"],
    ["volume_average", [1], "above"],
  ])("%s with %j is %s", (kind, values, meaning) => {
    const series = seriesOf(
      [{ kind, params: {} }],
      values.map((value) => [null, null, value]),
    );
    expect(meaningOf(series.indicators[0] as never, series, 2)).toBe(meaning);
  });
});
