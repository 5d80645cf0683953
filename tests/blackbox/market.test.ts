/** The market as the whole program tells it, over an exchange that has troubles (issue 6, "Done when" 1 and 3). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { Desk, chartsPath, day, farthest, hour, marketPath, minute, naiveRsi, naiveSma, pinOf, type ChartData, type Pin } from "./support/charts";
import { wantedDatabases } from "./support/environment";
import { granularityOf, type Granularity } from "./support/exchangeMarket";
import { newMember, type Person } from "./support/people";
import { until } from "./support/until";

const columns = ["time", "open", "high", "low", "close", "volume", "quote_volume"] as const;

/** What the exchange has within the range, as our answer would have it. */
const expected = (desk: Desk, symbol: string, interval: string, from: number, to: number, now: number): number[][] => {
  const rows = desk.exchange.market.rows(desk.exchange.find(symbol), granularityOf(interval, "socket") as Granularity, from, to, 100_000, now);
  return columns.map((_, at) => rows.map((row) => Number(row[at])));
};
const told = (data: ChartData): number[][] => columns.map((name) => data.candles[name]);
/** The first of them: what is long is not printed. */
const differences = (ours: number[][], theirs: number[][]): string[] =>
  columns.flatMap((name, at) => {
    const [a = [], b = []] = [ours[at], theirs[at]];
    if (a.length !== b.length) return [`${name}: ${a.length} and not ${b.length}`];
    const i = a.findIndex((each, k) => each !== b[k]);
    return i < 0 ? [] : [`${name} ${i}: ${a[i]} and not ${b[i]}`];
  });

describe.each(wantedDatabases)("on %s", (database) => {
  let desk: Desk;
  let ann: Person;
  // A range that is over, another one for each test: what was stored for one is no help to the next.
  let to: number;
  let turn = 0;
  beforeAll(async () => {
    desk = await Desk.open(database);
    ann = await newMember(desk.program);
  });
  afterAll(async () => {
    await desk?.close();
  });
  beforeEach(async () => {
    desk.exchange.calm();
    desk.exchange.limits = { perSecond: 1000, perMinute: 100_000 };
    turn += 1;
    to = Math.floor(Date.now() / day) * day - turn * 30 * day;
    // After a test with troubles it is left in peace for a while.
    await until("the exchange is asked again", async () => {
      const reply = await ask(`candles?symbol=BTCUSDT&interval=1D&to=${to}&limit=${turn}`);
      return reply.status === 200 && !(reply.json as ChartData).is_stale;
    });
  });

  const ask = async (query: string): Promise<Reply> => await desk.program.send("GET", `${marketPath}/${query}`, { token: ann.token });
  const range = (symbol: string, interval: string, from: number, end: number): string => `symbol=${symbol}&interval=${interval}&from=${from}&to=${end}&limit=20000`;
  /** After a failure it is left in peace for a while. */
  const untilWell = async (query: string): Promise<ChartData> => {
    let reply: Reply | undefined;
    await until("the exchange is asked again", async () => {
      reply = await ask(query);
      return reply.status === 200 && !(reply.json as ChartData).is_stale;
    });
    return reply?.json as ChartData;
  };

  test("symbols are found by their names, the best first", async () => {
    const found = async (query: string): Promise<string[]> => (await desk.get<{ symbols: { symbol: string }[] }>(ann, `${marketPath}/symbols?${query}`)).symbols.map((each) => each.symbol);
    const bitcoin = await found("query=btc");
    expect(new Set(bitcoin.slice(0, 2))).toEqual(new Set(["BTCUSDT", "BTCUSDC"]));
    expect(bitcoin.slice(2)).toEqual(["ETHBTC"]);
    expect((await found("query=DOGEUSDT"))[0]).toBe("DOGEUSDT");
    expect(await found("query=nothing")).toEqual([]);
    expect(await found("limit=2")).toHaveLength(2);
    expect((await found("")).at(-1), "halted").toBe("HALTUSDT");
    expect(await found("market=coin-futures")).toEqual(expect.arrayContaining(["BTCUSD", "ETHUSD"]));
    const all = await desk.get<{ intervals: string[]; is_stale: boolean; symbols: object[] }>(ann, `${marketPath}/symbols?query=PEPEUSDT`);
    expect(all).toMatchObject({ is_stale: false, symbols: [{ symbol: "PEPEUSDT", base: "PEPE", quote: "USDT", price_digits: 10, is_traded: true }] });
    expect(all.intervals).not.toContain("2H");
    expect((await desk.get<{ intervals: string[] }>(ann, `${marketPath}/symbols?market=usdt-futures`)).intervals).toContain("2H");
    for (const query of ["market=moon", "limit=0", "limit=201", `query=${"x".repeat(65)}`, "q=btc"]) expect((await ask(`symbols?${query}`)).status, query).toBe(422);
  });

  test("prices are texts, as the exchange writes them", async () => {
    const answer = await desk.get<{ tickers: Record<string, string>[]; is_stale: boolean }>(ann, `${marketPath}/tickers?symbols=ETHUSDT,NOSUCH,BTCUSDT`);
    expect(answer.is_stale).toBe(false);
    expect(answer.tickers.map((each) => each["symbol"])).toEqual(["ETHUSDT", "BTCUSDT"]);
    expect(answer.tickers[1]?.["last"]).toMatch(/^\d+\.\d\d$/);
    for (const query of ["", "symbols=", "symbols=btc", `symbols=${Array(51).fill("A").join(",")}`]) expect(fieldErrors(await ask(`tickers?${query}`)), query).toEqual(["/symbols not_allowed"]);
  });

  test("candles are those of the exchange, to the last digit, whatever the interval", async () => {
    for (const [symbol, interval, length] of [["BTCUSDT", "1m", minute], ["PEPEUSDT", "15m", 15 * minute], ["ETHUSDT", "1H", hour], ["BTCUSDT", "4H", 4 * hour]] as const) {
      const from = to - 1500 * length;
      const data = await desk.candles(ann, range(symbol, interval, from, to));
      expect(data, symbol).toMatchObject({ chart_id: null, market: "spot", symbol, interval, from, to, is_stale: false, is_forming: false, finished_to: to });
      expect(differences(told(data), expected(desk, symbol, interval, from, to, Date.now())), `${symbol} ${interval}`).toEqual([]);
    }
    const days = await desk.candles(ann, range("BTCUSDT", "1D", to - 400 * day, to));
    expect(differences(told(days), expected(desk, "BTCUSDT", "1Dutc", to - 400 * day, to, Date.now()))).toEqual([]);
    const futures = await desk.candles(ann, `market=usdt-futures&${range("BTCUSDT", "2H", to - 300 * hour, to)}`);
    expect(futures.candles.time).toHaveLength(150);
  });

  test("the candle that grows is the last one, and the latest are shown when more fit", async () => {
    const data = await desk.candles(ann, "symbol=SOLUSDT&interval=1H&limit=50");
    expect(data.candles.time).toHaveLength(50);
    expect(data).toMatchObject({ is_forming: true, has_older: true });
    expect(data.candles.time.at(-1)).toBe(Math.floor(data.to / hour) * hour);
    expect(data.finished_to).toBe(data.candles.time.at(-1));
    const cut = await desk.candles(ann, `symbol=SOLUSDT&interval=1H&from=${to - 100 * hour}&to=${to}&limit=10`);
    expect(cut.candles.time).toEqual(Array.from({ length: 10 }, (_, i) => to - (10 - i) * hour));
    expect(cut.from).toBe(to - 10 * hour);
    const listed = Date.UTC(2021, 0, 1);
    const first = await desk.candles(ann, range("SOLUSDT", "1D", listed - 30 * day, listed + 5 * day));
    expect(first.candles.time).toEqual(Array.from({ length: 5 }, (_, i) => listed + i * day));
    expect(first.has_older).toBe(false);
  });

  test("each range is asked for once, by however many at the same time", async () => {
    const query = range("TRXUSDT", "5m", to - 700 * 5 * minute, to);
    const before = desk.exchange.countOf("candles");
    const all = await Promise.all(Array.from({ length: 20 }, async () => await desk.candles(ann, query)));
    expect(new Set(all.map((each) => each.hash)).size).toBe(1);
    const asked = desk.exchange.countOf("candles") - before;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(6);
    await desk.candles(ann, query);
    expect(desk.exchange.countOf("candles") - before).toBe(asked);
  });

  test("429: the exchange is asked again after a pause, and nobody is told", async () => {
    desk.exchange.troubleAt("candles", "busy", 2);
    const from = to - 50 * hour;
    const data = await untilWell(`candles?${range("BTCUSDT", "1H", from, to)}`);
    expect(differences(told(data), expected(desk, "BTCUSDT", "1H", from, to, Date.now()))).toEqual([]);
    expect(data.is_stale).toBe(false);
  });

  test("within its limits: many charts at once, and not one refusal", async () => {
    desk.exchange.limits = { perSecond: 20, perMinute: 6000 };
    const before = desk.exchange.refusals;
    const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "TRXUSDT", "DOGEUSDT"];
    const all = await Promise.all(symbols.flatMap((symbol) => ["3m", "30m", "1H", "4H"].map(async (interval) => await ask(`candles?symbol=${symbol}&interval=${interval}&to=${to}&limit=150`))));
    for (const reply of all) expect(reply.status, reply.text.slice(0, 200)).toBe(200);
    expect(desk.exchange.refusals - before).toBe(0);
  });

  // Each a series of its own: what is stored of it is shown.
  test.each([["busy", "3m"], ["down", "5m"], ["broken", "15m"], ["html", "30m"], ["cut", "12H"]] as const)("%s for long: 503 as long as nothing is stored, and well again afterwards", async (trouble, interval) => {
    desk.exchange.troubleAt("candles", trouble);
    const query = range("HALTUSDT", interval, to - 20 * hour, to);
    const reply = await ask(`candles?${query}`);
    expect([reply.status, problemType(reply)]).toEqual([503, trouble === "busy" ? "exchange-busy" : "exchange-unreachable"]);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    desk.exchange.calm();
    const data = await untilWell(`candles?${query}`);
    expect(differences(told(data), expected(desk, "HALTUSDT", interval === "12H" ? "12Hutc" : interval, to - 20 * hour, to, Date.now()))).toEqual([]);
  });

  test("rows that come twice, in disorder and with wrong ones before, are put right", async () => {
    desk.exchange.troubleAt("candles", "duplicates");
    const from = to - 300 * hour;
    const data = await untilWell(`candles?${range("ETHUSDT", "1H", from, to)}`);
    expect(differences(told(data), expected(desk, "ETHUSDT", "1H", from, to, Date.now()))).toEqual([]);
  });

  test("rows that are missing or spoilt are left out, nothing is made up, and what was spoilt is asked for again", async () => {
    desk.exchange.troubleAt("candles", "holes");
    const from = to - 90 * hour;
    const query = `candles?${range("DOGEUSDT", "1H", from, to)}&indicators=sma(5),rsi(14)`;
    let data = {} as ChartData;
    await until("some of it is there", async () => {
      const reply = await ask(query);
      if (reply.status === 200) data = reply.json as ChartData;
      return reply.status === 200 && data.candles.time.length > 50;
    });
    expect(data.is_stale).toBe(true);
    const whole = new Map(expected(desk, "DOGEUSDT", "1H", from, to, Date.now())[0]?.map((time, i) => [time, i]));
    expect(data.candles.time.length).toBeGreaterThan(50);
    expect(data.candles.time.length).toBeLessThan(90);
    expect(data.candles.time).toEqual([...data.candles.time].sort((a, b) => a - b));
    expect(data.candles.time.every((time) => whole.has(time))).toBe(true);
    for (const name of columns) expect(data.candles[name].every((value) => Number.isFinite(value))).toBe(true);
    for (const each of data.indicators) expect(each.outputs[0]?.values).toHaveLength(data.candles.time.length);
    desk.exchange.calm();
    // What did not come among others had no trade, as far as anybody can know; what could not be read comes now.
    const mended = await untilWell(query);
    expect(mended.candles.time.length).toBeGreaterThanOrEqual(data.candles.time.length);
    expect(mended.candles.time.every((time) => whole.has(time))).toBe(true);
  });

  test("away: what is stored is shown and said to be old; symbols and prices too", async () => {
    const query = "candles?symbol=BTCUSDC&interval=1H&limit=100";
    const fresh = (await ask(query)).json as ChartData;
    await ask("symbols?query=btc");
    await ask("tickers?symbols=BTCUSDT");
    desk.exchange.troubleAt("", "cut");
    let stale: ChartData | undefined;
    await until("it is told that this is old", async () => {
      const reply = await ask(query);
      expect(reply.status, reply.text).toBe(200);
      stale = reply.json as ChartData;
      return stale.is_stale;
    });
    expect(stale?.candles.time.slice(-90, -1)).toEqual(fresh.candles.time.slice(-90, -1));
    await until("prices are old", async () => {
      const reply = await ask("tickers?symbols=BTCUSDT");
      expect(reply.status).toBe(200);
      return (reply.json as { is_stale: boolean }).is_stale;
    });
    expect((await ask("symbols?query=btc")).status).toBe(200);
    const more = (await ask("candles?symbol=BTCUSDC&interval=1H&limit=300")).json as ChartData;
    expect(more.is_stale).toBe(true);
    expect(more.candles.time.length).toBeGreaterThanOrEqual(99);
    desk.exchange.calm();
    const well = await untilWell("candles?symbol=BTCUSDC&interval=1H&limit=300");
    expect(well.candles.time).toHaveLength(300);
  });

  test("a chart that is stored opens without a question to the exchange, also after a restart", async () => {
    const chart = await desk.chart(ann, { symbol: "ETHUSDT", interval: "15m", indicators: [{ kind: "rsi" }, { kind: "ema" }, { kind: "macd" }, { kind: "bollinger" }, { kind: "atr" }] });
    const query = `?from=${to - 1000 * 15 * minute}&to=${to}`;
    const first = await desk.data(ann, chart.id, query);
    await desk.program.stop();
    await desk.startAgain();
    const asked = desk.exchange.asked.length;
    const again = await desk.data(ann, chart.id, query);
    expect({ ...again, fetched_at: first.fetched_at }).toEqual(first);
    expect(again.chart_id).toBe(chart.id);
    expect(desk.exchange.asked.length - asked).toBe(0);
  });

  test("indicators of a chart are those of a plain computation over the same candles, wherever the range begins", async () => {
    const chart = await desk.chart(ann, { symbol: "BTCUSDT", interval: "1H", indicators: [{ kind: "rsi", params: { period: 14 } }, { kind: "sma", params: { period: 20 } }] });
    const long = await desk.data(ann, chart.id, `?from=${to - 3000 * hour}&to=${to}`);
    const short = await desk.data(ann, chart.id, `?from=${to - 500 * hour}&to=${to}`);
    expect(short.candles.time).toHaveLength(500);
    expect(short.indicators.map((each) => each.text)).toEqual(["rsi(14)", "sma(20)"]);
    const [rsi, sma] = [naiveRsi(long.candles.close, 14), naiveSma(long.candles.close, 20)];
    expect(farthest(short.indicators[0]?.outputs[0]?.values ?? [], rsi.slice(-500))).toBeLessThan(1e-9);
    expect(farthest(short.indicators[1]?.outputs[0]?.values ?? [], sma.slice(-500))).toBeLessThan(1e-9);
    // At the beginning of all there is nothing before: gaps.
    const listed = Date.UTC(2021, 0, 1);
    const first = await desk.candles(ann, `${range("SOLUSDT", "1D", listed, listed + 40 * day)}&indicators=rsi(14),sma(20)`);
    expect(farthest(first.indicators[0]?.outputs[0]?.values ?? [], naiveRsi(first.candles.close, 14))).toBeLessThan(1e-9);
    expect(farthest(first.indicators[1]?.outputs[0]?.values ?? [], naiveSma(first.candles.close, 20))).toBeLessThan(1e-9);
  });

  test("the days of a chart are shown without a range", async () => {
    const chart = await desk.chart(ann, { symbol: "XRPUSDT", interval: "4H", days: 10 });
    const data = await desk.data(ann, chart.id);
    expect(data.candles.time.length).toBeGreaterThanOrEqual(60);
    expect(data.candles.time.length).toBeLessThanOrEqual(61);
    const older = await desk.data(ann, chart.id, `?to=${data.candles.time[0] as number}&limit=25`);
    expect(older.candles.time).toHaveLength(25);
    expect(older.candles.time.at(-1)).toBe((data.candles.time[0] as number) - 4 * hour);
    for (const query of ["?from=0", `?from=${to}&to=${to}`, `?from=${to}&to=${to - 1}`, `?from=${Date.now() + day}`, "?limit=0", "?limit=20001", "?before=5"])
      expect((await desk.program.send("GET", `${chartsPath}/${chart.id}/data${query}`, { token: ann.token })).status, query).toBe(422);
  });

  test("a table for spreadsheets has a line for each candle", async () => {
    const chart = await desk.chart(ann, { symbol: "BTCUSDT", interval: "1H", indicators: [{ kind: "macd" }, { kind: "sma", params: { period: 3 } }] });
    const query = `?from=${to - 30 * hour}&to=${to}`;
    const data = await desk.data(ann, chart.id, query);
    const reply = await desk.program.send("GET", `${chartsPath}/${chart.id}/csv${query}`, { token: ann.token });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(reply.headers["content-disposition"]).toMatch(/^attachment; filename="BTCUSDT-1H-\d{4}-\d\d-\d\d\.csv"$/);
    const lines = reply.text.split("\r\n");
    expect(lines[0]).toBe('time,open,high,low,close,volume,quote_volume,"macd(12,26,9) macd","macd(12,26,9) signal","macd(12,26,9) histogram","sma(3)"');
    expect(lines.at(-1)).toBe("");
    expect(lines).toHaveLength(32);
    lines.slice(1, -1).forEach((line, i) => {
      const cells = line.split(",");
      expect(new Date(cells[0] as string).getTime()).toBe(data.candles.time[i]);
      expect(cells.slice(1, 7).map(Number)).toEqual(columns.slice(1).map((name) => data.candles[name][i]));
      expect(Number(cells[10])).toBe(data.indicators[1]?.outputs[0]?.values[i]);
    });
  });

  test("a pin is good as long as its numbers are the same, and says when they are not", async () => {
    const verify = async (pin: Pin): Promise<{ matches: boolean; reason?: string }> => {
      const reply = await desk.program.send("POST", `${marketPath}/verify`, { token: ann.token, json: { pin } });
      expect(reply.status, reply.text).toBe(200);
      return reply.json as { matches: boolean; reason?: string };
    };
    // With the candle that grows: the pin ends before it.
    const pin = pinOf(await desk.candles(ann, "symbol=DOGEUSDT&interval=1m&limit=30&indicators=rsi(14)"));
    expect(await verify(pin)).toMatchObject({ matches: true, hash: pin.hash });
    expect(await verify({ ...pin, hash: "0".repeat(64) })).toMatchObject({ matches: false, reason: "changed" });
    expect(await verify({ ...pin, indicators: ["rsi(15)"] })).toMatchObject({ matches: false, reason: "changed" });
    expect(await verify({ ...pin, from: pin.from + minute })).toMatchObject({ matches: false, reason: "changed" });
    const long = await desk.program.send("POST", `${marketPath}/verify`, { token: ann.token, json: { pin: { ...pin, from: pin.to - 20_002 * minute } } });
    expect(fieldErrors(long)).toEqual(["/pin/from not_allowed"]);
  });

  test("what cannot be asked for is refused before anybody is asked", async () => {
    const asked = desk.exchange.asked.length;
    for (const [query, faults] of [
      ["symbol=BTCUSDT", ["/interval not_allowed"]],
      ["interval=1H", ["/symbol not_allowed"]],
      ["symbol=BTCUSDT&interval=2H", ["/interval not_allowed"]],
      ["symbol=BTCUSDT&interval=1H&indicators=cci(3)", ["/indicators not_allowed"]],
      ["symbol=BTCUSDT&interval=1H&limit=20001", ["/limit not_allowed"]],
      ["symbol=BTCUSDT&interval=1H&from=9&to=3", ["/from not_allowed"]],
    ] as const)
      expect(fieldErrors(await ask(`candles?${query}`)), query).toEqual(faults);
    expect(desk.exchange.asked.length).toBe(asked);
    expect(fieldErrors(await ask("candles?symbol=NOSUCH&interval=1H"))).toEqual(["/symbol unknown_symbol"]);
  });
});

test.each(wantedDatabases)("on %s: never learned is never known: 503 until the exchange was there once", async (database) => {
  const desk = await Desk.open(database);
  try {
    const ann = await newMember(desk.program);
    desk.exchange.troubleAt("", "cut");
    const ask = async (): Promise<Reply[]> =>
      await Promise.all([
        desk.post(ann, chartsPath, { symbol: "BTCUSDT" }),
        desk.program.send("GET", `${marketPath}/symbols`, { token: ann.token }),
        desk.program.send("GET", `${marketPath}/tickers?symbols=BTCUSDT`, { token: ann.token }),
      ]);
    for (const reply of await ask()) expect([reply.status, problemType(reply)]).toEqual([503, "exchange-unreachable"]);
    desk.exchange.calm();
    await until("the exchange is asked again", async () => (await ask()).every((reply) => reply.status < 300));
    await desk.program.stop();
    desk.exchange.troubleAt("", "cut");
    await desk.startAgain();
    const chart = await desk.post(ann, chartsPath, { symbol: "BTCUSDT" });
    expect(chart.status, "the symbols are known").toBe(201);
    const symbols = await desk.get<{ symbols: object[] }>(ann, `${marketPath}/symbols`);
    expect(symbols.symbols.length).toBeGreaterThan(5);
  } finally {
    await desk.close();
  }
});

test("the hash is the same on each database and in each installation, and tells a changed candle", async () => {
  const to = Math.floor(Date.now() / day) * day - 3 * day;
  const query = `symbol=BTCUSDT&interval=1H&from=${to - 200 * hour}&to=${to}&limit=20000&indicators=rsi(14),macd`;
  const pins: Pin[] = [];
  const verifyAt = async (desk: Desk, who: Person, pin: Pin): Promise<unknown> => (await desk.program.send("POST", `${marketPath}/verify`, { token: who.token, json: { pin } })).json;
  for (const database of wantedDatabases) {
    const desk = await Desk.open(database);
    try {
      const ann = await newMember(desk.program);
      pins.push(pinOf(await desk.candles(ann, query)));
      for (const pin of pins) expect(await verifyAt(desk, ann, pin)).toMatchObject({ matches: true });
    } finally {
      await desk.close();
    }
  }
  expect(new Set(pins.map((each) => each.hash)).size).toBe(1);
  const desk = await Desk.open("sqlite");
  try {
    const ann = await newMember(desk.program);
    const of = desk.exchange.find("BTCUSDT");
    const [row] = desk.exchange.market.rows(of, granularityOf("1H", "socket") as Granularity, to - 100 * hour, to - 99 * hour, 1, Date.now());
    if (row === undefined) throw new Error("no such candle");
    row[4] = (Number(row[4]) + 0.01).toFixed(2);
    desk.exchange.market.change(of, "1H", Number(row[0]), row);
    expect(await verifyAt(desk, ann, pins[0] as Pin)).toMatchObject({ matches: false, reason: "changed" });
  } finally {
    await desk.close();
  }
});
