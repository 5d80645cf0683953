/**
 * An exchange that answers like Bitget, over the same TLS as the real one: keys and signatures (exchangeKeys.ts), public data (exchangeMarket.ts)
 * within its limits, and the public WebSocket (exchangeSocket.ts). It knows of no test framework.
 */
import type { Server } from "node:https";
import { readVectorJson } from "./environment";
import { errorOf, type ExchangeKey, ExchangeKeys, type WantedKey } from "./exchangeKeys";
import { ExchangeMarket, granularityOf, type Instrument, type Row, type Venue } from "./exchangeMarket";
import { ExchangeSockets, productOf } from "./exchangeSocket";
import { type Answer, type Asked, type Authority, WebServer } from "./web";

export { type ExchangeKey, type Holding, wordsOf } from "./exchangeKeys";
export type { Instrument, Row, Venue } from "./exchangeMarket";

/**
 * What is wrong with the answers at a path: `busy` 429, `down` 503, `broken` half of the JSON, `html` a page of the edge, `duplicates` each row
 * twice (with a wrong one first) and in no order, `holes` every third row missing or spoilt, `empty` no body, `slow` after `slowness`,
 * `cut` no answer, `code …` an error in Bitget's words; or any answer at all.
 */
export type Trouble = "busy" | "down" | "broken" | "html" | "duplicates" | "holes" | "empty" | "slow" | "cut" | `code ${string}` | Answer;

const success = (data: unknown, now: number): Answer => ({ status: 200, json: { code: "00000", msg: "success", requestTime: now, data } });
const day = 86_400_000;

export class Exchange extends WebServer {
  /** How far its clock is ahead of ours, in milliseconds. */
  ahead = 0;
  /** Answers nothing but this, when set; the time it tells all the same. */
  trouble: Answer | undefined;
  /** Of `slow` answers, in milliseconds. */
  slowness = 15_000;
  /** Requests a second at one path, and a minute in all; beyond them it says 429. */
  limits = { perSecond: 20, perMinute: 6000 };
  /** How often it said so. */
  refusals = 0;
  readonly market = new ExchangeMarket();
  readonly sockets = new ExchangeSockets(this.market, () => this.now);
  private readonly keys = new ExchangeKeys();
  private readonly troubles = new Map<string, { what: Trouble; left: number }>();
  private readonly askedAt = new Map<string, number[]>();

  static async start(authority: Authority): Promise<Exchange> {
    const made: Exchange = new Exchange(authority, (asked) => made.respond(asked));
    await made.comeBack();
    return made;
  }

  /** Of its clock. */
  get now(): number {
    return Date.now() + this.ahead;
  }

  /** For BITGET_WS_URL. */
  get socketUrl(): string {
    return `wss://127.0.0.1:${this.port}/v2/ws/public`;
  }

  newKey(wanted: WantedKey = {}): ExchangeKey {
    return this.keys.add(wanted);
  }

  revoke(key: ExchangeKey): void {
    this.keys.remove(key);
  }

  /** Who was asked for, by the keys that came. */
  get keysHeard(): string[] {
    return this.asked.map((each) => String(each.headers["access-key"] ?? "")).filter((key) => key !== "");
  }

  /** How often this path was asked for, or one that ends like this: `/spot/market/candles`, `candles`. */
  countOf(path: string): number {
    return this.asked.filter((each) => pathOf(each.target).endsWith(path)).length;
  }

  /** From now on, so many times, at every path that ends like this. The latest word counts. */
  troubleAt(path: string, what: Trouble, times = Infinity): void {
    this.troubles.delete(path);
    this.troubles.set(path, { what, left: times });
  }
  /** No more trouble, there or anywhere. */
  calm(path?: string): void {
    if (path === undefined) this.troubles.clear();
    else this.troubles.delete(path);
    this.trouble = undefined;
  }

  /** At this path, what was recorded of the real exchange: a file of tests/vectors/bitget. */
  tellRecorded(path: string, file: string): void {
    const { response } = readVectorJson<{ response: { http_status: number; body: unknown } }>(`bitget/${file}`);
    this.troubleAt(path, { status: response.http_status, json: response.body });
  }

  find(symbol: string, venue: Venue = "spot"): Instrument {
    const found = this.market.find(venue, symbol);
    if (found === undefined) throw new Error(`the exchange has no ${symbol} in ${venue}`);
    return found;
  }

  /** It costs this now: in the candles that are asked for, and pushed to everybody who has one of them. */
  tick(symbol: string, price: number, venue: Venue = "spot"): void {
    const of = this.find(symbol, venue);
    this.market.tick(of, price, this.now);
    this.sockets.pushNow(of);
  }

  /** This row of this interval (`1m`, `1H`, `1Dutc`) is so from now on, for whoever asks and on the socket. */
  setCandle(symbol: string, interval: string, row: Row, venue: Venue = "spot"): void {
    this.market.change(this.find(symbol, venue), interval.replace(/utc$/, ""), Number(row[0]), row);
    this.sockets.push({ instType: productOf(venue), channel: `candle${interval}`, instId: symbol }, [row]);
  }

  protected override dress(server: Server): void {
    this.sockets.listenOn(server);
  }
  protected override undress(): void {
    this.sockets.end();
  }

  private respond(asked: Asked): Answer {
    const now = this.now;
    const path = pathOf(asked.target);
    if (path === "/api/v2/public/time") return success({ serverTime: String(now) }, now);
    if (this.trouble !== undefined) return this.trouble;
    if (this.isOverLimit(path)) {
      this.refusals += 1;
      return errorOf("429");
    }
    const trouble = this.takeTrouble(path);
    const good = (): Answer => (path.includes("/account/") ? this.keys.respond(asked, now) : this.publicAnswer(path, new URLSearchParams(asked.target.split("?")[1] ?? ""), now));
    return trouble === undefined ? good() : this.spoil(trouble, good);
  }

  private isOverLimit(path: string): boolean {
    const at = Date.now();
    const count = (name: string, span: number): number => {
      const times = (this.askedAt.get(name) ?? []).filter((each) => at - each < span);
      times.push(at);
      this.askedAt.set(name, times);
      return times.length;
    };
    const ofPath = count(path, 1000);
    return count("", 60_000) > this.limits.perMinute || ofPath > this.limits.perSecond;
  }

  private takeTrouble(path: string): Trouble | undefined {
    for (const [end, trouble] of [...this.troubles].reverse()) {
      if (!path.endsWith(end)) continue;
      trouble.left -= 1;
      if (trouble.left <= 0) this.troubles.delete(end);
      return trouble.what;
    }
    return undefined;
  }

  private spoil(trouble: Trouble, good: () => Answer): Answer {
    if (typeof trouble !== "string") return trouble;
    if (trouble.startsWith("code ")) return errorOf(trouble.slice("code ".length));
    const rowsOf = (answer: Answer): string[][] => (answer.json as { data: string[][] }).data;
    const withRows = (change: (rows: string[][]) => unknown[]): Answer => {
      const answer = good();
      return answer.status === 200 ? { ...answer, json: { ...(answer.json as object), data: change(rowsOf(answer)) } } : answer;
    };
    switch (trouble) {
      case "busy":
        return errorOf("429");
      case "down":
        return { status: 503, text: "<html>503</html>" };
      case "broken":
        return { status: 200, text: JSON.stringify(good().json).slice(0, -7), headers: { "content-type": "application/json" } };
      case "html":
        return { status: 200, text: "<html>edge</html>" };
      case "duplicates":
        return withRows((rows) => [...[...rows].reverse().map((row) => [row[0], "1", "1", "1", "1", "1", "1", "1"]), ...rows]);
      case "holes":
        return withRows((rows) => rows.flatMap((row, at): unknown[] => (at % 3 !== 1 ? [row] : at % 2 === 0 ? [] : [[row[0], "", null, "x"]])));
      case "empty":
        return { status: 200, text: "" };
      case "slow":
        return { ...good(), delay: this.slowness };
      case "cut":
        return { status: 0, cut: true };
      default:
        throw new Error(`no such trouble: ${trouble}`);
    }
  }

  private publicAnswer(path: string, asked: URLSearchParams, now: number): Answer {
    const [, kind, what] = /^\/api\/v2\/(spot|mix)\/(?:public|market)\/([a-z-]+)$/.exec(path) ?? [];
    if (kind === undefined || what === undefined) return { status: 404, text: "" };
    const product = kind === "spot" ? "SPOT" : asked.get("productType");
    const all = this.market.instruments.filter((each) => productOf(each.venue) === product);
    if (all.length === 0) return errorOf("40019");
    const symbol = asked.get("symbol");
    const those = symbol === null ? all : all.filter((each) => each.symbol === symbol);
    if (those.length === 0) return errorOf("40034");
    if (what === "symbols" || what === "contracts") return success(those.map((each) => this.market.symbol(each)), now);
    if (what === "tickers" || what === "ticker") return success(those.map((each) => this.market.ticker(each, now)), now);
    if (what !== "candles" && what !== "history-candles") return { status: 404, text: "" };
    const of = symbol === null ? undefined : those[0];
    if (of === undefined) return errorOf("40019");
    return this.candles(of, what === "history-candles", asked, now);
  }

  private candles(of: Instrument, isHistory: boolean, asked: URLSearchParams, now: number): Answer {
    const isSpot = of.venue === "spot";
    const every = granularityOf(asked.get("granularity") ?? "", of.venue);
    if (every === undefined) return errorOf("400172");
    const number = (name: string): number | undefined => {
      const text = asked.get(name);
      return text === null ? undefined : Number(text);
    };
    const [start, end, limit] = [number("startTime"), number("endTime"), number("limit") ?? 100];
    const most = isHistory ? 200 : 1000;
    if ([start, end, limit].some((each) => Number.isNaN(each)) || limit < 1 || limit > most) return errorOf("40017");
    if (isHistory && isSpot && end === undefined) return errorOf("40019");
    if (!isSpot && start !== undefined && end !== undefined && end - start > 90 * day) return errorOf("40017");
    const to = (end ?? now) + (this.market.endIsInclusive ? 1 : 0);
    // The recent ones go so far and do not say so.
    const from = Math.max(isHistory && isSpot ? 0 : (start ?? 0), isHistory ? 0 : now - every.depth);
    const rows = this.market.rows(of, every, from, Math.min(to, now + 1), Math.min(limit, isHistory ? 200 : every.most), now);
    return success(isSpot ? rows.map((row) => [...row, row[6]]) : rows, now);
  }
}

const pathOf = (target: string): string => target.split("?")[0] ?? "";
