/** The public WebSocket of the fake exchange: subscriptions, snapshots, updates, text pings, and everything that can go wrong with them. */
import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { type ExchangeMarket, granularityOf, type Instrument, openOf, type Row, type Venue } from "./exchangeMarket";

export interface Channel {
  instType: string;
  channel: string;
  instId: string;
}

const venues: Record<string, Venue> = { SPOT: "spot", "USDT-FUTURES": "usdt-futures", "COIN-FUTURES": "coin-futures", "USDC-FUTURES": "usdc-futures" };
export const productOf = (venue: Venue): string => (venue === "spot" ? "SPOT" : venue.toUpperCase());

const nameOf = (of: Channel): string => `${of.instType} ${of.channel} ${of.instId}`;
/** The socket has eight columns, futures too. */
const wide = (row: Row): string[] => [...row, row[6]];

class Link {
  readonly channels = new Map<string, Channel>();
  readonly openedAt = Date.now();
  heardAt = Date.now();
  private readonly messages: number[] = [];
  private readonly requests: number[] = [];

  constructor(readonly socket: WebSocket) {}

  say(what: object | string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(typeof what === "string" ? what : JSON.stringify(what));
  }
  /** Too many within a second? */
  tooQuick(now: number, most: number): boolean {
    this.messages.push(now);
    while (this.messages[0] !== undefined && now - this.messages[0] >= 1000) this.messages.shift();
    return this.messages.length > most;
  }
  tooMany(now: number, most: number): boolean {
    this.requests.push(now);
    while (this.requests[0] !== undefined && now - this.requests[0] >= 3_600_000) this.requests.shift();
    return this.requests.length > most;
  }
}

export class ExchangeSockets {
  /** Says nothing at all any more, not even pong. */
  isSilent = false;
  /** Answers every handshake with this status. */
  refusesWith: number | undefined;
  /** Of an error, whether it says for which channel it is. */
  namesRefused = true;
  /** What its limits are; over them it disconnects. */
  limits = { messagesPerSecond: 10, requestsPerHour: 240, channels: 1000, silence: 120_000 };
  /** All that ever came, by everybody. */
  readonly heard: string[] = [];
  /** Connections that were ever opened. */
  opened = 0;
  private readonly links = new Set<Link>();
  private readonly refused = new Set<string>();
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly market: ExchangeMarket,
    private readonly now: () => number,
  ) {}

  listenOn(server: Server): void {
    server.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      connection.on("error", () => connection.destroy());
      if (request.url !== "/v2/ws/public" || this.refusesWith !== undefined) {
        connection.end(`HTTP/1.1 ${this.refusesWith ?? 404} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.server.handleUpgrade(request, connection, head, (socket) => this.take(socket));
    });
    this.watch = setInterval(() => this.endSilent(), 1000);
    this.watch.unref();
  }

  /** Cuts every connection, without a word. */
  cut(): void {
    for (const each of this.links) each.socket.terminate();
    this.links.clear();
  }

  end(): void {
    if (this.watch !== undefined) clearInterval(this.watch);
    this.cut();
  }

  get open(): number {
    return this.links.size;
  }

  /** What is subscribed to now, as `SPOT candle1m BTCUSDT`, each as often as there are connections that have it. */
  get subscriptions(): string[] {
    return [...this.links].flatMap((each) => [...each.channels.keys()]);
  }

  /** Is this subscribed to? `interval` as on the socket: 1m, 1H, 1Dutc. */
  has(symbol: string, interval: string, venue: Venue = "spot"): boolean {
    return this.subscriptions.includes(`${productOf(venue)} candle${interval} ${symbol}`);
  }

  /** Does not have this symbol on the socket (30001). */
  refuse(symbol: string): void {
    this.refused.add(symbol);
  }

  /** The candles of this symbol as they are now, to everybody who has them. */
  pushNow(of: Instrument): void {
    for (const link of this.links)
      for (const channel of link.channels.values()) {
        if (channel.instId !== of.symbol || channel.instType !== productOf(of.venue)) continue;
        const every = granularityOf(channel.channel.slice("candle".length), "socket");
        const row = every && this.market.row(of, every, openOf(this.now(), every), this.now());
        if (row !== undefined) this.push(channel, [row]);
      }
  }

  /** These rows, as they are, to everybody who has the channel. */
  push(channel: Channel, rows: Row[], action: "snapshot" | "update" = "update"): void {
    if (this.isSilent) return;
    const message = { action, arg: channel, data: rows.map(wide), ts: this.now() };
    for (const link of this.links) if (link.channels.has(nameOf(channel))) link.say(message);
  }

  /** Any text at all, to everybody. */
  shout(text: string): void {
    for (const link of this.links) link.say(text);
  }

  private take(socket: WebSocket): void {
    const link = new Link(socket);
    this.opened += 1;
    this.links.add(link);
    socket.on("close", () => this.links.delete(link));
    socket.on("error", () => this.links.delete(link));
    socket.on("message", (data, isBinary) => {
      if (isBinary) socket.terminate();
      else this.answer(link, (data as Buffer).toString("utf8"));
    });
  }

  /** Nobody is kept who has sent nothing for two minutes. */
  private endSilent(): void {
    for (const each of this.links) if (Date.now() - each.heardAt > this.limits.silence) each.socket.close(1000);
  }

  private answer(link: Link, text: string): void {
    this.heard.push(text);
    link.heardAt = Date.now();
    if (link.tooQuick(Date.now(), this.limits.messagesPerSecond)) {
      link.say({ event: "error", code: 30007, msg: "request over limit, connection close" });
      link.socket.close(1008);
      return;
    }
    if (this.isSilent) return;
    if (text === "ping") {
      link.say("pong");
      return;
    }
    let said: { op?: unknown; args?: unknown };
    try {
      said = JSON.parse(text) as typeof said;
    } catch {
      link.say({ event: "error", code: 30002, msg: "illegal request" });
      return;
    }
    if ((said.op !== "subscribe" && said.op !== "unsubscribe") || !Array.isArray(said.args)) {
      link.say({ event: "error", code: 30003, msg: "Invalid op" });
      return;
    }
    if (said.op === "subscribe" && link.tooMany(Date.now(), this.limits.requestsPerHour)) {
      link.say({ event: "error", code: 30006, msg: "too many requests" });
      return;
    }
    for (const each of said.args as Channel[]) {
      if (said.op === "subscribe") this.subscribe(link, each);
      else {
        link.channels.delete(nameOf(each));
        link.say({ event: "unsubscribe", arg: each });
      }
    }
  }

  private subscribe(link: Link, arg: Channel): void {
    const venue = venues[arg.instType];
    const every = String(arg.channel).startsWith("candle") ? granularityOf(arg.channel.slice("candle".length), "socket") : undefined;
    const of = venue && this.market.find(venue, arg.instId);
    if (every === undefined || of === undefined || this.refused.has(arg.instId) || link.channels.size >= this.limits.channels) {
      // The code is a number or a text, as it comes.
      const code = this.heard.length % 2 === 0 ? 30001 : "30001";
      link.say({ event: "error", code, msg: `instType:${arg.instType},channel:${arg.channel},instId:${arg.instId} doesn't exist`, ...(this.namesRefused ? { arg } : {}) });
      return;
    }
    link.channels.set(nameOf(arg), arg);
    link.say({ event: "subscribe", arg });
    const now = this.now();
    link.say({ action: "snapshot", arg, data: this.market.rows(of, every, 0, now + 1, 100, now).map(wide), ts: now });
  }
}
