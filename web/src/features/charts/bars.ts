/** From columns to what the drawing library takes. Its times are seconds. */
import type { CandlestickData, HistogramData, LineData, Time, UTCTimestamp, WhitespaceData } from "lightweight-charts";
import type { LoadedSeries } from "./series";

export const secondsOf = (milliseconds: number): UTCTimestamp => Math.floor(milliseconds / 1000) as UTCTimestamp;
export const millisecondsOf = (time: Time): number => (time as number) * 1000;

type Candles = LoadedSeries["candles"];

export function candleAt({ time, open, high, low, close }: Candles, at: number): CandlestickData {
  return {
    time: secondsOf(time[at] as number),
    open: open[at] as number,
    high: high[at] as number,
    low: low[at] as number,
    close: close[at] as number,
  };
}

export function isRise({ open, close }: Candles, at: number): boolean {
  return (close[at] as number) >= (open[at] as number);
}

export function volumeAt(candles: Candles, at: number, rise: string, fall: string): HistogramData {
  return {
    time: secondsOf(candles.time[at] as number),
    value: candles.volume[at] as number,
    color: isRise(candles, at) ? rise : fall,
  };
}

/** Where an indicator is not warm yet there is a gap. */
export function pointAt({ time }: Candles, values: readonly (number | null)[], at: number): LineData | WhitespaceData {
  const value = values[at];
  const seconds = secondsOf(time[at] as number);
  return typeof value === "number" ? { time: seconds, value } : { time: seconds };
}

/** A column that goes up from zero and down from it. */
export function columnAt(
  candles: Candles,
  values: readonly (number | null)[],
  at: number,
  rise: string,
  fall: string,
): HistogramData | WhitespaceData {
  const point = pointAt(candles, values, at);
  return "value" in point ? { ...point, color: point.value >= 0 ? rise : fall } : point;
}

export function every<Item>(candles: Candles, make: (at: number) => Item): Item[] {
  return Array.from(candles.time, (_, at) => make(at));
}
