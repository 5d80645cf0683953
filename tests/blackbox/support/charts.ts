/** Charts over an exchange of the tests, and what their numbers must be. */
import { createHash } from "node:crypto";
import type { Outgoing, Reply } from "./client";
import { apiBase } from "./contract";
import type { DatabaseKind } from "./environment";
import { Exchange } from "./exchange";
import type { Person } from "./people";
import { Installation, Program, type Settings } from "./program";
import { Authority } from "./web";

export const chartsPath = `${apiBase}/charts`;
export const layoutsPath = `${apiBase}/layouts`;
export const favouritesPath = `${apiBase}/favourites`;
export const marketPath = `${apiBase}/market`;
export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

export interface Indicator {
  kind: string;
  params: Record<string, number>;
  color?: string;
}
export interface Chart {
  id: string;
  name: string;
  market: string;
  symbol: string;
  interval: string;
  indicators: Indicator[];
  theme: string;
  days: number;
  created_at: string;
  updated_at: string;
  made_by: string;
}
export interface Layout {
  id: string;
  name: string;
  grid: number;
  charts: Chart[];
  link_symbol: boolean;
  link_time: boolean;
}
export interface Candles {
  time: number[];
  open: number[];
  high: number[];
  low: number[];
  close: number[];
  volume: number[];
  quote_volume: number[];
}
export interface ChartData {
  chart_id: string | null;
  market: string;
  symbol: string;
  interval: string;
  from: number;
  to: number;
  finished_to: number;
  is_stale: boolean;
  fetched_at: string | null;
  has_older: boolean;
  is_forming: boolean;
  candles: Candles;
  indicators: (Indicator & { text: string; outputs: { name: string; values: (number | null)[] }[] })[];
  hash: string;
}
export interface Pin {
  market: string;
  symbol: string;
  interval: string;
  from: number;
  to: number;
  indicators: string[];
  hash: string;
}

/** A program and an exchange that it asks. */
export class Desk {
  private constructor(
    readonly authority: Authority,
    readonly exchange: Exchange,
    readonly installation: Installation,
    public program: Program,
    private readonly more: Settings,
  ) {}

  /** `more`: further settings, or who makes them for servers of this authority. `postgresPort`: of a server of its own. */
  static async open(
    database: DatabaseKind, wanted: Settings | ((authority: Authority) => Promise<Settings>) = {}, postgresPort?: number,
  ): Promise<Desk> {
    const authority = new Authority();
    const more = typeof wanted === "function" ? await wanted(authority) : wanted;
    const exchange = await Exchange.start(authority);
    // How often it is asked is for the tests of the market.
    exchange.limits = { perSecond: 1000, perMinute: 100_000 };
    const installation = await Installation.create(database, postgresPort === undefined ? {} : { postgresPort });
    const program = await Program.start({ installation, settings: Desk.settings(authority, exchange, more) });
    return new Desk(authority, exchange, installation, program, more);
  }

  private static settings(authority: Authority, exchange: Exchange, more: Settings): Settings {
    return { BITGET_BASE_URL: exchange.origin, BITGET_WS_URL: exchange.socketUrl, EGRESS_CA_FILE: authority.file, ...more };
  }

  /** The same installation in a new process. */
  async startAgain(): Promise<void> {
    this.program = await Program.start({ installation: this.installation, settings: Desk.settings(this.authority, this.exchange, this.more) });
  }

  async close(): Promise<void> {
    await this.program.stop();
    await this.exchange.goDown();
    this.installation.remove();
    this.authority.remove();
  }

  async get<T>(who: Person, path: string): Promise<T> {
    const reply = await this.program.send("GET", path, { token: who.token });
    if (reply.status !== 200) throw new Error(`GET ${path} → ${reply.status}: ${reply.text.slice(0, 1000)}`);
    return reply.json as T;
  }

  async post(who: Person, path: string, json?: object, headers: Record<string, string> = {}): Promise<Reply> {
    const out: Outgoing = json === undefined ? { token: who.token, headers } : { token: who.token, json, headers };
    return await this.program.send("POST", path, out);
  }

  async chart(who: Person, json: object, headers: Record<string, string> = {}): Promise<Chart> {
    const reply = await this.post(who, chartsPath, json, headers);
    if (reply.status !== 201) throw new Error(`POST charts → ${reply.status}: ${reply.text}`);
    return reply.json as Chart;
  }

  async data(who: Person, id: string, query = ""): Promise<ChartData> {
    return await this.get<ChartData>(who, `${chartsPath}/${id}/data${query}`);
  }

  async candles(who: Person, query: string): Promise<ChartData> {
    return await this.get<ChartData>(who, `${marketPath}/candles?${query}`);
  }
}

/** What may be said about these numbers later. */
export const pinOf = (data: ChartData): Pin => ({
  market: data.market,
  symbol: data.symbol,
  interval: data.interval,
  from: data.from,
  to: Math.min(data.to, data.finished_to),
  indicators: data.indicators.map((each) => each.text),
  hash: data.hash,
});

/** The plain mean; null until there are enough. */
export function naiveSma(values: number[], period: number): (number | null)[] {
  return values.map((_, i) => (i + 1 < period ? null : values.slice(i + 1 - period, i + 1).reduce((sum, each) => sum + each, 0) / period));
}

/** Wilder: means of gains and losses, the first one plain. */
export function naiveRsi(closes: number[], period: number): (number | null)[] {
  const out: (number | null)[] = [];
  let [gain, loss] = [0, 0];
  closes.forEach((close, i) => {
    if (i > 0) {
      const change = close - (closes[i - 1] as number);
      const [up, down] = [Math.max(change, 0), Math.max(-change, 0)];
      if (i <= period) [gain, loss] = [gain + up / period, loss + down / period];
      else [gain, loss] = [(gain * (period - 1) + up) / period, (loss * (period - 1) + down) / period];
    }
    out.push(i < period ? null : loss === 0 ? (gain === 0 ? 50 : 100) : 100 - 100 / (1 + gain / loss));
  });
  return out;
}

/** How far apart they are at most, relative to their size. */
export function farthest(ours: (number | null)[], theirs: (number | null)[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...ours.map((a, i) => {
      const b = theirs[i] as number | null;
      if (a === null || b === null) return a === b ? 0 : Number.POSITIVE_INFINITY;
      return Math.abs(a - b) / Math.max(Math.abs(b), 1e-300);
    }),
  );
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
