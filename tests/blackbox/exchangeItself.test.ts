/** The exchange of the tests, by itself: whoever is tested with it must be able to rely on it. No program is started. */
import https from "node:https";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Exchange, type Row } from "./support/exchange";
import { priceOf } from "./support/exchangeMarket";
import { until } from "./support/until";
import { Authority } from "./support/web";

const minute = 60_000;
const day = 86_400_000;
let authority: Authority;
let exchange: Exchange;

beforeAll(async () => {
  authority = new Authority();
  exchange = await Exchange.start(authority);
});
afterAll(async () => {
  await exchange?.goDown();
  authority?.remove();
});
beforeEach(() => {
  exchange.calm();
  exchange.limits = { perSecond: 1000, perMinute: 100_000 };
});

interface Said {
  status: number;
  text: string;
  json: { code: string; data: Row[] } | undefined;
}

function ask(target: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    https
      .get(`${exchange.origin}${target}`, { ca: readFileSync(authority.file), agent: false }, (answer) => {
        let text = "";
        answer.on("data", (part: Buffer) => (text += part.toString()));
        answer.on("end", () => {
          let json: Said["json"];
          try {
            json = JSON.parse(text) as Said["json"];
          } catch {
            json = undefined;
          }
          resolve({ status: answer.statusCode ?? 0, text, json });
        });
      })
      .on("error", reject);
  });
}
const rows = async (query: string): Promise<Row[]> => (await ask(query)).json?.data ?? [];
const spot = (more: string): string => `/api/v2/spot/market/candles?symbol=BTCUSDT&${more}`;

test("the same candles at any time, and each closes where the next opens", async () => {
  const to = Math.floor((Date.now() - day) / minute) * minute;
  const all = await rows(spot(`granularity=1min&limit=1000&endTime=${to}`));
  expect(all).toHaveLength(1000);
  expect(all.map((row) => Number(row[0]))).toEqual(all.map((_, at) => to - (1000 - at) * minute));
  expect(all[0]).toHaveLength(8);
  for (const [at, row] of all.entries()) {
    const [open, high, low, close] = row.slice(1, 5).map(Number) as [number, number, number, number];
    expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
    expect(low).toBeLessThanOrEqual(Math.min(open, close));
    if (at > 0) expect(row[1]).toBe(all[at - 1]?.[4]);
  }
  expect(await rows(spot(`granularity=1min&limit=1000&endTime=${to}`))).toEqual(all);
  const hour = await rows(spot(`granularity=1h&limit=1&endTime=${Math.floor(to / 3_600_000) * 3_600_000}`));
  expect(hour[0]?.[1]).toBe(priceOf(exchange.find("BTCUSDT"), Number(hour[0]?.[0])).toFixed(2));
});

test("days of UTC and others, weeks on Monday, months", async () => {
  const [utc] = await rows(spot("granularity=1Dutc&limit=1"));
  expect(Number(utc?.[0]) % day).toBe(0);
  const [other] = await rows(spot("granularity=1day&limit=1"));
  expect(Number(other?.[0]) % day).toBe(16 * 3_600_000);
  const [week] = await rows(spot("granularity=1Wutc&limit=1"));
  expect(new Date(Number(week?.[0])).getUTCDay()).toBe(1);
  const months = await rows(spot("granularity=1Mutc&limit=13"));
  expect(months.every((row) => new Date(Number(row[0])).getUTCDate() === 1)).toBe(true);
});

test("the recent ones do not go back for ever, the history does up to the first day", async () => {
  const long = Date.now() - 100 * day;
  expect(await rows(spot(`granularity=1min&endTime=${long}`))).toEqual([]);
  const history = (end: number): string => `/api/v2/spot/market/history-candles?symbol=BTCUSDT&granularity=1min&limit=200&endTime=${end}`;
  expect(await rows(history(long))).toHaveLength(200);
  expect(await rows(history(exchange.find("BTCUSDT").listed + 5 * minute))).toHaveLength(5);
  expect(await rows(history(exchange.find("BTCUSDT").listed))).toEqual([]);
});

test("futures: seven columns, ninety days, a product", async () => {
  const mix = (more: string): string => `/api/v2/mix/market/candles?symbol=BTCUSDT&granularity=1H&${more}`;
  expect((await rows(mix("productType=USDT-FUTURES")))[0]).toHaveLength(7);
  expect((await ask(mix(`productType=USDT-FUTURES&startTime=${Date.now() - 91 * day}&endTime=${Date.now()}`))).json?.code).toBe("40017");
  expect((await ask(mix(""))).json?.code).toBe("40019");
  expect((await ask(mix("productType=COIN-FUTURES"))).json?.code).toBe("40034");
  expect((await rows("/api/v2/mix/market/contracts?productType=COIN-FUTURES")).length).toBeGreaterThan(0);
  expect((await rows("/api/v2/spot/public/symbols")).length).toBeGreaterThan(5);
  expect((await rows("/api/v2/spot/market/tickers")).length).toBeGreaterThan(5);
});

test("limits and troubles", async () => {
  exchange.limits = { perSecond: 3, perMinute: 1000 };
  const asked = await Promise.all(Array.from({ length: 6 }, () => ask("/api/v2/mix/market/tickers?productType=USDC-FUTURES")));
  expect(asked.filter((each) => each.status === 429)).toHaveLength(3);
  expect(exchange.refusals).toBe(3);
  exchange.limits = { perSecond: 1000, perMinute: 100_000 };

  exchange.troubleAt("candles", "busy", 2);
  expect([(await ask(spot("granularity=1h"))).status, (await ask(spot("granularity=1h"))).status, (await ask(spot("granularity=1h"))).status]).toEqual([429, 429, 200]);
  exchange.troubleAt("candles", "empty");
  expect(await ask(spot("granularity=1h"))).toMatchObject({ status: 200, text: "" });
  exchange.troubleAt("candles", "broken");
  expect((await ask(spot("granularity=1h"))).json).toBeUndefined();
  exchange.troubleAt("candles", "duplicates");
  expect(await rows(spot("granularity=1h&limit=10"))).toHaveLength(20);
  exchange.troubleAt("candles", "holes");
  expect((await rows(spot("granularity=1h&limit=9"))).length).toBeLessThan(9);
  exchange.troubleAt("candles", "code 40200");
  expect((await ask(spot("granularity=1h"))).json?.code).toBe("40200");
  exchange.troubleAt("candles", "cut");
  await expect(ask(spot("granularity=1h"))).rejects.toThrow();
  exchange.slowness = 50;
  exchange.troubleAt("candles", "slow");
  expect(await rows(spot("granularity=1h&limit=2"))).toHaveLength(2);
  exchange.tellRecorded("candles", "recorded-spot-candle.json");
  expect(await rows(spot("granularity=1min"))).toHaveLength(1);
  exchange.calm();
  expect((await ask(spot("granularity=1h"))).status).toBe(200);
  expect((await ask("/api/v2/spot/market/candles?symbol=NOSUCH&granularity=1h")).json?.code).toBe("40034");
});

test("the socket", async () => {
  const heard: string[] = [];
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(exchange.socketUrl, { ca: readFileSync(authority.file) });
    socket.on("message", (data: Buffer) => heard.push(data.toString()));
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("error", reject);
    });
    return socket;
  };
  const socket = await open();
  const said = (what: string): boolean => heard.some((each) => each.includes(what));
  socket.send("ping");
  const arg = { instType: "SPOT", channel: "candle1m", instId: "BTCUSDT" };
  socket.send(JSON.stringify({ op: "subscribe", args: [arg, { ...arg, instId: "NOSUCH" }] }));
  await until("everything is answered", () => said("pong") && said('"snapshot"') && said("30001"));
  expect(exchange.sockets.has("BTCUSDT", "1m")).toBe(true);

  exchange.tick("BTCUSDT", 77_777);
  await until("the tick comes", () => said('"update"') && said("77777.00"));
  const [latest] = (await rows(spot("granularity=1min&limit=1"))).slice(-1);
  expect(heard.at(-1)).toContain(`"${latest?.[0]}"`);

  socket.send(JSON.stringify({ op: "unsubscribe", args: [arg] }));
  await until("it is gone", () => !exchange.sockets.has("BTCUSDT", "1m"));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  exchange.sockets.cut();
  await closed;

  const chatty = await open();
  const thrownOut = new Promise((resolve) => chatty.on("close", resolve));
  for (let i = 0; i < 12; ++i) chatty.send("ping");
  await thrownOut;
  expect(said("30007")).toBe(true);

  exchange.sockets.refusesWith = 503;
  await expect(open()).rejects.toThrow("503");
  exchange.sockets.refusesWith = undefined;

  exchange.sockets.limits.silence = 500;
  const silent = await open();
  await new Promise((resolve) => silent.on("close", resolve));
});
