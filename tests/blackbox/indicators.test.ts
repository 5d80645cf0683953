/** Every indicator against a second, independent implementation. */
import { describe, expect, test } from "vitest";
import { type Candle, hostileWalk, recorded, walk } from "./support/candles";
import { indicatorValues } from "./support/indicatorValues";
import { kindNames, referenceRows } from "./support/referenceIndicators";

const texts = [
  "sma(20)", "sma(1)", "sma(100)", "ema(20)", "ema(1)", "ema(300)", "wma(20)", "wma(1)", "wma(100)", "rsi(14)", "rsi(2)", "rsi(50)",
  "macd(12,26,9)", "macd(1,2,1)", "macd(50,200,30)", "bollinger(20,2)", "bollinger(2,0.1)", "bollinger(50,2.5)", "atr(14)", "atr(1)",
  "atr(50)", "stochastic(14,3,3)", "stochastic(1,1,1)", "stochastic(50,5,10)", "vwap(1)", "vwap(7)", "vwap(0)", "obv()",
  "volume_average(20)", "volume_average(100)",
];

/** The relative difference that is allowed, and, where numbers of another size were subtracted, that of those numbers. */
const allowed = 1e-9;
const allowedOfParts = 1e-13;

async function expectSame(candles: Candle[]): Promise<void> {
  const told = await indicatorValues(texts, candles);
  expect(told.map(({ text }) => text)).toEqual(texts);
  const differences: string[] = [];
  for (const { text, outputs } of told) {
    const rows = referenceRows(text, candles);
    for (const [column, { name, values }] of outputs.entries()) {
      expect(values.length, text).toBe(candles.length);
      for (const [index, value] of values.entries()) {
        const wanted = rows[index]![column]!;
        if (wanted === null && value === null) continue;
        const isSame =
          wanted !== null && value !== null &&
          Math.abs(value - wanted.value) <= Math.max(allowed * Math.abs(wanted.value), allowedOfParts * (wanted.of ?? 0));
        if (!isSame) differences.push(`${text} ${name} of candle ${index}: ${value}, not ${wanted?.value ?? null}`);
      }
    }
  }
  expect(differences.length, differences.slice(0, 20).join("\n")).toBe(0);
}

describe("indicators equal those of another library", () => {
  test("all kinds are compared", () => {
    expect(new Set(texts.map((text) => text.replace(/\(.*/, "")))).toEqual(new Set(kindNames));
  });

  test("over 20,000 candles of chance", async () => {
    await expectSame(walk(20_000, 1));
  });

  test("over 20,000 candles of a coin that costs almost nothing", async () => {
    await expectSame(walk(20_000, 2, { from: 0.00001234, digits: 10 }));
  });

  test("over 20,000 candles with jumps, standstills, tiny and huge prices", async () => {
    await expectSame(hostileWalk(20_000, 3));
  });

  test("over a market that never moved", async () => {
    const [first] = walk(1, 4);
    const price = 0.1;
    await expectSame(
      Array.from({ length: 500 }, (_, i) => ({ time: first!.time + i * 60_000, open: price, high: price, low: price, close: price, volume: 3 })),
    );
  });

  test.each([
    "spot-candles-1h-synthetic", "spot-candles-1min", "spot-history-candles", "spot-candles-doc-duplicate-ts", "spot-candles-empty",
    "recorded-spot-candle", "recorded-mix-candle-usdt", "recorded-mix-candle-coin", "mix-candles", "uta-candles",
  ])("over the candles of %s", async (name) => {
    await expectSame(recorded(name));
  });
});
