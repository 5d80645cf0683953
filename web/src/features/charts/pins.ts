/** Which numbers a message is about: those that are seen, named by the hash that the program gives for just them. */
import type { Chart, ChartPin } from "@/api/types";
import { chartService } from "./chartService";
import { textOf } from "./indicators";
import type { Span } from "./keys";
import type { LoadedSeries } from "./series";

export async function pinOf(chart: Chart, series: LoadedSeries | null, seen: Span | null): Promise<ChartPin | null> {
  const first = series?.first;
  const last = series?.last;
  if (first === null || first === undefined || last === null || last === undefined) return null;
  const from = Math.min(last, Math.max(first, seen?.from ?? first));
  const to = Math.max(from, Math.min(last, seen?.to ?? last)) + 1;
  const { market, symbol, interval } = chart;
  const indicators = chart.indicators.map(textOf);
  const data = await chartService.candles({ market, symbol, interval, indicators, from, to, limit: 20_000 });
  return {
    market,
    symbol,
    interval,
    from: data.from,
    // The candle that still grows is not part of what was said.
    to: Math.min(data.to, data.finished_to),
    indicators: data.indicators.map(({ text }) => text),
    hash: data.hash,
  };
}
