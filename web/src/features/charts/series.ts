/**
 * What is loaded of a chart, as columns: read in pieces, joined at their ends, and grown by what the socket tells. No React and no
 * drawing here; whoever draws is told what has changed.
 */
import type { CandleRow } from "@/features/stream/frames";
import type { ChartData, IndicatorData } from "@/api/types";
import { longestOf } from "./intervals";

export interface Output {
  name: string;
  values: (number | null)[];
}

export interface LoadedIndicator extends Omit<IndicatorData, "outputs"> {
  outputs: Output[];
}

export const columns = ["time", "open", "high", "low", "close", "volume", "quote_volume"] as const;
type Candles = ChartData["candles"];

/** `stale`: something between was missed; what is shown has to be read again. */
export type Change = { at: number; kind: "added" | "changed" } | "ignored" | "stale";

export class LoadedSeries {
  readonly candles: Candles;
  readonly indicators: LoadedIndicator[];
  hasOlder: boolean;
  isForming: boolean;
  /** What the last reading covered and what its numbers are called by: of the latest piece. */
  readonly read: Pick<ChartData, "market" | "symbol" | "interval" | "from" | "to" | "hash">;

  constructor(data: ChartData) {
    const { candles, indicators, has_older, is_forming, market, symbol, interval, from, to, hash } = data;
    this.candles = candles;
    this.indicators = indicators.map((each) => ({ ...each, outputs: each.outputs.map((output) => ({ ...output })) }));
    this.hasOlder = has_older;
    this.isForming = is_forming;
    this.read = { market, symbol, interval, from, to, hash };
  }

  get length(): number {
    return this.candles.time.length;
  }
  get first(): number | null {
    return this.candles.time[0] ?? null;
  }
  get last(): number | null {
    return this.candles.time.at(-1) ?? null;
  }

  /** Where the candle of that time stands; -1: there is none. */
  indexOf(time: number): number {
    const at = this.indexBefore(time);
    return this.candles.time[at] === time ? at : -1;
  }

  /** The last candle that begins then or earlier; -1: all begin later. */
  indexBefore(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.candles.time[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Older candles come before; gives how many. What overlaps is kept as it is here. */
  prepend(older: ChartData): number {
    const end =
      this.first === null
        ? older.candles.time.length
        : older.candles.time.findIndex((t) => t >= (this.first as number));
    const count = end < 0 ? older.candles.time.length : end;
    this.hasOlder = older.has_older;
    if (count === 0) return 0;
    for (const name of columns) putBefore(this.candles[name], older.candles[name].slice(0, count));
    for (const indicator of this.indicators) {
      const same = older.indicators.find(({ text }) => text === indicator.text);
      indicator.outputs.forEach((output, place) => {
        const values = same?.outputs[place]?.values.slice(0, count) ?? Array.from<null>({ length: count }).fill(null);
        putBefore(output.values, values);
      });
      // Its height is arbitrary and begins with 0 wherever reading began: what is older goes down to where it meets.
      if (indicator.kind === "obv") this.levelObv(indicator, count);
    }
    return count;
  }

  /** What the socket tells about one candle. */
  apply(
    [time, open, high, low, close, volume, quote]: CandleRow,
    isFinal: boolean,
    values: Record<string, (number | null)[]>,
  ): Change {
    const last = this.last;
    if (last === null) return "stale";
    if (time > last) {
      // One that was not told is missing between them.
      if (time - last > longestOf(this.read.interval)) return "stale";
    }
    const found = time > last ? this.length : this.indexOf(time);
    if (found < 0) return "ignored";
    const kind = found === this.length ? "added" : "changed";
    const row = { time, open, high, low, close, volume, quote_volume: quote };
    for (const name of columns) this.candles[name][found] = row[name];
    if (found === this.length - 1) this.isForming = !isFinal;
    for (const indicator of this.indicators) {
      const told = values[indicator.text];
      indicator.outputs.forEach((output, place) => {
        if (told && place < told.length) output.values[found] = told[place] ?? null;
        else if (kind === "added") output.values[found] = null;
      });
      if (indicator.kind === "obv") this.followObv(indicator, found);
    }
    return { at: found, kind };
  }

  /** The end was read once more, or what was missed: it takes the place of what is here from there on. Gives from where. */
  replaceEnd(tail: ChartData): number {
    const start = tail.candles.time[0];
    this.isForming = tail.is_forming;
    this.read.to = tail.to;
    if (start === undefined) return this.length;
    const at = this.indexBefore(start - 1) + 1;
    for (const name of columns) {
      this.candles[name].length = at;
      append(this.candles[name], tail.candles[name]);
    }
    for (const indicator of this.indicators) {
      const same = tail.indicators.find(({ text }) => text === indicator.text);
      indicator.outputs.forEach((output, place) => {
        output.values.length = at;
        append(output.values, same?.outputs[place]?.values ?? tail.candles.time.map(() => null));
      });
      if (indicator.kind === "obv") this.raiseObv(indicator, at);
    }
    return at;
  }

  private levelObv({ outputs }: LoadedIndicator, count: number): void {
    const values = outputs[0]?.values;
    const after = values?.[count];
    const before = values?.[count - 1];
    if (!values || typeof after !== "number" || typeof before !== "number") return;
    const shift = after - this.volumeStep(count) - before;
    for (let at = 0; at < count; at += 1) {
      const value = values[at];
      if (typeof value === "number") values[at] = value + shift;
    }
  }

  private raiseObv({ outputs }: LoadedIndicator, from: number): void {
    const values = outputs[0]?.values;
    const before = values?.[from - 1];
    const begins = values?.[from];
    if (!values || typeof before !== "number" || typeof begins !== "number") return;
    const shift = before + this.volumeStep(from) - begins;
    for (let at = from; at < values.length; at += 1) {
      const value = values[at];
      if (typeof value === "number") values[at] = value + shift;
    }
  }

  private followObv({ outputs }: LoadedIndicator, at: number): void {
    const values = outputs[0]?.values;
    const before = values?.[at - 1];
    if (values && typeof before === "number") values[at] = before + this.volumeStep(at);
  }

  /** What on-balance volume adds for a candle: its volume, with the sign of the way the price went. */
  private volumeStep(at: number): number {
    const { close, volume } = this.candles;
    return Math.sign((close[at] as number) - (close[at - 1] as number)) * (volume[at] as number);
  }
}

function putBefore<Value>(to: Value[], older: readonly Value[]): void {
  const rest = to.slice();
  to.length = 0;
  append(to, older);
  append(to, rest);
}

/** Not by spreading: there may be more than a call takes. */
function append<Value>(to: Value[], more: readonly Value[]): void {
  for (const value of more) to.push(value);
}

/** Digits behind the point that the prices have, up to eight: what the exchange writes. */
export function digitsOf(prices: readonly number[]): number {
  let most = 0;
  for (const price of prices.slice(-200)) {
    const text = price.toString();
    const [mantissa = "", exponent = "0"] = text.split("e");
    const behind = (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
    if (behind > most) most = behind;
  }
  return Math.min(8, Math.max(0, most));
}
