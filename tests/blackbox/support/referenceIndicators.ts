/**
 * The indicators once more, by trading-signals, a library of the field, whose windows are summed up anew for each candle.
 * Where it defines one in another way than docs/indicators.md, its parts are put together here, and it is said how:
 *
 * - EMA: its own begins with the first price; here it is given the mean of the first n instead. So in MACD.
 * - ATR: its own takes high - low for the first candle; here the first true range is left out. Its smoothing over one
 *   candle keeps the rounding of a larger one before; here nothing is smoothed then.
 * - RSI: its own has 100 when nothing has moved at all, Kontor 50.
 * - Stochastic: its own has 0 where highest and lowest are the same, Kontor 50; and it tells %K together with %D only.
 *   So the place of the close is written out here, and smoothed by its SMA.
 * - VWAP: its own never begins anew; here there is one for each term.
 * - OBV: its own has nothing for the first candle, Kontor 0.
 */
import { BollingerBands, EMA, OBV, RSI, SMA, TR, VWAP, WMA, WSMA } from "trading-signals";
import type { Candle } from "./candles";

/** A value, and how large the numbers were that it is a difference of: no difference is more exact than they are. */
export interface Wanted {
  value: number;
  of?: number;
}
/** One for each output; null: not warm. */
export type Row = (Wanted | null)[];
type Reference = (candle: Candle) => Row;

const one = (value: number | null): Row => [value === null ? null : { value }];

class SeededEma {
  #seed: SMA;
  #ema: EMA;
  #isSeeded = false;

  constructor(period: number) {
    this.#seed = new SMA(period);
    this.#ema = new EMA(period);
  }

  add(price: number): number | null {
    if (this.#isSeeded) return this.#ema.add(price);
    const mean = this.#seed.add(price);
    if (mean === null) return null;
    this.#isSeeded = true;
    return this.#ema.add(mean);
  }
}

function average(from: { add(price: number): number | null }, of: (candle: Candle) => number = ({ close }) => close): Reference {
  return (candle) => one(from.add(of(candle)));
}

function rsi(period: number): Reference {
  const library = new RSI(period);
  const moves = new WSMA(period);
  let before: number | undefined;
  return ({ close }) => {
    const value = library.add(close);
    const moved = before === undefined ? null : moves.add(Math.abs(close - before));
    before = close;
    if (value === null) return [null];
    return [{ value: moved === 0 ? 50 : value, of: 100 }];
  };
}

function macd(fastPeriod: number, slowPeriod: number, signalPeriod: number): Reference {
  const [fast, slow, signal, size] = [fastPeriod, slowPeriod, signalPeriod, signalPeriod].map((each) => new SeededEma(each)) as [
    SeededEma, SeededEma, SeededEma, SeededEma,
  ];
  return ({ close }) => {
    const of = [fast.add(close), slow.add(close)] as const;
    if (of[0] === null || of[1] === null) return [null, null, null];
    const line = of[0] - of[1];
    const larger = Math.max(...(of as [number, number]));
    const smooth = signal.add(line);
    const smoothSize = size.add(larger);
    if (smooth === null || smoothSize === null) return [{ value: line, of: larger }, null, null];
    const largest = Math.max(larger, smoothSize);
    return [{ value: line, of: larger }, { value: smooth, of: smoothSize }, { value: line - smooth, of: largest }];
  };
}

function bollinger(period: number, deviations: number): Reference {
  const library = new BollingerBands(period, deviations);
  return ({ close }) => {
    const bands = library.add(close);
    if (bands === null) return [null, null, null];
    return [{ value: bands.upper }, { value: bands.middle }, { value: bands.lower, of: bands.upper }];
  };
}

function atr(period: number): Reference {
  const range = new TR();
  const smooth = new WSMA(period);
  let isFirst = true;
  return (candle) => {
    const value = range.add(candle);
    if (isFirst) {
      isFirst = false;
      return [null];
    }
    return one(period === 1 ? value : smooth.add(value!));
  };
}

function stochastic(period: number, smoothK: number, smoothD: number): Reference {
  const candles: Candle[] = [];
  const [k, d] = [new SMA(smoothK), new SMA(smoothD)];
  return (candle) => {
    candles.push(candle);
    if (candles.length > period) candles.shift();
    if (candles.length < period) return [null, null];
    const highest = Math.max(...candles.map(({ high }) => high));
    const lowest = Math.min(...candles.map(({ low }) => low));
    const ofK = k.add(highest === lowest ? 50 : ((candle.close - lowest) / (highest - lowest)) * 100);
    const ofD = ofK === null ? null : d.add(ofK);
    return [...one(ofK), ...one(ofD)];
  };
}

function vwap(resetDays: number): Reference {
  const monday = Date.UTC(1970, 0, 5);
  let library = new VWAP();
  let term: number | undefined;
  return (candle) => {
    const now = resetDays === 0 ? 0 : Math.floor((candle.time - monday) / (resetDays * 86_400_000));
    if (now !== term) library = new VWAP();
    term = now;
    library.add(candle);
    return one(library.getResult());
  };
}

function obv(): Reference {
  const library = new OBV(2);
  let largest = 0;
  return (candle) => {
    const value = library.add(candle) ?? 0;
    largest = Math.max(largest, Math.abs(value));
    return [{ value, of: largest }];
  };
}

const kinds: Record<string, (...parameters: number[]) => Reference> = {
  sma: (period) => average(new SMA(period!)),
  ema: (period) => average(new SeededEma(period!)),
  wma: (period) => average(new WMA(period!)),
  volume_average: (period) => average(new SMA(period!), ({ volume }) => volume),
  rsi: (period) => rsi(period!),
  macd: (fast, slow, signal) => macd(fast!, slow!, signal!),
  bollinger: (period, deviations) => bollinger(period!, deviations!),
  atr: (period) => atr(period!),
  stochastic: (period, smoothK, smoothD) => stochastic(period!, smoothK!, smoothD!),
  vwap: (resetDays) => vwap(resetDays!),
  obv: () => obv(),
};
export const kindNames = Object.keys(kinds);

/** What is to be told of each candle by the indicator that the text means, `rsi(14)`. */
export function referenceRows(text: string, candles: Candle[]): Row[] {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(text) as unknown as [string, string, string];
  const reference = kinds[name]!(...(list === "" ? [] : list.split(",").map(Number)));
  return candles.map(reference);
}
