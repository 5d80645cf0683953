import { describe, expect, it } from "vitest";
import type { Indicator } from "@/api/types";
import { digitsOf, LoadedSeries } from "./series";
import { dataOf, hour, rowOf, start } from "./testing/data";

const rsi: Indicator = { kind: "rsi", params: { period: 14 } };
const macd: Indicator = { kind: "macd", params: { fast: 12, slow: 26, signal: 9 } };
const obv: Indicator = { kind: "obv", params: {} };
const numbersOf = ({ candles }: LoadedSeries) => candles.time.map((time) => (time - start) / hour);

describe("older candles", () => {
  it("come before, with their values, and what overlaps is there once", () => {
    const series = new LoadedSeries(dataOf({ from: 10, count: 3, indicators: [rsi, macd] }));
    expect(series.prepend(dataOf({ from: 6, count: 5, indicators: [rsi, macd] }))).toBe(4);
    expect(numbersOf(series)).toEqual([6, 7, 8, 9, 10, 11, 12]);
    for (const { outputs } of series.indicators) {
      for (const { values } of outputs) expect(values).toEqual([6, 7, 8, 9, 10, 11, 12]);
    }
    expect(series.hasOlder).toBe(true);
    series.prepend(dataOf({ from: 0, count: 6, indicators: [rsi, macd] }));
    expect([series.length, series.hasOlder]).toEqual([13, false]);
  });

  it("of an indicator that they do not bring are gaps", () => {
    const series = new LoadedSeries(dataOf({ from: 2, count: 2, indicators: [rsi] }));
    series.prepend(dataOf({ from: 0, count: 2 }));
    expect(series.indicators[0]?.outputs[0]?.values).toEqual([null, null, 2, 3]);
  });

  it("that are none change nothing but whether there are more", () => {
    const series = new LoadedSeries(dataOf({ from: 2 }));
    expect(series.prepend(dataOf({ from: 0, count: 0, more: { has_older: false } }))).toBe(0);
    expect([series.length, series.hasOlder]).toEqual([5, false]);
  });

  it("bring on-balance volume to where it meets", () => {
    const data = dataOf({ from: 3, count: 2, indicators: [obv] });
    const older = dataOf({ from: 0, count: 3, indicators: [obv] });
    // As the program writes it: from 0 wherever reading begins.
    (data.indicators[0]?.outputs[0]?.values as number[]).splice(0, 2, 0, 4);
    (older.indicators[0]?.outputs[0]?.values as number[]).splice(0, 3, 0, 1, 3);
    const series = new LoadedSeries(data);
    series.prepend(older);
    expect(series.indicators[0]?.outputs[0]?.values).toEqual([-6, -5, -3, 0, 4]);
  });
});

describe("what the socket tells", () => {
  it("changes the last candle, and adds the next one", () => {
    const series = new LoadedSeries(dataOf({ indicators: [rsi] }));
    expect(series.apply(rowOf(4, 9), false, { "rsi(14)": [61.5] })).toEqual({ at: 4, kind: "changed" });
    expect([series.candles.close[4], series.indicators[0]?.outputs[0]?.values[4]]).toEqual([9, 61.5]);
    expect(series.apply(rowOf(5), true, { "rsi(14)": [62] })).toEqual({ at: 5, kind: "added" });
    expect([series.length, series.isForming]).toEqual([6, false]);
  });

  it("leaves the value of an indicator that it does not tell as it is, and a gap in a new candle", () => {
    const series = new LoadedSeries(dataOf({ indicators: [rsi] }));
    series.apply(rowOf(4), false, {});
    series.apply(rowOf(5), false, {});
    expect(series.indicators[0]?.outputs[0]?.values.slice(-2)).toEqual([4, null]);
  });

  it("is the last word about the one before, when it comes late", () => {
    const series = new LoadedSeries(dataOf());
    expect(series.apply(rowOf(3, 7), true, {})).toEqual({ at: 3, kind: "changed" });
    expect(series.isForming).toBe(true);
  });

  it("about a candle that is not loaded is left out; one too far ahead means that something was missed", () => {
    const series = new LoadedSeries(dataOf({ from: 5 }));
    expect(series.apply(rowOf(2), true, {})).toBe("ignored");
    expect(series.apply(rowOf(11), false, {})).toBe("stale");
    expect(series.length).toBe(5);
  });

  it("of a month counts as the next one, however long the month was", () => {
    const month = (n: number) => Date.UTC(2026, n, 1);
    const data = dataOf({ count: 2, more: { interval: "1M" } });
    data.candles.time = [month(0), month(1)];
    const series = new LoadedSeries(data);
    const [, ...row] = rowOf(2);
    expect(series.apply([month(2), ...row], false, {})).toEqual({ at: 2, kind: "added" });
    expect(series.apply([month(4), ...row], false, {})).toBe("stale");
  });

  it("goes on with on-balance volume from where it stands here", () => {
    const series = new LoadedSeries(dataOf({ indicators: [obv] }));
    series.apply(rowOf(5), false, { "obv()": [1_000_000] });
    expect(series.indicators[0]?.outputs[0]?.values.at(-1)).toBe(4 + 5);
  });
});

it("an end that is read once more takes the place of what was there, and of what was missing", () => {
  const series = new LoadedSeries(dataOf({ indicators: [rsi] }));
  expect(series.replaceEnd(dataOf({ from: 3, count: 6, indicators: [rsi], more: { is_forming: false } }))).toBe(3);
  expect(numbersOf(series)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(series.indicators[0]?.outputs[0]?.values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(series.isForming).toBe(false);
});

it("20,000 candles are joined without a call that takes them all as arguments", () => {
  const series = new LoadedSeries(dataOf({ from: 200_000, count: 10 }));
  series.prepend(dataOf({ from: 0, count: 200_000 }));
  expect(series.length).toBe(200_010);
});

it.each([
  [-1, -1],
  [0, 0],
  [0.5, 0],
  [4, 4],
  [99, 4],
])("the candle at or before %d is number %d", (time, expected) => {
  expect(new LoadedSeries(dataOf()).indexBefore(start + time * hour)).toBe(expected);
});

it.each([
  [[43050.41, 43000], 2],
  [[1, 2], 0],
  [[1e-7, 0.5], 7],
  [[0.123456789012], 8],
  [[], 0],
])("prices %j have %d digits", (prices, digits) => {
  expect(digitsOf(prices)).toBe(digits);
});
