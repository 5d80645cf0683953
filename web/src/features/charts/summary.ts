/** The chart in sentences, for those who do not see it: what is there, neutrally; no advice. */
import type { TFunction } from "i18next";
import type { IndicatorKind } from "@/api/types";
import type { ChartFormat } from "./format";
import { nameOf } from "./names";
import type { LoadedIndicator, LoadedSeries } from "./series";

export type Meaning =
  | "above"
  | "below"
  | "at"
  | "high"
  | "low"
  | "between"
  | "aboveBand"
  | "belowBand"
  | "inBand"
  | "positive"
  | "negative"
  | "rising"
  | "falling"
  | "range"
  | "none";

/** What the last value of an indicator says beside the last price; `none`: it is not warm yet. */
export function meaningOf(indicator: LoadedIndicator, series: LoadedSeries, at: number): Meaning {
  const close = series.candles.close[at] as number;
  const values = indicator.outputs.map(({ values }) => values[at]);
  const [first, second, third] = values;
  if (typeof first !== "number") return "none";
  const side = (value: number, level: number): Meaning => (value > level ? "above" : value < level ? "below" : "at");
  const zone = (value: number, low: number, high: number): Meaning =>
    value > high ? "high" : value < low ? "low" : "between";
  const by: Record<IndicatorKind, () => Meaning> = {
    sma: () => side(close, first),
    ema: () => side(close, first),
    wma: () => side(close, first),
    vwap: () => side(close, first),
    bollinger: () =>
      close > first ? "aboveBand" : typeof third === "number" && close < third ? "belowBand" : "inBand",
    rsi: () => zone(first, 30, 70),
    stochastic: () => zone(first, 20, 80),
    macd: () => (typeof second === "number" && first < second ? "negative" : "positive"),
    atr: () => "range",
    obv: () => {
      const before = indicator.outputs[0]?.values[Math.max(0, at - 20)];
      return typeof before === "number" && first < before ? "falling" : "rising";
    },
    volume_average: () => side(series.candles.volume[at] as number, first),
  };
  return by[indicator.kind]();
}

/** Which sentence tells it: averages of the price and of the volume are compared with other things. */
export function sentenceOf(kind: IndicatorKind, meaning: Meaning): `${string}.${Meaning}` {
  if (meaning === "none") return "any.none";
  if (kind === "volume_average") return `volume.${meaning}`;
  if (kind === "sma" || kind === "ema" || kind === "wma" || kind === "vwap") return `average.${meaning}`;
  return `${kind}.${meaning}`;
}

/** From the first to the last candle that is shown. */
export function summaryOf(
  series: LoadedSeries,
  shown: { from: number; to: number } | null,
  title: string,
  format: ChartFormat,
  t: TFunction<"charts">,
): string[] {
  const { candles, indicators, length } = series;
  if (length === 0) return [t("summary.empty")];
  const last = length - 1;
  const from = Math.min(last, Math.max(0, Math.ceil(shown?.from ?? 0)));
  const to = Math.min(last, Math.max(from, Math.floor(shown?.to ?? last)));
  let high = from;
  let low = from;
  for (let at = from; at <= to; at += 1) {
    if ((candles.high[at] as number) > (candles.high[high] as number)) high = at;
    if ((candles.low[at] as number) < (candles.low[low] as number)) low = at;
  }
  const begin = candles.open[from] as number;
  const end = candles.close[to] as number;
  const sentences = [
    t("summary.range", {
      title,
      count: to - from + 1,
      from: format.time(candles.time[from] as number),
      to: format.time(candles.time[to] as number),
    }),
    t("summary.last", { price: format.price(end), change: begin === 0 ? "" : format.change((end - begin) / begin) }),
    t("summary.extremes", {
      high: format.price(candles.high[high] as number),
      highTime: format.time(candles.time[high] as number),
      low: format.price(candles.low[low] as number),
      lowTime: format.time(candles.time[low] as number),
    }),
  ];
  for (const indicator of indicators) {
    const meaning = meaningOf(indicator, series, to);
    const values = indicator.outputs.map(({ values }) => values[to]);
    sentences.push(
      t(`summary.says.${sentenceOf(indicator.kind, meaning)}` as "summary.says.any.none", {
        name: nameOf(indicator, t),
        value: values
          .map((value) => (typeof value === "number" ? format.value(indicator.kind, value) : "–"))
          .join(" / "),
        share: typeof values[0] === "number" && end !== 0 ? format.change(values[0] / end).replace("+", "") : "",
      }),
    );
  }
  return sentences;
}
