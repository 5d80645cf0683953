/** Candles as they grow, over the socket (issue 6): one subscription at the exchange, cut lines, gaps, and nobody hears what they do not watch. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Desk, hour, marketPath, minute, type ChartData } from "./support/charts";
import { wantedDatabases } from "./support/environment";
import { granularityOf, type Granularity, type Row } from "./support/exchangeMarket";
import type { Frame } from "./support/frames";
import { newMember, type Person } from "./support/people";
import { Socket } from "./support/socket";
import { until } from "./support/until";

describe.each(wantedDatabases)("on %s", (database) => {
  let desk: Desk;
  let ann: Person;
  let bob: Person;
  let open: Socket[] = [];
  beforeAll(async () => {
    desk = await Desk.open(database);
    [ann, bob] = [await newMember(desk.program), await newMember(desk.program)];
  });
  afterAll(async () => {
    await desk?.close();
  });
  beforeEach(async () => {
    desk.exchange.calm();
    for (const socket of open) await socket.close();
    open = [];
  });

  const socketOf = async (who: Person): Promise<Socket> => {
    const socket = await Socket.open(desk.program, { bearer: who.token });
    open.push(socket);
    return socket;
  };
  const series = (symbol: string, interval = "1m", market = "spot"): { market: string; symbol: string; interval: string } => ({ market, symbol, interval });
  const watch = async (socket: Socket, symbol: string, interval = "1m", indicators?: string[]): Promise<Frame> => {
    const from = socket.frames.length;
    socket.send({ type: "watch", ...series(symbol, interval), ...(indicators === undefined ? {} : { indicators }), request_id: `watch ${symbol}` });
    return await socket.next({ type: "watched", symbol, interval }, from);
  };
  const live = async (socket: Socket, symbol: string): Promise<void> => {
    await socket.next({ type: "market_status", symbol, state: "live" });
  };
  /** Changes the price until the socket has heard of it. */
  const priceIs = async (socket: Socket, symbol: string, price: number): Promise<Frame> => {
    const from = socket.frames.length;
    desk.exchange.tick(symbol, price);
    return await socket.next((frame) => frame.type === "candle" && frame.symbol === symbol && frame.candle?.[4] === price, from);
  };

  test("who watches hears each change, with the values of the indicators that were asked for", async () => {
    const socket = await socketOf(ann);
    const watched = await watch(socket, "BTCUSDT", "1m", ["RSI(14)", "macd"]);
    expect(watched).toMatchObject({ watch: "spot/BTCUSDT/1m", indicators: ["rsi(14)", "macd(12,26,9)"], request_id: "watch BTCUSDT" });
    await live(socket, "BTCUSDT");
    expect(desk.exchange.sockets.has("BTCUSDT", "1m")).toBe(true);
    const frame = await priceIs(socket, "BTCUSDT", 61_234.56);
    expect(frame).toMatchObject({ ...series("BTCUSDT"), is_final: false });
    expect(Object.keys(frame.values ?? {}).sort()).toEqual(["macd(12,26,9)", "rsi(14)"]);
    expect(frame.values?.["macd(12,26,9)"]).toHaveLength(3);
    // The same numbers as in the chart at that moment.
    const data = await desk.candles(ann, "symbol=BTCUSDT&interval=1m&limit=50&indicators=rsi(14),macd(12,26,9)");
    const at = data.candles.time.indexOf(frame.candle?.[0] as number);
    if (data.candles.close[at] === 61_234.56) {
      expect(data.indicators[0]?.outputs[0]?.values[at]).toBeCloseTo(frame.values?.["rsi(14)"]?.[0] as number, 9);
    }
    // Other indicators instead, on the same socket.
    expect((await watch(socket, "BTCUSDT", "1m", ["sma(5)"])).indicators).toEqual(["sma(5)"]);
    expect(Object.keys((await priceIs(socket, "BTCUSDT", 61_300)).values ?? {})).toEqual(["sma(5)"]);
    expect((await watch(socket, "BTCUSDT")).indicators).toEqual([]);
    expect((await priceIs(socket, "BTCUSDT", 61_301)).values).toEqual({});
  });

  test("one subscription at the exchange, however many watch; none when nobody does", async () => {
    const all = [...(await Promise.all(Array.from({ length: 5 }, async () => await socketOf(ann)))), ...(await Promise.all(Array.from({ length: 5 }, async () => await socketOf(bob))))];
    for (const [i, socket] of all.entries()) await watch(socket, "ETHUSDT", "1m", i % 2 === 0 ? [] : ["rsi(14)"]);
    for (const socket of all) await live(socket, "ETHUSDT");
    desk.exchange.tick("ETHUSDT", 3_141.59);
    for (const socket of all) await socket.next((frame) => frame.type === "candle" && frame.candle?.[4] === 3_141.59);
    expect(desk.exchange.sockets.subscriptions.filter((each) => each === "SPOT candle1m ETHUSDT")).toHaveLength(1);
    for (const socket of all.slice(1)) socket.send({ type: "unwatch", ...series("ETHUSDT") });
    // The first price may overtake what was just sent; by the second one everybody's wish is known.
    await priceIs(all[0] as Socket, "ETHUSDT", 3_142);
    await priceIs(all[0] as Socket, "ETHUSDT", 3_143);
    const whoHeard = all.slice(1).filter((socket) => socket.frames.some((frame) => frame.type === "candle" && frame.candle?.[4] === 3_143));
    expect(whoHeard).toHaveLength(0);
    all[0]?.drop();
    await until("it is not subscribed to any more", () => !desk.exchange.sockets.has("ETHUSDT", "1m"));
  });

  test("nobody hears what they do not watch", async () => {
    const [hers, his] = [await socketOf(ann), await socketOf(bob)];
    await watch(hers, "SOLUSDT", "1m");
    await watch(his, "SOLUSDT", "5m");
    await watch(his, "XRPUSDT", "1m");
    for (const [socket, symbol] of [[hers, "SOLUSDT"], [his, "SOLUSDT"], [his, "XRPUSDT"]] as const) await live(socket, symbol);
    await priceIs(hers, "SOLUSDT", 151.5);
    await priceIs(his, "XRPUSDT", 0.61);
    expect(new Set(hers.frames.filter((frame) => frame.symbol !== undefined).map((frame) => `${frame.symbol}/${frame.interval}`))).toEqual(new Set(["SOLUSDT/1m"]));
    expect(new Set(his.frames.filter((frame) => frame.symbol !== undefined).map((frame) => `${frame.symbol}/${frame.interval}`))).toEqual(new Set(["SOLUSDT/5m", "XRPUSDT/1m"]));
  });

  test("while it is watched, the chart is opened without a question to the exchange", async () => {
    const socket = await socketOf(ann);
    await watch(socket, "DOGEUSDT", "1m");
    await live(socket, "DOGEUSDT");
    const query = `${marketPath}/candles?symbol=DOGEUSDT&interval=1m&limit=200`;
    await desk.get<ChartData>(ann, query);
    await priceIs(socket, "DOGEUSDT", 0.1234);
    const asked = desk.exchange.countOf("candles");
    let data: ChartData | undefined;
    await until("what was heard is in the chart", async () => {
      data = await desk.get<ChartData>(ann, query);
      return data.candles.close.includes(0.1234);
    });
    // A minute that ends meanwhile may be fetched once.
    expect(desk.exchange.countOf("candles") - asked).toBeLessThanOrEqual(1);
    expect(data?.is_stale).toBe(false);
  });

  test("a cut line: it is told, subscribed to again, and what was missed is fetched", async () => {
    const socket = await socketOf(ann);
    await watch(socket, "TRXUSDT", "1m", ["sma(3)"]);
    await live(socket, "TRXUSDT");
    await priceIs(socket, "TRXUSDT", 0.11);
    const from = socket.frames.length;
    desk.exchange.sockets.refusesWith = 503;
    desk.exchange.sockets.cut();
    await socket.next({ type: "market_status", symbol: "TRXUSDT", state: "away" }, from);
    // Told while nobody listens.
    desk.exchange.tick("TRXUSDT", 0.12);
    desk.exchange.sockets.refusesWith = undefined;
    await socket.next({ type: "market_status", symbol: "TRXUSDT", state: "live" }, from);
    await socket.next((frame) => frame.type === "candle" && frame.symbol === "TRXUSDT" && (frame.candle?.[2] ?? 0) >= 0.12, from);
    await priceIs(socket, "TRXUSDT", 0.13);
    expect(desk.exchange.sockets.subscriptions.filter((each) => each === "SPOT candle1m TRXUSDT")).toHaveLength(1);
    const data = await desk.candles(ann, "symbol=TRXUSDT&interval=1m&limit=30");
    expect(data.candles.time).toEqual(Array.from({ length: 30 }, (_, i) => (data.candles.time[0] as number) + i * minute));
    expect(data.is_stale).toBe(false);
  });

  test("a candle that is over is told as final once, and the next one begins", async () => {
    const socket = await socketOf(ann);
    await watch(socket, "PEPEUSDT", "1H", ["obv"]);
    await live(socket, "PEPEUSDT");
    const of = desk.exchange.find("PEPEUSDT");
    const open = Math.floor(Date.now() / hour) * hour;
    const [now] = desk.exchange.market.rows(of, granularityOf("1H", "socket") as Granularity, open, open + 1, 1, Date.now()) as [Row];
    const from = socket.frames.length;
    // The exchange begins the next one: the clock of the exchange counts.
    const next: Row = [String(open + hour), now[4], now[4], now[4], now[4], "1.0", "1.0"];
    desk.exchange.sockets.push({ instType: "SPOT", channel: "candle1H", instId: "PEPEUSDT" }, [now, next]);
    const final = await socket.next((frame) => frame.type === "candle" && frame.is_final === true, from);
    expect(final.candle?.[0]).toBe(open);
    const begun = await socket.next((frame) => frame.type === "candle" && frame.candle?.[0] === open + hour, from);
    expect(begun.is_final).toBe(false);
    expect(socket.frames.slice(from).filter((frame) => frame.is_final === true && frame.candle?.[0] === open)).toHaveLength(1);
  });

  test("what the exchange does not have is refused, and what is no frame", async () => {
    const socket = await socketOf(ann);
    socket.send({ type: "watch", ...series("NOSUCH"), request_id: "r1" });
    expect(await socket.next({ type: "error", request_id: "r1" })).toMatchObject({ code: "invalid-input" });
    socket.send({ type: "watch", ...series("BTCUSDT", "2H"), request_id: "r2" });
    expect(await socket.next({ type: "error", request_id: "r2" })).toMatchObject({ code: "invalid-input" });
    for (const [i, text] of [
      '{"type":"watch"}', '{"type":"watch","market":"moon","symbol":"BTCUSDT","interval":"1m"}', '{"type":"watch","market":"spot","symbol":"btc","interval":"1m"}',
      '{"type":"watch","market":"spot","symbol":"BTCUSDT","interval":"1m","indicators":["cci(3)"]}', '{"type":"watch","market":"spot","symbol":"BTCUSDT","interval":"1m","conversation_id":"x"}', '{"type":"unwatch","market":"spot"}',
    ].entries()) {
      const from = socket.frames.length;
      socket.sendText(text);
      expect(await socket.next({ type: "error" }, from), String(i)).toMatchObject({ code: "invalid-input" });
    }
    desk.exchange.sockets.refuse("HALTUSDT");
    await watch(socket, "HALTUSDT", "1m");
    await socket.next({ type: "market_status", symbol: "HALTUSDT", state: "refused" });
    socket.send({ type: "ping" });
    await socket.next({ type: "pong" });
  });

  test("16 series at a time", async () => {
    const socket = await socketOf(bob);
    const intervals = ["1m", "3m", "5m", "15m", "30m", "1H", "4H", "6H"];
    const all = ["BTCUSDT", "BTCUSDC"].flatMap((symbol) => intervals.map((interval) => [symbol, interval] as const));
    expect(all).toHaveLength(16);
    for (const [symbol, interval] of all) await watch(socket, symbol, interval);
    socket.send({ type: "watch", ...series("ETHBTC"), request_id: "one more" });
    expect(await socket.next({ type: "error", request_id: "one more" })).toMatchObject({ code: "too-many-watches" });
    expect((await watch(socket, "BTCUSDT", "1m", ["rsi"])).indicators).toEqual(["rsi(14)"]);
    socket.send({ type: "unwatch", ...series("BTCUSDC", "6H") });
    await watch(socket, "ETHBTC", "1m");
  });

  test("64 series of an account over all of its sockets", async () => {
    const intervals = ["1m", "3m", "5m", "15m", "30m", "1H", "4H", "6H"];
    const all = ["BTCUSDT", "BTCUSDC"].flatMap((symbol) => intervals.map((interval) => [symbol, interval] as const));
    const sockets = await Promise.all([2, 3, 4, 5].map(async () => await socketOf(ann)));
    for (const [i, socket] of sockets.entries()) for (const [symbol, interval] of all) await watch(socket, symbol, interval, [`sma(${i + 2})`]);
    const one = await socketOf(ann);
    one.send({ type: "watch", ...series("ETHBTC"), request_id: "one more" });
    expect(await one.next({ type: "error", request_id: "one more" })).toMatchObject({ code: "too-many-watches" });
    // What another socket watches already is no further one, and somebody else has their own.
    await watch(one, "BTCUSDT", "1m", ["sma(2)"]);
    await watch(await socketOf(bob), "ETHBTC");
    await sockets[3]?.close();
    await until("there is room again", async () => {
      const from = one.frames.length;
      one.send({ type: "watch", ...series("ETHBTC"), request_id: "again" });
      return (await one.next((frame) => (frame.type === "watched" || frame.type === "error") && frame.request_id === "again", from)).type === "watched";
    });
  });

  test("a session that ends hears no candle more", async () => {
    const carl = await newMember(desk.program);
    const [his, hers] = [await socketOf(carl), await socketOf(ann)];
    await watch(his, "BTCUSDT");
    await watch(hers, "BTCUSDT");
    await live(his, "BTCUSDT");
    await live(hers, "BTCUSDT");
    expect((await desk.program.send("POST", "/api/v1/auth/logout-all", { token: carl.token, json: {} })).status).toBeLessThan(300);
    expect(await his.closes()).toBe(4401);
    const heard = his.frames.length;
    await priceIs(hers, "BTCUSDT", 59_999);
    expect(his.frames.length).toBe(heard);
  });
});
