/** Candles that indicators are computed of: made of chance, always the same, and those that an exchange has sent. */
import { chanceOf } from "./chance";
import { readVectorJson } from "./environment";

export interface Candle {
  /** When it opened, in milliseconds since 1970 in UTC. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

const hour = 3_600_000;
const firstTime = Date.UTC(2022, 0, 1);

/** A price that walks by about 1 % an hour, in steps of the exchange: so some candles close where the one before did. */
export function walk(count: number, seed: number, { from = 50_000, digits = 1 } = {}): Candle[] {
  const chance = chanceOf(seed);
  const rounded = (price: number) => Number(price.toFixed(digits));
  const candles: Candle[] = [];
  let close = from;
  for (let i = 0; i < count; i++) {
    const open = close;
    close = rounded(open * (1 + 0.02 * (chance() - 0.5)));
    const high = rounded(Math.max(open, close) * (1 + 0.005 * chance()));
    const low = rounded(Math.min(open, close) * (1 - 0.005 * chance()));
    candles.push({ time: firstTime + i * hour, open, high, low, close, volume: Number((100 * chance() ** 3).toFixed(4)) });
  }
  return candles;
}

const scaled = (candle: Candle, price: number, volume = 1): Candle => ({
  time: candle.time,
  open: candle.open * price,
  high: candle.high * price,
  low: candle.low * price,
  close: candle.close * price,
  volume: candle.volume * volume,
});
const flatAt = (candle: Candle, price: number, volume = candle.volume): Candle => ({
  time: candle.time, open: price, high: price, low: price, close: price, volume,
});

/** The same walk with what ruins careless sums in between: each piece begins and ends with a jump. */
export function hostileWalk(count: number, seed: number): Candle[] {
  const pieces: ((candle: Candle, index: number) => Candle)[] = [
    (candle) => candle,
    (candle) => flatAt(candle, 50_000),
    (candle) => scaled(candle, 1e6, 1e-6),
    (candle) => flatAt(candle, 1e-8),
    (candle) => scaled(candle, 2e-13, 1e6),
    (candle) => flatAt(candle, candle.close, 0),
    (candle, index) => (index % 97 === 0 ? scaled(candle, 1e6) : candle),
    (candle, index) => scaled(candle, index % 2 === 0 ? 1 : 1.000001),
    (candle, index) => (index % 50 < 25 ? flatAt(candle, 0.1) : flatAt(candle, 0.3)),
  ];
  return walk(count, seed).map((candle, index) => pieces[Math.floor(index / 211) % pieces.length]!(candle, index));
}

/** What the exchange answered, once each time, in the order of their times. */
export function recorded(name: string): Candle[] {
  const { response } = readVectorJson<{ response: { body: { data: string[][] } } }>(`bitget/${name}.json`);
  const candles = new Map<number, Candle>();
  for (const row of response.body.data) {
    const [time, open, high, low, close, volume] = row.map(Number) as [number, number, number, number, number, number];
    candles.set(time, { time, open, high, low, close, volume });
  }
  return [...candles.values()].sort((a, b) => a.time - b.time);
}
