/**
 * What is watched over the socket: a series once, however many charts show it, with the indicators of all of them; said again after
 * every new connection, and when the program could not take it at once.
 */
import type { CandleFrame, Frame, MarketStatusFrame } from "@/features/stream/frames";

export interface Series {
  market: string;
  symbol: string;
  interval: string;
}

export interface WatchListener {
  candle(frame: CandleFrame): void;
  status(state: MarketStatusFrame["state"]): void;
  /** The program listens, for the first time or again. What happened before was not told. */
  watched(): void;
}

export interface WatchPorts {
  tell(frame: object): void;
  later(milliseconds: number, act: () => void): () => void;
}

interface Watch extends Series {
  listeners: Map<number, { indicators: readonly string[]; listener: WatchListener }>;
  /** As it was told last. */
  told: readonly string[];
  /** The last word about it, for whoever comes later. */
  state: MarketStatusFrame["state"] | null;
  callOff: (() => void) | null;
}

const mostIndicators = 10;
/** Milliseconds before it is asked again, where the program does not say. */
const again = 5_000;
const askedAs = "watch ";

/** Answers after which asking again gives the same. */
const final: ReadonlySet<string> = new Set(["invalid-input", "not-found", "malformed"]);

export class Watches {
  private readonly watches = new Map<string, Watch>();
  private count = 0;

  constructor(private readonly ports: WatchPorts) {}

  /** Watches until what is returned is called. */
  watch(series: Series, indicators: readonly string[], listener: WatchListener): () => void {
    const key = keyOf(series);
    const found = this.watches.get(key);
    const { market, symbol, interval } = series;
    const watch: Watch = found ?? {
      market,
      symbol,
      interval,
      listeners: new Map(),
      told: [],
      state: null,
      callOff: null,
    };
    this.watches.set(key, watch);
    this.count += 1;
    const id = this.count;
    watch.listeners.set(id, { indicators, listener });
    if (!found || this.wanted(watch).some((text) => !watch.told.includes(text))) this.say(watch);
    // Nobody says again what was said before.
    else if (watch.state) listener.status(watch.state);
    return () => this.leave(key, id);
  }

  hear(frame: Frame): void {
    switch (frame.type) {
      case "connected":
        for (const watch of this.watches.values()) this.say(watch);
        break;
      case "watched":
        this.to(frame, (listener) => listener.watched());
        break;
      case "candle":
        this.to(frame, (listener) => listener.candle(frame));
        break;
      case "market_status": {
        const watch = this.watches.get(keyOf(frame));
        if (watch && frame.state !== "gap_filled") watch.state = frame.state;
        this.to(frame, (listener) => listener.status(frame.state));
        break;
      }
      case "refused":
        this.refused(frame);
        break;
      default:
        break;
    }
  }

  /** Everything belongs to somebody else now. */
  discard(): void {
    for (const watch of this.watches.values()) watch.callOff?.();
    this.watches.clear();
  }

  private refused({ request_id, code, retry_after }: Frame & { type: "refused" }): void {
    if (!request_id?.startsWith(askedAs)) return;
    const watch = this.watches.get(request_id.slice(askedAs.length));
    if (!watch) return;
    if (final.has(code)) {
      watch.state = "refused";
      this.to(watch, (listener) => listener.status("refused"));
      return;
    }
    watch.callOff ??= this.ports.later(retry_after === null ? again : Math.max(1, retry_after) * 1000, () => {
      watch.callOff = null;
      if (this.watches.get(keyOf(watch)) === watch) this.say(watch);
    });
  }

  private leave(key: string, id: number): void {
    const watch = this.watches.get(key);
    if (!watch?.listeners.delete(id) || watch.listeners.size > 0) return;
    this.watches.delete(key);
    watch.callOff?.();
    const { market, symbol, interval } = watch;
    this.ports.tell({ type: "unwatch", market, symbol, interval });
  }

  private say(watch: Watch): void {
    const { market, symbol, interval } = watch;
    watch.told = this.wanted(watch);
    const request_id = `${askedAs}${keyOf(watch)}`;
    this.ports.tell({ type: "watch", request_id, market, symbol, interval, indicators: watch.told });
  }

  private wanted(watch: Watch): string[] {
    return [...new Set([...watch.listeners.values()].flatMap(({ indicators }) => indicators))].slice(0, mostIndicators);
  }

  private to(series: Series, act: (listener: WatchListener) => void): void {
    const watch = this.watches.get(keyOf(series));
    if (watch) for (const { listener } of [...watch.listeners.values()]) act(listener);
  }
}

export function keyOf({ market, symbol, interval }: Series): string {
  return `${market}/${symbol}/${interval}`;
}
