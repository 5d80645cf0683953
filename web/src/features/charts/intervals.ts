/** The intervals of the contract, and how long a candle of each lasts. */
import type { Interval } from "@/api/types";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds; of a month the longest. */
const lengths: Readonly<Record<Interval, number>> = {
  "1m": minute,
  "3m": 3 * minute,
  "5m": 5 * minute,
  "15m": 15 * minute,
  "30m": 30 * minute,
  "1H": hour,
  "2H": 2 * hour,
  "4H": 4 * hour,
  "6H": 6 * hour,
  "12H": 12 * hour,
  "1D": day,
  "3D": 3 * day,
  "1W": 7 * day,
  "1M": 31 * day,
};

export const allIntervals = Object.keys(lengths) as Interval[];

/** Those of a market, as long as nobody has told them. */
export function usualIntervals(market: string): Interval[] {
  return market === "spot" ? allIntervals.filter((interval) => interval !== "2H") : allIntervals;
}

export function longestOf(interval: Interval): number {
  return lengths[interval];
}

/** Candles of a day or longer are named by their date alone. */
export function isDaily(interval: Interval): boolean {
  return lengths[interval] >= day;
}

/** So many days that a chart opened in this interval shows enough and not too much. */
export function usualDays(interval: Interval): number {
  return Math.min(3650, Math.max(1, Math.round((lengths[interval] * 720) / day)));
}
