/** For tests: candles that say by their numbers which ones they are. */
import type { ChartData, Indicator } from "@/api/types";
import { indicators as facts, textOf } from "../indicators";

export const hour = 3_600_000;
/** A full hour of 2026. */
export const start = 1_780_000_000_000 - (1_780_000_000_000 % hour);

interface Given {
  from?: number;
  count?: number;
  indicators?: Indicator[];
  more?: Partial<ChartData>;
}

/** Candle `n` opens at n, closes at n + 1, and has a volume of n. Every value of an indicator is n. */
export function dataOf({ from = 0, count = 5, indicators = [], more = {} }: Given = {}): ChartData {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  return {
    chart_id: null,
    market: "spot",
    symbol: "BTCUSDT",
    interval: "1H",
    from: start + from * hour,
    to: start + (from + count) * hour,
    finished_to: start + (from + count - 1) * hour,
    is_stale: false,
    fetched_at: "2026-06-01T00:00:00Z",
    has_older: from > 0,
    is_forming: true,
    candles: {
      time: numbers.map((n) => start + n * hour),
      open: numbers.map((n) => n),
      high: numbers.map((n) => n + 2),
      low: numbers.map((n) => n - 1),
      close: numbers.map((n) => n + 1),
      volume: numbers.map((n) => n),
      quote_volume: numbers.map((n) => n * n),
    },
    indicators: indicators.map((indicator) => ({
      ...indicator,
      text: textOf(indicator),
      outputs: facts[indicator.kind].outputs.map((name) => ({ name, values: [...numbers] })),
    })),
    hash: "0".repeat(64),
    ...more,
  };
}

export const rowOf = (n: number, close = n + 1): [number, number, number, number, number, number, number] => [
  start + n * hour,
  n,
  n + 2,
  n - 1,
  close,
  n,
  n * n,
];
