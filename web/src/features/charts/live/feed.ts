/**
 * Of one chart that is shown: reads what it shows, older candles when they are wanted, and follows what happens. Tells the drawing
 * at once, by its listener, and the page, by a store, only what people have to know: never each tick.
 */
import { createStore } from "zustand/vanilla";
import { type Failure, failureOf } from "@/api/failure";
import type { ChartData, Indicator } from "@/api/types";
import type { CandleFrame, MarketStatusFrame } from "@/features/stream/frames";
import { textOf } from "../indicators";
import type { Span } from "../keys";
import { endFrom, olderThan, pieceSize } from "../paging";
import { LoadedSeries } from "../series";
import type { Series, WatchListener } from "./watches";

export interface Range {
  from?: number;
  to?: number;
  limit?: number;
}

export interface FeedPorts {
  read(range: Range): Promise<ChartData>;
  watch(series: Series, indicators: readonly string[], listener: WatchListener): () => void;
  now(): number;
  later(milliseconds: number, act: () => void): () => void;
}

export interface Drawing {
  /** Another series, or the same read anew: `keep`: what is seen of it stays. */
  replaced(series: LoadedSeries, keep: boolean): void;
  prepended(series: LoadedSeries, count: number): void;
  candle(series: LoadedSeries, at: number): void;
}

export interface FeedState {
  phase: "loading" | "failed" | "ready";
  failure: Failure | null;
  /** Grows whenever what is loaded was replaced or got longer: whoever shows all of it looks again. */
  version: number;
  market: "unknown" | "live" | "away" | "refused";
  /** Since when nothing is heard of the market, in milliseconds. */
  awaySince: number | null;
  isStale: boolean;
  fetchedAt: string | null;
  older: "idle" | "loading" | "end" | Failure;
}

const begin: FeedState = {
  phase: "loading",
  failure: null,
  version: 0,
  market: "unknown",
  awaySince: null,
  isStale: false,
  fetchedAt: null,
  older: "idle",
};

/** Milliseconds before something is read again that is stale or could not be read. */
const again = 15_000;

export class ChartFeed {
  readonly store = createStore<FeedState>(() => begin);
  series: LoadedSeries | null = null;
  private drawing: Drawing | null = null;
  private unwatch: (() => void) | null = null;
  private callOff: (() => void) | null = null;
  /** Another number, another question: what an earlier one still answers counts no more. */
  private turn = 0;
  private readingEnd = false;
  private endWanted = false;
  private wasWatched = false;
  /** The last words about finished candles: what is read meanwhile may be older than they are. */
  private finals: CandleFrame[] = [];

  constructor(
    private readonly ports: FeedPorts,
    private of: Series,
    private indicators: readonly Indicator[],
  ) {}

  draw(drawing: Drawing): () => void {
    this.drawing = drawing;
    if (this.series) drawing.replaced(this.series, false);
    return () => {
      if (this.drawing === drawing) this.drawing = null;
    };
  }

  start(): void {
    this.follow();
    void this.load(false);
  }

  stop(): void {
    this.turn += 1;
    this.unwatch?.();
    this.unwatch = null;
    this.callOff?.();
    this.callOff = null;
  }

  /** The chart was changed. Of the same series what is seen stays. */
  change(of: Series, indicators: readonly Indicator[]): void {
    const keep = of.market === this.of.market && of.symbol === this.of.symbol && of.interval === this.of.interval;
    this.of = of;
    this.indicators = indicators;
    if (!keep) {
      this.finals = [];
      this.set({ market: "unknown", awaySince: null });
    }
    this.follow();
    void this.load(keep);
  }

  retry(): void {
    this.set({ phase: this.series ? "ready" : "loading", failure: null });
    void this.load(this.series !== null);
  }

  /** As many as suit what is seen. */
  async loadOlder(visible: Span | null): Promise<void> {
    const { series, turn } = this;
    const { older } = this.store.getState();
    if (!series || series.first === null || older === "loading" || older === "end") return;
    if (!series.hasOlder) return this.set({ older: "end" });
    this.set({ older: "loading" });
    try {
      const data = await this.ports.read(olderThan(series.first, visible));
      if (turn !== this.turn || series !== this.series) return;
      const count = series.prepend(data);
      if (count > 0) this.drawing?.prepended(series, count);
      // Nothing came although there may be something: asked again, it would be the same.
      this.set({ older: series.hasOlder && count > 0 ? "idle" : "end", version: this.version + 1 });
    } catch (error) {
      if (turn === this.turn) this.set({ older: failureOf(error) });
    }
  }

  private get version(): number {
    return this.store.getState().version;
  }

  private follow(): void {
    this.unwatch?.();
    this.wasWatched = false;
    this.unwatch = this.ports.watch(this.of, this.indicators.map(textOf), {
      candle: (frame) => this.hear(frame),
      status: (state) => this.status(state),
      watched: () => {
        // The first time what was read is new enough.
        if (this.wasWatched) void this.readEnd();
        this.wasWatched = true;
      },
    });
  }

  private async load(keep: boolean): Promise<void> {
    this.turn += 1;
    const { turn, series } = this;
    this.callOff?.();
    if (!keep) this.set({ phase: "loading", failure: null });
    // As far back as is seen already.
    const range = keep && series?.first ? { from: series.first } : { limit: pieceSize };
    try {
      const data = await this.ports.read(range);
      if (turn !== this.turn) return;
      this.take(data, keep);
      // The latest ones are drawn at once; then all that the chart shows.
      if (!keep && data.candles.time.length >= pieceSize) this.callOff = this.ports.later(0, () => void this.loadAll());
    } catch (error) {
      if (turn !== this.turn) return;
      const failure = failureOf(error);
      if (failure.kind !== "cancelled") this.set({ phase: "failed", failure });
    }
  }

  private async loadAll(): Promise<void> {
    const { turn, series } = this;
    try {
      const data = await this.ports.read({});
      // Older ones may have been asked for meanwhile: they reach further.
      if (turn !== this.turn || series !== this.series || (series && data.candles.time.length <= series.length)) return;
      this.take(data, true);
    } catch {
      // What is there is shown; older candles come when somebody looks for them.
      if (turn === this.turn && series) this.lookAgain(this.store.getState().isStale);
    }
  }

  private take(data: ChartData, keep: boolean): void {
    this.series = new LoadedSeries(data);
    this.applyFinals(this.series);
    this.set({
      phase: "ready",
      failure: null,
      isStale: data.is_stale,
      fetchedAt: data.fetched_at,
      older: data.has_older ? "idle" : "end",
      version: this.version + 1,
    });
    this.drawing?.replaced(this.series, keep);
    this.lookAgain(data.is_stale);
  }

  private lookAgain(isStale: boolean): void {
    this.callOff?.();
    this.callOff = isStale ? this.ports.later(again, () => void this.readEnd()) : null;
  }

  /** What was missed: the end is read once more. */
  private async readEnd(): Promise<void> {
    const { series, turn } = this;
    if (!series) return;
    if (this.readingEnd) {
      this.endWanted = true;
      return;
    }
    this.readingEnd = true;
    try {
      const from = endFrom(series.candles.time);
      const data = await this.ports.read(from === null ? {} : { from });
      if (turn !== this.turn || series !== this.series) return;
      if (from === null) return this.take(data, false);
      series.replaceEnd(data);
      this.applyFinals(series);
      this.set({ isStale: data.is_stale, fetchedAt: data.fetched_at, version: this.version + 1 });
      this.drawing?.replaced(series, true);
      this.lookAgain(data.is_stale);
    } catch {
      if (turn === this.turn) this.lookAgain(true);
    } finally {
      this.readingEnd = false;
      if (this.endWanted) {
        this.endWanted = false;
        void this.readEnd();
      }
    }
  }

  private applyFinals(series: LoadedSeries): void {
    for (const { candle, values } of this.finals) series.apply(candle, true, values);
  }

  private hear(frame: CandleFrame): void {
    const { candle, is_final, values } = frame;
    const { series } = this;
    if (is_final) this.finals = [...this.finals, frame].slice(-10);
    if (!series) return;
    const change = series.apply(candle, is_final, values);
    if (change === "stale") void this.readEnd();
    if (typeof change === "string") return;
    this.drawing?.candle(series, change.at);
    if (this.store.getState().market !== "live") this.set({ market: "live", awaySince: null });
    // A finished candle is worth a look; one that grows is drawn only.
    if (is_final || change.kind === "added") this.set({ version: this.version + 1, isStale: false });
  }

  private status(state: MarketStatusFrame["state"]): void {
    if (state === "gap_filled") return void this.readEnd();
    const { awaySince } = this.store.getState();
    this.set({ market: state, awaySince: state === "away" ? (awaySince ?? this.ports.now()) : null });
  }

  private set(change: Partial<FeedState>): void {
    this.store.setState(change);
  }
}
