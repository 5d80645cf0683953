/** What stands beside the crosshair, as text. */
import type { ChartFormat } from "./format";
import type { LoadedSeries } from "./series";

export interface LegendTexts {
  time: string;
  /** It is the last candle, and not finished: its numbers, and those of the indicators, may still change. */
  growing: boolean;
  open: string;
  high: string;
  low: string;
  close: string;
  change: string;
  /** Whether the candle rose: its colour; the sign says the same. */
  rose: boolean;
  volume: string;
  /** By indicator, in their order. */
  indicators: string[];
}

export const noValue = "–";

export function legendAt(series: LoadedSeries, at: number, format: ChartFormat): LegendTexts | null {
  const { candles, indicators } = series;
  const time = candles.time[at];
  if (time === undefined) return null;
  const [open, high, low, close] = [candles.open[at], candles.high[at], candles.low[at], candles.close[at]].map(Number);
  const before = at > 0 ? (candles.close[at - 1] as number) : (open as number);
  return {
    time: format.time(time),
    growing: series.isForming && at === series.length - 1,
    open: format.price(open as number),
    high: format.price(high as number),
    low: format.price(low as number),
    close: format.price(close as number),
    change: before === 0 ? noValue : format.change(((close as number) - before) / before),
    rose: (close as number) >= (open as number),
    volume: format.amount(candles.volume[at] as number),
    indicators: indicators.map(({ kind, outputs }) =>
      outputs
        .map(({ values }) => {
          const value = values[at];
          return typeof value === "number" ? format.value(kind, value) : noValue;
        })
        .join(" / "),
    ),
  };
}
