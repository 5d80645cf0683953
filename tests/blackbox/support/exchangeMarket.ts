/**
 * The public data of the fake exchange. Each symbol has a price at every moment of its life, which is always the same: candles of any length, of
 * any time and interval fit each other (one closes where the next opens), and whoever asks twice hears the same.
 */
export type Venue = "spot" | "usdt-futures" | "coin-futures" | "usdc-futures";
/** Time, open, high, low, close, volume, quote volume, as texts. */
export type Row = [string, string, string, string, string, string, string];

export interface Instrument {
  venue: Venue;
  symbol: string;
  base: string;
  quote: string;
  /** What it costs about. */
  price: number;
  digits: number;
  /** Since when it is traded, in milliseconds. */
  listed: number;
  status: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const listed = Date.UTC(2021, 0, 1);

const instrument = (venue: Venue, base: string, quote: string, price: number, digits: number, more: Partial<Instrument> = {}): Instrument => ({
  venue, symbol: `${base}${quote}`, base, quote, price, digits, listed, status: venue === "spot" ? "online" : "normal", ...more,
});

export const usualInstruments = (): Instrument[] => [
  instrument("spot", "BTC", "USDT", 60_000, 2),
  instrument("spot", "ETH", "USDT", 3_000, 2),
  instrument("spot", "SOL", "USDT", 150, 3),
  instrument("spot", "XRP", "USDT", 0.6, 5),
  instrument("spot", "TRX", "USDT", 0.1, 6),
  instrument("spot", "DOGE", "USDT", 0.12, 6),
  instrument("spot", "BTC", "USDC", 60_000, 2),
  instrument("spot", "ETH", "BTC", 0.05, 6),
  instrument("spot", "PEPE", "USDT", 0.00001, 10),
  instrument("spot", "HALT", "USDT", 5, 4, { status: "halt" }),
  instrument("usdt-futures", "BTC", "USDT", 60_000, 1),
  instrument("usdt-futures", "ETH", "USDT", 3_000, 2),
  instrument("usdt-futures", "SOL", "USDT", 150, 3),
  instrument("coin-futures", "BTC", "USD", 60_000, 1),
  instrument("coin-futures", "ETH", "USD", 3_000, 2),
  instrument("usdc-futures", "BTC", "PERP", 60_000, 1, { quote: "USDC" }),
];

interface IntervalForm {
  /** Of REST on spot, for futures (the same as on the socket), each also with `utc`. */
  spot: string;
  futures: string;
  length: number;
  depth: number;
  most: number;
}
const intervals: IntervalForm[] = [
  { spot: "1min", futures: "1m", length: minute, depth: 30 * day, most: 1000 },
  { spot: "3min", futures: "3m", length: 3 * minute, depth: 30 * day, most: 1000 },
  { spot: "5min", futures: "5m", length: 5 * minute, depth: 30 * day, most: 1000 },
  { spot: "15min", futures: "15m", length: 15 * minute, depth: 30 * day, most: 1000 },
  { spot: "30min", futures: "30m", length: 30 * minute, depth: 30 * day, most: 1000 },
  { spot: "1h", futures: "1H", length: hour, depth: 60 * day, most: 1000 },
  { spot: "", futures: "2H", length: 2 * hour, depth: 120 * day, most: 1000 },
  { spot: "4h", futures: "4H", length: 4 * hour, depth: 240 * day, most: 1000 },
  { spot: "6h", futures: "6H", length: 6 * hour, depth: 360 * day, most: 1000 },
  { spot: "12h", futures: "12H", length: 12 * hour, depth: 720 * day, most: 1000 },
  { spot: "1day", futures: "1D", length: day, depth: 1440 * day, most: 300 },
  { spot: "3day", futures: "3D", length: 3 * day, depth: 4320 * day, most: 100 },
  { spot: "1week", futures: "1W", length: 7 * day, depth: 10_080 * day, most: 100 },
  { spot: "1M", futures: "1M", length: 31 * day, depth: 43_200 * day, most: 100 },
];

export interface Granularity extends IntervalForm {
  utc: boolean;
}

/** What an interval is called in REST (`of` says where), or on the socket after `candle`. */
export function granularityOf(name: string, of: Venue | "socket"): Granularity | undefined {
  const utc = name.endsWith("utc");
  const bare = utc ? name.slice(0, -3) : name;
  const found = intervals.find((each) => (of === "spot" && !utc ? each.spot : each.futures) === bare && bare !== "");
  if (found === undefined || (utc && found.length < 6 * hour)) return undefined;
  return { ...found, utc };
}

/** When the candle that holds this moment opened. Without `utc` days begin at 16:00 UTC. */
export function openOf(at: number, every: Granularity): number {
  const offset = every.utc || every.length < 6 * hour ? 0 : 8 * hour;
  const local = at + offset;
  if (every.futures === "1M") {
    const date = new Date(local);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) - offset;
  }
  // 1970 began on a Thursday; weeks begin on Monday.
  const shift = every.length === 7 * day ? 3 * day : 0;
  return Math.floor((local + shift) / every.length) * every.length - shift - offset;
}

export function endOf(open: number, every: Granularity): number {
  if (every.futures !== "1M") return open + every.length;
  const offset = every.utc ? 0 : 8 * hour;
  const date = new Date(open + offset);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - offset;
}

/** Of two whole numbers, a number in [0, 1): always the same, and nothing like its neighbours. */
function noise(seed: number, at: number): number {
  let x = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(at | 0, 0xc2b2ae35) ^ Math.imul(Math.floor(at / 2 ** 32), 0x27d4eb2f)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

const seedOf = (of: Instrument): number => [...`${of.venue}/${of.symbol}`].reduce((sum, each) => (Math.imul(sum, 31) + each.charCodeAt(0)) | 0, 7);

/** Always the same for the same moment (to the minute). */
export function priceOf(of: Instrument, at: number): number {
  const seed = seedOf(of);
  const t = Math.floor(at / minute);
  const wave = (minutes: number, height: number, which: number): number => height * Math.sin((2 * Math.PI * t) / minutes + noise(seed, which) * 6.28);
  const drift = wave(1_440 * 400, 0.4, 1) + wave(1_440 * 90, 0.15, 2) + wave(1_440 * 11, 0.06, 3) + wave(1_440, 0.02, 4) + wave(97, 0.006, 5) + wave(13, 0.002, 6);
  return of.price * Math.exp(drift + 0.003 * (noise(seed, t) - 0.5));
}

export class ExchangeMarket {
  instruments = usualInstruments();
  /** Does `endTime` take the candle that opens then along? Nobody knows of the real one. */
  endIsInclusive = false;
  /** Rows that are other than they would be, by `venue/symbol/interval/time`; null: a hole. */
  private readonly changed = new Map<string, Row | null>();
  /** The last price that was scripted, and when. */
  private readonly ticks = new Map<string, { at: number; price: number }[]>();

  find(venue: Venue, symbol: string): Instrument | undefined {
    return this.instruments.find((each) => each.venue === venue && each.symbol === symbol);
  }

  add(wanted: { symbol: string; base: string; quote: string } & Partial<Instrument>): Instrument {
    const made = { ...instrument(wanted.venue ?? "spot", wanted.base, wanted.quote, 100, 2), ...wanted };
    this.instruments.push(made);
    return made;
  }

  /** From now on this is the price, until the next; it lies in the candles of that time. */
  tick(of: Instrument, price: number, at: number): void {
    const key = `${of.venue}/${of.symbol}`;
    this.ticks.set(key, [...(this.ticks.get(key) ?? []), { at, price }]);
  }

  /** That candle is this row from now on; null: there is none. `interval` as on the socket, without `utc`. */
  change(of: Instrument, interval: string, time: number, row: Row | null): void {
    this.changed.set(`${of.venue}/${of.symbol}/${interval}/${time}`, row);
  }

  row(of: Instrument, every: Granularity, open: number, now: number): Row | undefined {
    const changed = this.changed.get(`${of.venue}/${of.symbol}/${every.futures}/${open}`);
    if (changed !== undefined) return changed ?? undefined;
    const end = Math.min(endOf(open, every), now);
    const ticks = (this.ticks.get(`${of.venue}/${of.symbol}`) ?? []).filter((each) => each.at >= open && each.at < endOf(open, every));
    const first = priceOf(of, open);
    const last = ticks.at(-1)?.price ?? priceOf(of, end);
    const seed = seedOf(of);
    const reach = 0.002 * Math.sqrt(every.length / minute);
    const all = [first, last, ...ticks.map((each) => each.price)];
    const high = Math.max(...all) * (ticks.length > 0 ? 1 : 1 + reach * 0.2 * noise(seed, open / 1000 + 1));
    const low = Math.min(...all) * (ticks.length > 0 ? 1 : 1 - reach * 0.2 * noise(seed, open / 1000 + 2));
    const volume = ((200_000 / of.price) * (every.length / minute) * (0.2 + noise(seed, open / 1000 + 3)) * Math.max(end - open, 1)) / every.length;
    const text = (value: number): string => value.toFixed(of.digits);
    // The highest and the lowest are so after rounding as well.
    const [o, c] = [text(first), text(last)];
    const h = text(Math.max(high, Number(o), Number(c)));
    const l = text(Math.min(low, Number(o), Number(c)));
    return [String(open), o, h, l, c, volume.toFixed(4), (volume * ((first + last) / 2)).toFixed(4)];
  }

  /** Those that open within [from, to), the latest `most`, oldest first. */
  rows(of: Instrument, every: Granularity, from: number, to: number, most: number, now: number): Row[] {
    const out: Row[] = [];
    const first = Math.max(from, of.listed);
    for (let open = openOf(Math.min(to - 1, now), every); open >= first && out.length < most; open = openOf(open - 1, every)) {
      const row = this.row(of, every, open, now);
      if (row !== undefined && open < to) out.push(row);
    }
    return out.reverse();
  }

  ticker(of: Instrument, now: number): Record<string, string | null> {
    const every = granularityOf("1H", "socket") as Granularity;
    const hours = this.rows(of, every, now - day, now + 1, 25, now);
    const numbers = (at: number): number[] => hours.map((each) => Number(each[at]));
    const open = hours[0]?.[1] ?? "";
    const last = hours.at(-1)?.[4] ?? "";
    const sum = (at: number): string => numbers(at).reduce((all, each) => all + each, 0).toFixed(4);
    const change = open === "" ? "" : ((Number(last) - Number(open)) / Number(open)).toFixed(5);
    const out: Record<string, string | null> = {
      symbol: of.symbol, open, lastPr: last, high24h: Math.max(...numbers(2)).toFixed(of.digits), low24h: Math.min(...numbers(3)).toFixed(of.digits),
      baseVolume: sum(5), quoteVolume: sum(6), usdtVolume: sum(6), ts: String(now), bidPr: last, askPr: last, bidSz: "1", askSz: "1", openUtc: open, changeUtc24h: change, change24h: change,
    };
    return of.venue === "spot" ? out : { ...out, deliveryTime: null, deliveryStartTime: null, deliveryStatus: "" };
  }

  symbol(of: Instrument): Record<string, string | string[]> {
    if (of.venue === "spot")
      return { symbol: of.symbol, baseCoin: of.base, quoteCoin: of.quote, minTradeAmount: "0", maxTradeAmount: "10000000000", takerFeeRate: "0.002", makerFeeRate: "0.002", pricePrecision: String(of.digits), quantityPrecision: "4", quotePrecision: "6", status: of.status, minTradeUSDT: "5" };
    return { symbol: of.symbol, baseCoin: of.base, quoteCoin: of.quote, supportMarginCoins: [of.quote], minTradeNum: "0.01", priceEndStep: "1", volumePlace: "2", pricePlace: String(of.digits), symbolType: "perpetual", symbolStatus: of.status, deliveryTime: "" };
  }
}
