import { beforeEach, describe, expect, it } from "vitest";
import { CallError } from "@/api/failure";
import type { ChartData } from "@/api/types";
import { FakeClock } from "@/features/stream/testing/wire";
import { dataOf, hour, rowOf, start } from "../testing/data";
import { ChartFeed, type Range } from "./feed";
import type { WatchListener } from "./watches";

const btc = { market: "spot", symbol: "BTCUSDT", interval: "1H" } as const;
let reads: { range: Range; answer(data: ChartData): Promise<void>; fail(): Promise<void> }[];
let drawn: string[];
let clock: FakeClock;
let socket: WatchListener;
let left: number;
let feed: ChartFeed;

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};
const state = () => feed.store.getState();
const candle = (n: number, close = n + 1, is_final = false) =>
  socket.candle({ type: "candle", ...btc, candle: rowOf(n, close), is_final, values: {} });
const answer = async (data: ChartData) => {
  const read = reads.shift();
  if (!read) throw new Error("Nothing is read.");
  await read.answer(data);
};

beforeEach(() => {
  reads = [];
  drawn = [];
  left = 0;
  clock = new FakeClock();
  feed = new ChartFeed(
    {
      read: (range) =>
        new Promise((resolve, reject) => {
          reads.push({
            range,
            answer: async (data) => {
              resolve(data);
              await settle();
            },
            fail: async () => {
              reject(new CallError({ kind: "network" }));
              await settle();
            },
          });
        }),
      watch: (_, __, listener) => {
        socket = listener;
        return () => {
          left += 1;
        };
      },
      now: () => clock.now,
      later: clock.later,
    },
    btc,
    [],
  );
  feed.draw({
    replaced: (series, keep) => drawn.push(`${keep ? "kept" : "new"} ${series.length}`),
    prepended: (_, count) => drawn.push(`before ${count}`),
    candle: (_, at) => drawn.push(`candle ${at}`),
  });
  feed.start();
});

describe("a chart", () => {
  it("is read and drawn once, and then each candle by itself", async () => {
    await answer(dataOf());
    candle(4, 9);
    candle(5);
    expect(drawn).toEqual(["new 5", "candle 4", "candle 5"]);
    expect(state()).toMatchObject({ phase: "ready", market: "live" });
  });

  it("tells the page nothing while a candle grows", async () => {
    await answer(dataOf());
    candle(4, 9);
    const before = state();
    for (let close = 0; close < 100; close += 1) candle(4, close);
    expect(state()).toBe(before);
    candle(4, 9, true);
    expect(state().version).toBe(before.version + 1);
  });

  it("that could not be read says why, and can be tried again", async () => {
    await reads.shift()?.fail();
    expect(state()).toMatchObject({ phase: "failed", failure: { kind: "network" } });
    feed.retry();
    await answer(dataOf());
    expect(state()).toMatchObject({ phase: "ready", failure: null });
  });

  it("keeps the last word about a candle that was finished while it was read", async () => {
    candle(3, 77, true);
    await answer(dataOf());
    expect(feed.series?.candles.close[3]).toBe(77);
  });

  it("that was changed is read anew; of the same series what is seen stays, as far back as it was", async () => {
    await answer(dataOf({ from: 3 }));
    feed.change(btc, [{ kind: "rsi", params: { period: 14 } }]);
    expect(reads[0]?.range).toEqual({ from: start + 3 * hour });
    await answer(dataOf({ from: 3 }));
    feed.change({ ...btc, interval: "4H" }, []);
    expect(reads[0]?.range).toEqual({ limit: 1000 });
    await answer(dataOf());
    expect([drawn, left]).toEqual([["new 5", "kept 5", "new 5"], 2]);
  });

  it("of many candles shows the latest at once, and then all of them", async () => {
    expect(reads[0]?.range).toEqual({ limit: 1000 });
    await answer(dataOf({ from: 500, count: 1000 }));
    expect(drawn).toEqual(["new 1000"]);
    await clock.pass(0);
    expect(reads[0]?.range).toEqual({});
    await answer(dataOf({ from: 0, count: 1500 }));
    expect([drawn, state().phase]).toEqual([["new 1000", "kept 1500"], "ready"]);
  });

  it("of many candles stays as it is when not all of them come", async () => {
    await answer(dataOf({ from: 500, count: 1000 }));
    await clock.pass(0);
    await reads.shift()?.fail();
    expect([drawn, state().phase]).toEqual([["new 1000"], "ready"]);
  });

  it("that was changed twice shows the last one, whichever comes first", async () => {
    await answer(dataOf());
    feed.change({ ...btc, interval: "4H" }, []);
    feed.change({ ...btc, interval: "1D" }, []);
    const [early, late] = reads.splice(0);
    await late?.answer(dataOf({ count: 7 }));
    await early?.answer(dataOf({ count: 3 }));
    expect(feed.series?.length).toBe(7);
  });
});

describe("what was missed", () => {
  it.each([
    ["a candle too far ahead", () => candle(9)],
    ["a gap that the program has filled", () => socket.status("gap_filled")],
    [
      "a new connection",
      () => {
        socket.watched();
        socket.watched();
      },
    ],
  ])("%s has the end read once more", async (_, happens) => {
    await answer(dataOf());
    happens();
    expect(reads.map(({ range }) => range)).toEqual([{ from: start }]);
    await answer(dataOf({ count: 10 }));
    expect(drawn.at(-1)).toBe("kept 10");
  });

  it("is read once more however much happens meanwhile, and once again for what came during it", async () => {
    await answer(dataOf());
    for (let n = 0; n < 5; n += 1) candle(9);
    expect(reads).toHaveLength(1);
    await answer(dataOf({ count: 10 }));
    expect(reads).toHaveLength(1);
    await answer(dataOf({ count: 10 }));
    expect(reads).toHaveLength(0);
  });

  it("because the exchange is away is looked for again and again", async () => {
    await answer(dataOf({ more: { is_stale: true } }));
    expect(state().isStale).toBe(true);
    await clock.pass(15_000);
    await reads.shift()?.fail();
    await clock.pass(15_000);
    await answer(dataOf());
    expect(state().isStale).toBe(false);
    await clock.pass(60_000);
    expect(reads).toHaveLength(0);
  });
});

it("says since when the exchange is away", async () => {
  await answer(dataOf());
  socket.status("live");
  clock.now = 5_000_000;
  socket.status("away");
  clock.now = 6_000_000;
  socket.status("away");
  expect(state()).toMatchObject({ market: "away", awaySince: 5_000_000 });
  socket.status("live");
  expect(state()).toMatchObject({ market: "live", awaySince: null });
});

describe("older candles", () => {
  it("are read before the first one, once at a time, until there are none", async () => {
    await answer(dataOf({ from: 10 }));
    void feed.loadOlder(null);
    void feed.loadOlder(null);
    expect(reads.map(({ range }) => range)).toEqual([{ to: start + 10 * hour, limit: 1000 }]);
    await answer(dataOf({ from: 0, count: 10 }));
    expect([drawn.at(-1), state().older]).toEqual(["before 10", "end"]);
    void feed.loadOlder(null);
    expect(reads).toHaveLength(0);
  });

  it("that did not come are told, and can be asked for again", async () => {
    await answer(dataOf({ from: 10 }));
    void feed.loadOlder(null);
    await reads.shift()?.fail();
    expect(state().older).toEqual({ kind: "network" });
    void feed.loadOlder(null);
    expect(reads).toHaveLength(1);
  });

  it("of which nothing comes are not asked for for ever", async () => {
    await answer(dataOf({ from: 10 }));
    void feed.loadOlder(null);
    await answer(dataOf({ from: 5, count: 0, more: { has_older: true } }));
    expect(state().older).toBe("end");
  });

  it("that come after the chart was changed are left out", async () => {
    await answer(dataOf({ from: 10 }));
    void feed.loadOlder(null);
    const [older] = reads.splice(0);
    feed.change({ ...btc, interval: "4H" }, []);
    await answer(dataOf({ from: 20 }));
    await older?.answer(dataOf({ from: 0, count: 10 }));
    expect(feed.series?.first).toBe(start + 20 * hour);
  });
});
