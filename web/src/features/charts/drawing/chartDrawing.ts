/**
 * The chart on its canvas: lightweight-charts, told what to draw. Everything that moves with the pointer or the market goes through
 * here and never through React. What is seen and where the crosshair stands is told to whoever listens.
 */
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type LineWidth,
  type SeriesType,
  TickMarkType,
} from "lightweight-charts";
import type { IndicatorKind, Interval } from "@/api/types";
import { candleAt, columnAt, every, millisecondsOf, pointAt, secondsOf, volumeAt } from "../bars";
import { type ChartFormat, tickFormat } from "../format";
import { indicators as facts } from "../indicators";
import { reaching, type Span, zoomed } from "../keys";
import type { LoadedIndicator, LoadedSeries } from "../series";
import { digitsOf } from "../series";
import { outputColors, type Palette } from "./palette";
import { createTimeChart } from "./timeMarks";

export interface DrawingLook {
  palette: Palette;
  locale: string;
  timeZone: string | undefined;
  format: ChartFormat;
  interval: Interval;
}

export interface DrawingListener {
  /** By the pointer; null: it has left. */
  crosshair(at: number | null): void;
  seen(span: Span | null): void;
}

interface Drawn {
  series: ISeriesApi<SeriesType>;
  indicator: LoadedIndicator;
  output: number;
  isColumn: boolean;
  /** A helping line beside the one that counts. */
  isSecond: boolean;
}

const volumeScale = "volume";

export class ChartDrawing {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<"Candlestick">;
  private readonly volume: ISeriesApi<"Histogram">;
  private drawn: Drawn[] = [];
  private isThin = false;
  private wanted: Span | null = null;
  private series: LoadedSeries | null = null;
  private shape = "";
  private at: number | null = null;
  /** It was put there, not pointed to. */
  private isPut = false;
  private isPutting = false;

  constructor(
    place: HTMLElement,
    private look: DrawingLook,
    private readonly listener: DrawingListener,
  ) {
    this.chart = createTimeChart(place, {
      autoSize: true,
      // Its link is on the page about the program: the logo would bring a style element, which the policy forbids.
      layout: { attributionLogo: false, fontSize: 12, panes: { enableResize: true } },
      crosshair: { mode: CrosshairMode.Normal },
      // Nothing is chosen by its line, and to look for the one below the pointer costs a part of each frame.
      hoveredSeriesOnTop: false,
      // Where candles are narrower than a pixel, as many are drawn as one as make one or two.
      timeScale: {
        rightOffset: 4,
        minBarSpacing: 0.02,
        enableConflation: true,
        conflationThresholdFactor: 2,
        timeVisible: true,
      },
      rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.24 }, entireTextOnly: true },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, { priceLineVisible: true });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: volumeScale,
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.applyLook();
    this.chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
      const { series } = this;
      // Whatever moves under it, the library puts the crosshair back to the pixel it had. Where it was put by keys it
      // stays on its candle.
      if (sourceEvent) this.isPut = false;
      if (this.isPut) return this.putBack(logical);
      const isAway = !series || series.length === 0 || logical === undefined || !point;
      const at = isAway ? null : Math.min(series.length - 1, Math.max(0, Math.round(logical)));
      // Told once for each candle, not for each pixel of it.
      if (at === this.at) return;
      this.at = at;
      this.listener.crosshair(at);
    });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((span) => {
      this.setStrokes();
      this.listener.seen(span);
    });
  }

  destroy(): void {
    this.chart.remove();
  }

  setLook(look: DrawingLook): void {
    const recolor = look.palette !== this.look.palette;
    this.look = look;
    this.applyLook();
    if (recolor && this.series) {
      this.shape = "";
      this.show(this.series, "stay");
    }
  }

  /** `stay`: what is seen stays where it is. */
  show(series: LoadedSeries, how: "stay" | "end"): void {
    const seen = how === "stay" && this.series ? this.seenTimes() : null;
    const { at } = this;
    const pointed = at === null ? undefined : this.series?.candles.time[at];
    this.at = null;
    this.series = series;
    const digits = digitsOf(series.candles.close);
    this.candles.applyOptions({ priceFormat: this.written(digits, (format, value) => format.price(value)) });
    this.unmerged(() => {
      this.setBars(series);
      this.showIndicators(series, digits);
    });
    if (seen) this.see(seen);
    else this.showEnd();
    if (at !== null) this.setCrosshair(pointed === undefined ? null : Math.max(0, series.indexBefore(pointed)));
  }

  /** Older candles are there: what is seen does not move. */
  prepended(series: LoadedSeries, count: number): void {
    const { seen, at } = this;
    this.at = null;
    this.unmerged(() => {
      this.setBars(series);
      for (const each of this.drawn) this.setAll(each, series);
    });
    if (seen) this.setSeen({ from: seen.from + count, to: seen.to + count });
    if (at !== null) this.setCrosshair(at + count);
  }

  /** One candle has changed, or was added. */
  update(series: LoadedSeries, at: number): void {
    const old = at < series.length - 1;
    if (old && this.isMerged) return this.prepended(series, 0);
    this.candles.update(candleAt(series.candles, at), old);
    this.volume.update(this.volumeBar(series, at), old);
    for (const { series: line, indicator, output, isColumn } of this.drawn) {
      const values = indicator.outputs[output]?.values ?? [];
      const { riseFaint, fallFaint } = this.look.palette;
      line.update(
        isColumn ? columnAt(series.candles, values, at, riseFaint, fallFaint) : pointAt(series.candles, values, at),
        old,
      );
    }
  }

  /** The crosshair goes with what it stood on. */
  private setBars(series: LoadedSeries): void {
    this.chart.clearCrosshairPosition();
    for (const each of this.drawn) each.series.setData([]);
    this.volume.setData([]);
    this.candles.setData([]);
    this.candles.setData(every(series.candles, (at) => candleAt(series.candles, at)));
    this.volume.setData(every(series.candles, (at) => this.volumeBar(series, at)));
  }

  /** Several candles share a pixel, and the library draws them as one. Then it takes no change of an old one. */
  private get isMerged(): boolean {
    return this.chart.timeScale().options().barSpacing * devicePixelRatio <= 1;
  }

  private setStrokes(): void {
    if (this.isThin === this.isMerged) return;
    this.isThin = this.isMerged;
    for (const { series, isColumn, isSecond } of this.drawn)
      if (!isColumn) series.applyOptions(stroke(this.isThin, isSecond));
  }

  /**
   * The first series that is told of other candles moves the places of all, and before it is told of the next the library looks
   * for what it had merged at places which are gone: it throws, and half of them are never told. So nothing is merged meanwhile.
   */
  private unmerged(act: () => void): void {
    const scale = this.chart.timeScale();
    scale.applyOptions({ enableConflation: false });
    try {
      act();
    } finally {
      scale.applyOptions({ enableConflation: true });
    }
  }

  private putBack(logical: number | undefined): void {
    if (this.isPutting || this.at === null || logical === this.at) return;
    this.setCrosshair(this.at);
  }

  setCrosshair(at: number | null): void {
    this.isPut = at !== null;
    this.isPutting = true;
    this.place(at);
    this.isPutting = false;
  }

  private place(at: number | null): void {
    const close = at === null ? undefined : this.series?.candles.close[at];
    const time = at === null ? undefined : this.series?.candles.time[at];
    this.at = at;
    if (close === undefined || time === undefined) return this.chart.clearCrosshairPosition();
    this.chart.setCrosshairPosition(close, secondsOf(time), this.candles);
  }

  get crosshair(): number | null {
    return this.at;
  }

  get seen(): Span | null {
    const span = this.chart.timeScale().getVisibleLogicalRange();
    return span ? { from: span.from, to: span.to } : null;
  }

  /** What will be seen with the next frame. */
  private get next(): Span | null {
    return this.wanted ?? this.seen;
  }

  /** The times of the first and the last candle that are seen, in milliseconds. */
  seenTimes(): Span | null {
    const { seen, series } = this;
    if (!seen || !series || series.length === 0) return null;
    const place = (at: number) => series.candles.time[Math.min(series.length - 1, Math.max(0, at))] as number;
    const step = series.length > 1 ? (series.last as number) - (series.candles.time[series.length - 2] as number) : 1;
    const from = Math.ceil(seen.from);
    const to = Math.floor(seen.to);
    // Beyond what is there the same steps go on.
    const beyond = (at: number) => Math.max(0, at - (series.length - 1)) * step + Math.min(0, at) * step;
    return { from: place(from) + beyond(from), to: place(to) + beyond(to) };
  }

  /** Shows these times, in milliseconds, as far as they are there. */
  see({ from, to }: Span): void {
    const { series } = this;
    if (!series || series.length === 0) return;
    const step = series.length > 1 ? (series.last as number) - (series.candles.time[series.length - 2] as number) : 1;
    const place = (time: number) => {
      const last = series.last as number;
      if (time > last) return series.length - 1 + (time - last) / step;
      const first = series.first as number;
      return time < first ? (time - first) / step : series.indexBefore(time);
    };
    this.setSeen({ from: place(from), to: place(to) });
  }

  setSeen(span: Span): void {
    this.chart.timeScale().setVisibleLogicalRange(span);
    // The library moves with the next frame; a key that is pressed before goes on from here.
    this.wanted = span;
    requestAnimationFrame(() => {
      if (this.wanted === span) this.wanted = null;
    });
  }

  zoom(factor: number): void {
    const { next } = this;
    if (next) this.setSeen(zoomed(next, factor, this.at));
  }

  scroll(pages: number): void {
    const { next } = this;
    if (!next) return;
    const by = (next.to - next.from) * 0.8 * pages;
    this.setSeen({ from: next.from + by, to: next.to + by });
  }

  reveal(at: number): void {
    const { next } = this;
    if (!next) return;
    const span = reaching(next, at);
    if (span.from !== next.from) this.setSeen(span);
  }

  /** As many of the latest as can be told apart. */
  showEnd(): void {
    const length = this.series?.length ?? 0;
    const width = this.chart.timeScale().width();
    const fit = Math.max(30, Math.floor((width || 800) / 6));
    this.setSeen({ from: Math.max(-2, length - fit), to: length + 3 });
  }

  showAll(): void {
    this.chart.timeScale().fitContent();
  }

  picture(): HTMLCanvasElement {
    return this.chart.takeScreenshot(true, false);
  }

  /** The axis writes numbers as the legend does, in the language of the page. */
  private written(digits: number, write: (format: ChartFormat, value: number) => string) {
    const formatter = (value: number) => write(this.look.format, value);
    return { type: "custom" as const, minMove: 10 ** -digits, formatter };
  }

  private showIndicators(series: LoadedSeries, digits: number): void {
    const shape = JSON.stringify(series.indicators.map(({ text, color }) => [text, color]));
    if (shape === this.shape) {
      for (const each of this.drawn) {
        const same = series.indicators.find(({ text }) => text === each.indicator.text);
        if (same) each.indicator = same;
        this.setAll(each, series);
      }
      return;
    }
    this.shape = shape;
    // Panes go with the last series in them.
    for (const { series: line } of this.drawn) this.chart.removeSeries(line);
    this.drawn = [];
    let pane = 1;
    series.indicators.forEach((indicator, at) => {
      const { place } = facts[indicator.kind];
      const names = indicator.outputs.map(({ name }) => name);
      const colors = outputColors(this.look.palette, at, indicator.color, names);
      indicator.outputs.forEach(({ name }, output) => {
        const isColumn = name === "histogram";
        const isSecond = name === "middle" || name === "signal" || name === "d";
        const line = this.addLine(indicator.kind, place, isColumn, {
          pane: place === "own" ? pane : 0,
          color: colors[output] ?? this.look.palette.ink,
          isSecond,
          digits,
        });
        const drawn = { series: line, indicator, output, isColumn, isSecond };
        this.drawn.push(drawn);
        this.setAll(drawn, series);
      });
      if (place === "own") pane += 1;
    });
    this.chart.panes().forEach((each, at) => each.setStretchFactor(at === 0 ? 3 : 1));
  }

  private addLine(
    kind: IndicatorKind,
    place: "price" | "volume" | "own",
    isColumn: boolean,
    {
      pane,
      color,
      isSecond,
      digits,
    }: {
      pane: number;
      color: string;
      isSecond: boolean;
      digits: number;
    },
  ): ISeriesApi<SeriesType> {
    const isPrice = place === "price" || kind === "macd" || kind === "atr";
    const format =
      kind === "obv" || place === "volume"
        ? this.written(0, (format, value) => format.amount(value))
        : isPrice
          ? this.written(digits, (format, value) => format.price(value))
          : this.written(2, (format, value) => format.value(kind, value));
    const common = {
      priceLineVisible: false,
      lastValueVisible: place === "own" && !isSecond && !isColumn,
      priceFormat: format,
      ...(place === "volume" && { priceScaleId: volumeScale }),
    };
    if (isColumn) return this.chart.addSeries(HistogramSeries, common, pane);
    return this.chart.addSeries(
      LineSeries,
      {
        ...common,
        ...stroke(this.isMerged, isSecond),
        color,
        crosshairMarkerVisible: false,
      },
      pane,
    );
  }

  private setAll({ series: line, indicator, output, isColumn }: Drawn, { candles }: LoadedSeries): void {
    const values = indicator.outputs[output]?.values ?? [];
    const { riseFaint, fallFaint } = this.look.palette;
    line.setData(
      every(candles, (at) =>
        isColumn ? columnAt(candles, values, at, riseFaint, fallFaint) : pointAt(candles, values, at),
      ),
    );
  }

  private volumeBar({ candles }: LoadedSeries, at: number) {
    return volumeAt(candles, at, this.look.palette.riseFaint, this.look.palette.fallFaint);
  }

  private applyLook(): void {
    const { palette, locale, timeZone, format, interval } = this.look;
    const tick = tickFormat(locale, timeZone, interval);
    this.chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: palette.ground },
        textColor: palette.muted,
        fontFamily: "system-ui, sans-serif",
        panes: { separatorColor: palette.line, separatorHoverColor: palette.rule },
      },
      grid: { vertLines: { color: palette.rule }, horzLines: { color: palette.rule } },
      crosshair: {
        vertLine: { color: palette.muted, labelBackgroundColor: palette.ink },
        horzLine: { color: palette.muted, labelBackgroundColor: palette.ink },
      },
      rightPriceScale: { borderColor: palette.line },
      timeScale: {
        borderColor: palette.line,
        tickMarkFormatter: (time: unknown, type: TickMarkType) =>
          tick(millisecondsOf(time as never), tickWeights[type]),
      },
      localization: { locale, timeFormatter: (time: unknown) => format.time(millisecondsOf(time as never)) },
    });
    this.candles.applyOptions({
      // Otherwise that of the last candle, which may be hollow.
      priceLineColor: palette.accent,
      // Rising candles are hollow: not told apart by colour alone.
      upColor: palette.ground,
      downColor: palette.fall,
      borderUpColor: palette.rise,
      borderDownColor: palette.fall,
      wickUpColor: palette.rise,
      wickDownColor: palette.fall,
    });
  }
}

/** Where a line goes up and down within a pixel, dashes cannot be told, and to draw them takes longer than all the rest. */
function stroke(isMerged: boolean, isSecond: boolean) {
  return {
    lineWidth: (isMerged ? 1 : 2) as LineWidth,
    lineStyle: isSecond && !isMerged ? LineStyle.Dashed : LineStyle.Solid,
  };
}

const tickWeights: Readonly<Record<TickMarkType, "year" | "month" | "day" | "time">> = {
  [TickMarkType.Year]: "year",
  [TickMarkType.Month]: "month",
  [TickMarkType.DayOfMonth]: "day",
  [TickMarkType.Time]: "time",
  [TickMarkType.TimeWithSeconds]: "time",
};
