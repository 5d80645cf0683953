import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/features/stream/testing/wire";
import { rowOf } from "../testing/data";
import { Watches, type WatchListener } from "./watches";

const btc = { market: "spot", symbol: "BTCUSDT", interval: "1H" };
let told: Record<string, unknown>[];
let clock: FakeClock;
let watches: Watches;
let heard: string[];

const listener = (name = "a"): WatchListener => ({
  candle: ({ candle }) => heard.push(`${name} candle ${candle[4]}`),
  status: (state) => heard.push(`${name} ${state}`),
  watched: () => heard.push(`${name} watched`),
});
const refuse = (code: string, retry_after: number | null = null) =>
  watches.hear({ type: "refused", code, conversation_id: null, request_id: "watch spot/BTCUSDT/1H", retry_after });
const asked = () => told.filter(({ type }) => type === "watch").map(({ indicators }) => indicators);

beforeEach(() => {
  told = [];
  heard = [];
  clock = new FakeClock();
  watches = new Watches({ tell: (frame) => told.push(frame as Record<string, unknown>), later: clock.later });
});

it("a series is watched once for all who show it, and again with more indicators", () => {
  watches.watch(btc, ["rsi(14)"], listener());
  watches.watch(btc, ["rsi(14)"], listener("b"));
  expect(told).toEqual([{ type: "watch", request_id: "watch spot/BTCUSDT/1H", ...btc, indicators: ["rsi(14)"] }]);
  watches.watch(btc, ["obv()"], listener("c"));
  expect(asked()).toEqual([["rsi(14)"], ["rsi(14)", "obv()"]]);
});

it("everybody who shows it hears of it, and nobody of another series", () => {
  watches.watch(btc, [], listener());
  watches.watch(btc, [], listener("b"));
  const candle = { type: "candle", candle: rowOf(1), is_final: false, values: {} } as const;
  watches.hear({ ...candle, ...btc });
  watches.hear({ ...candle, ...btc, interval: "4H" });
  expect(heard).toEqual(["a candle 2", "b candle 2"]);
});

it("the last one to leave ends the watch", () => {
  const leaveA = watches.watch(btc, [], listener());
  const leaveB = watches.watch(btc, [], listener("b"));
  leaveA();
  leaveA();
  expect(told.at(-1)?.type).toBe("watch");
  leaveB();
  expect(told.at(-1)).toEqual({ type: "unwatch", ...btc });
  watches.hear({ type: "connected" });
  expect(asked()).toHaveLength(1);
});

it("after a new connection all are watched again", () => {
  watches.watch(btc, ["rsi(14)"], listener());
  watches.watch({ ...btc, interval: "4H" }, [], listener("b"));
  told.length = 0;
  watches.hear({ type: "connected" });
  expect(told.map(({ interval, indicators }) => [interval, indicators])).toEqual([
    ["1H", ["rsi(14)"]],
    ["4H", []],
  ]);
});

it("who comes later is told what is known of the market", () => {
  watches.watch(btc, [], listener());
  watches.hear({ type: "market_status", ...btc, state: "away" });
  watches.hear({ type: "market_status", ...btc, state: "gap_filled" });
  watches.watch(btc, [], listener("b"));
  expect(heard).toEqual(["a away", "a gap_filled", "b away"]);
});

it.each([
  ["too-many-requests", 7, 7_000],
  ["unavailable", null, 5_000],
])("a watch refused with %s is asked for again in time", async (code, retryAfter, pause) => {
  watches.watch(btc, [], listener());
  refuse(code, retryAfter);
  refuse(code, retryAfter);
  await clock.pass(pause - 1);
  expect(asked()).toHaveLength(1);
  await clock.pass(1);
  expect(asked()).toHaveLength(2);
});

it("a watch that can never be is not asked for again; the page is told", async () => {
  watches.watch(btc, [], listener());
  refuse("invalid-input");
  await clock.pass(60_000);
  expect([heard, asked().length]).toEqual([["a refused"], 1]);
});

it("is not asked for again when it is left, or everything was discarded", async () => {
  const leave = watches.watch(btc, [], listener());
  refuse("unavailable");
  leave();
  watches.watch({ ...btc, interval: "4H" }, [], listener());
  watches.discard();
  told.length = 0;
  watches.hear({ type: "connected" });
  await clock.pass(60_000);
  expect(told).toEqual([]);
});

it("asks for no more indicators than the program takes", () => {
  watches.watch(
    btc,
    Array.from({ length: 8 }, (_, n) => `sma(${n + 1})`),
    listener(),
  );
  watches.watch(
    btc,
    Array.from({ length: 8 }, (_, n) => `ema(${n + 1})`),
    listener("b"),
  );
  expect((asked().at(-1) as string[]).length).toBe(10);
});
