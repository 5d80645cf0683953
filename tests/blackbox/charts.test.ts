/** Charts, layouts and favourites of each user, over an exchange of the tests (issue 6). */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { Desk, chartsPath, favouritesPath, layoutsPath, type Chart, type Layout } from "./support/charts";
import { apiBase } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { newMember, signedInAgain, type Person } from "./support/people";
import { plantChart } from "./support/things";
import { until } from "./support/until";

const uuid = /^[0-9a-f-]{36}$/;

describe.each(wantedDatabases)("on %s", (database) => {
  let desk: Desk;
  let ann: Person;
  let bob: Person;
  beforeAll(async () => {
    desk = await Desk.open(database);
  });
  afterAll(async () => {
    await desk?.close();
  });
  beforeEach(async () => {
    [ann, bob] = [await newMember(desk.program), await newMember(desk.program)];
  });

  const send = async (who: Person, method: string, path: string, json?: object): Promise<Reply> =>
    await desk.program.send(method, path, json === undefined ? { token: who.token } : { token: who.token, json });
  const listed = async (who: Person, query = ""): Promise<string[]> => (await desk.get<{ charts: Chart[] }>(who, `${chartsPath}${query}`)).charts.map((each) => each.id);

  test("what waits for the exchange is not done once whoever asked has logged out", { timeout: 60_000 }, async () => {
    const ann = await newMember(desk.program);
    const mine = await signedInAgain(desk.program, ann);
    // Nobody has asked for these symbols yet.
    const series = { market: "usdc-futures", symbol: "BTCPERP", interval: "1H" };
    desk.exchange.slowness = 3000;
    desk.exchange.troubleAt("contracts", "slow");
    const asked = desk.exchange.countOf("contracts");
    const waiting = [
      desk.program.send("POST", chartsPath, { token: mine, json: series }),
      desk.program.send("POST", `${chartsPath}/multi-timeframe`, { token: mine, json: { market: series.market, symbol: series.symbol, intervals: ["1H"] } }),
      desk.program.send("PUT", `${favouritesPath}/${series.market}/${series.symbol}`, { token: mine }),
    ];
    await until("the exchange is asked", () => desk.exchange.countOf("contracts") > asked);
    expect((await desk.program.send("POST", `${apiBase}/auth/logout`, { token: mine })).status).toBe(204);
    expect((await Promise.all(waiting)).map((reply) => [reply.status, problemType(reply)])).toEqual(waiting.map(() => [401, "invalid-token"]));
    desk.exchange.calm();
    for (const [path, member] of [[chartsPath, "charts"], [layoutsPath, "layouts"], [favouritesPath, "favourites"]] as const)
      expect((await desk.program.send("GET", path, { token: ann.token })).json).toMatchObject({ [member]: [] });
  });

  test("a chart is made with what is usual, found, changed and deleted", async () => {
    const made = await desk.post(ann, chartsPath, { symbol: "BTCUSDT" });
    expect(made.status).toBe(201);
    const chart = made.json as Chart;
    expect(made.headers.location).toBe(`${chartsPath}/${chart.id}`);
    expect(chart).toMatchObject({ name: "", market: "spot", symbol: "BTCUSDT", interval: "1H", indicators: [], theme: "system", days: 30, made_by: "user" });
    expect(chart.id).toMatch(uuid);
    expect((await send(ann, "GET", `${chartsPath}/${chart.id}`)).json).toEqual(chart);

    const changed = await send(ann, "PATCH", `${chartsPath}/${chart.id}`, { name: "Gold? 📈", interval: "4H", days: 90, theme: "dark", indicators: [{ kind: "rsi", color: "#ff8800" }, { kind: "macd", params: { fast: 5 } }] });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json).toMatchObject({
      id: chart.id, name: "Gold? 📈", interval: "4H", days: 90, theme: "dark", created_at: chart.created_at,
      indicators: [{ kind: "rsi", params: { period: 14 }, color: "#ff8800" }, { kind: "macd", params: { fast: 5, slow: 26, signal: 9 } }],
    });
    expect((changed.json as Chart).updated_at > chart.updated_at).toBe(true);
    expect((await send(ann, "GET", `${chartsPath}/${chart.id}`)).json).toEqual(changed.json);

    const moved = await send(ann, "PATCH", `${chartsPath}/${chart.id}`, { market: "usdt-futures", symbol: "ETHUSDT", interval: "2H" });
    expect(moved.json).toMatchObject({ market: "usdt-futures", symbol: "ETHUSDT", interval: "2H", name: "Gold? 📈" });

    expect((await send(ann, "DELETE", `${chartsPath}/${chart.id}`)).status).toBe(204);
    expect((await send(ann, "GET", `${chartsPath}/${chart.id}`)).status).toBe(404);
    expect((await send(ann, "DELETE", `${chartsPath}/${chart.id}`)).status).toBe(404);
  });

  test("what the exchange has not is refused, and what the market has not", async () => {
    const faults = async (json: object): Promise<string[]> => {
      const reply = await desk.post(ann, chartsPath, json);
      expect(reply.status, reply.text).toBe(422);
      return fieldErrors(reply);
    };
    expect(await faults({ symbol: "NOSUCHUSDT" })).toEqual(["/symbol unknown_symbol"]);
    expect(await faults({ symbol: "BTCUSDC", market: "usdt-futures" })).toEqual(["/symbol unknown_symbol"]);
    expect(await faults({ symbol: "BTCUSDT", interval: "2H" })).toEqual(["/interval not_allowed"]);
    expect(await faults({ symbol: "BTCUSDT", interval: "7H" })).toEqual(["/interval not_allowed"]);
    expect(await faults({ symbol: "BTCUSDT", indicators: [{ kind: "rsi", params: { period: 0 } }] })).toEqual(["/indicators/0/params/period not_allowed"]);
    expect(await faults({ symbol: "BTCUSDT", indicators: [{ kind: "sma" }, { kind: "macd", params: { fast: 30 } }] })).toHaveLength(1);
    expect(await faults({ symbol: "BTCUSDT", indicators: [{ kind: "obv", params: { period: 3 } }] })).toEqual(["/indicators/0/params/period unknown_member"]);
    const chart = await desk.chart(ann, { symbol: "BTCUSDT" });
    const change = async (json: object): Promise<string[]> => fieldErrors(await send(ann, "PATCH", `${chartsPath}/${chart.id}`, json));
    expect(await change({ symbol: "NOSUCHUSDT" })).toEqual(["/symbol unknown_symbol"]);
    expect(await change({ interval: "2H" })).toEqual(["/interval not_allowed"]);
    expect(await change({ market: "coin-futures" })).toEqual(["/symbol unknown_symbol"]);
    expect((await send(ann, "GET", `${chartsPath}/${chart.id}`)).json).toEqual(chart);
  });

  test("the list begins with the latest change, in pages, by symbol", async () => {
    const ids: string[] = [];
    for (const symbol of ["BTCUSDT", "ETHUSDT", "BTCUSDT", "SOLUSDT"]) ids.unshift((await desk.chart(ann, { symbol })).id);
    await desk.chart(bob, { symbol: "BTCUSDT" });
    expect(await listed(ann)).toEqual(ids);
    const oldest = ids.at(-1) as string;
    await send(ann, "PATCH", `${chartsPath}/${oldest}`, { name: "first again" });
    const now = [oldest, ...ids.slice(0, -1)];
    expect(await listed(ann)).toEqual(now);
    expect(await listed(ann, "?symbol=BTCUSDT&market=spot")).toEqual([oldest, ids[1]]);
    expect(await listed(ann, "?market=usdt-futures")).toEqual([]);
    const first = await desk.get<{ charts: Chart[]; next_cursor: string }>(ann, `${chartsPath}?limit=3`);
    const rest = await desk.get<{ charts: Chart[]; next_cursor?: string }>(ann, `${chartsPath}?limit=3&cursor=${first.next_cursor}`);
    expect([...first.charts, ...rest.charts].map((each) => each.id)).toEqual(now);
    expect(rest.next_cursor).toBeUndefined();
  });

  test("a copy is a chart of its own", async () => {
    const chart = await desk.chart(ann, { symbol: "BTCUSDT", name: "one", indicators: [{ kind: "ema" }] });
    const made = await desk.post(ann, `${chartsPath}/${chart.id}/duplicate`);
    expect(made.status).toBe(201);
    const copy = made.json as Chart;
    expect({ ...copy, id: chart.id, created_at: chart.created_at, updated_at: chart.updated_at }).toEqual(chart);
    expect(copy.id).not.toBe(chart.id);
    await send(ann, "DELETE", `${chartsPath}/${chart.id}`);
    expect((await send(ann, "GET", `${chartsPath}/${copy.id}`)).json).toEqual(copy);
  });

  test("several intervals at once make charts and their layout, all or nothing", async () => {
    const made = await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["15m", "1H", "4H"], indicators: [{ kind: "rsi" }], days: 7 });
    expect(made.status, made.text).toBe(201);
    const layout = made.json as Layout;
    expect(made.headers.location).toBe(`${layoutsPath}/${layout.id}`);
    expect(layout).toMatchObject({ name: "BTCUSDT", grid: 4, link_symbol: true, link_time: true });
    expect(layout.charts.map((each) => each.interval)).toEqual(["15m", "1H", "4H"]);
    expect(layout.charts.every((each) => each.days === 7 && each.indicators[0]?.params["period"] === 14)).toBe(true);
    expect((await send(ann, "GET", `${layoutsPath}/${layout.id}`)).json).toEqual(layout);
    expect((await listed(ann)).length).toBe(3);
    const refused = await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1H", "2H"] });
    expect(fieldErrors(refused)).toEqual(["/intervals/1 not_allowed"]);
    expect(fieldErrors(await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "NOSUCH", intervals: ["1H"] }))).toEqual(["/symbol unknown_symbol"]);
    expect((await listed(ann)).length).toBe(3);
  });

  test("layouts hold charts in their order, and only one's own", async () => {
    const [one, two] = [await desk.chart(ann, { symbol: "BTCUSDT" }), await desk.chart(ann, { symbol: "ETHUSDT" })];
    const his = await desk.chart(bob, { symbol: "BTCUSDT" });
    const made = await desk.post(ann, layoutsPath, { name: "Both", grid: 2, charts: [two.id, one.id] });
    expect(made.status, made.text).toBe(201);
    const layout = made.json as Layout;
    expect(layout).toMatchObject({ name: "Both", grid: 2, link_symbol: false, link_time: true });
    expect(layout.charts).toEqual([two, one]);

    const refusals = await Promise.all([his.id, randomUUID(), "x"].map(async (id) => await desk.post(ann, layoutsPath, { name: "L", grid: 2, charts: [one.id, id] })));
    for (const reply of refusals) expect(fieldErrors(reply)).toEqual(["/charts/1 unknown_chart"]);
    const bodies = refusals.map((reply) => ({ ...(reply.json as object), request_id: "" }));
    expect(bodies[0]).toEqual(bodies[1]);
    for (const id of [his.id, randomUUID()]) expect(fieldErrors(await send(ann, "PATCH", `${layoutsPath}/${layout.id}`, { charts: [id] }))).toEqual(["/charts/0 unknown_chart"]);

    expect(fieldErrors(await desk.post(ann, layoutsPath, { name: "L", grid: 1, charts: [one.id, two.id] }))).toEqual(["/charts too_long"]);
    const changed = await send(ann, "PATCH", `${layoutsPath}/${layout.id}`, { name: "One", charts: [one.id], link_symbol: true, grid: 4 });
    expect(changed.json).toMatchObject({ name: "One", grid: 4, link_symbol: true, charts: [one] });
    await send(ann, "PATCH", `${layoutsPath}/${layout.id}`, { charts: [one.id, two.id] });
    const smaller = await send(ann, "PATCH", `${layoutsPath}/${layout.id}`, { grid: 1 });
    expect((smaller.json as Layout).charts.map((each) => each.id)).toEqual([one.id]);
    expect(fieldErrors(await send(ann, "PATCH", `${layoutsPath}/${layout.id}`, { charts: [one.id, two.id] }))).toEqual(["/charts too_long"]);

    await send(ann, "DELETE", `${chartsPath}/${one.id}`);
    expect(((await send(ann, "GET", `${layoutsPath}/${layout.id}`)).json as Layout).charts).toEqual([]);
    expect((await send(ann, "DELETE", `${layoutsPath}/${layout.id}`)).status).toBe(204);
    expect((await send(ann, "GET", `${layoutsPath}/${layout.id}`)).status).toBe(404);
    expect((await send(ann, "GET", `${chartsPath}/${two.id}`)).status).toBe(200);
  });

  test("favourites are added once, and removed", async () => {
    const favourites = async (): Promise<string[]> => (await desk.get<{ favourites: { market: string; symbol: string }[] }>(ann, favouritesPath)).favourites.map((each) => `${each.market}/${each.symbol}`);
    for (const place of ["spot/ETHUSDT", "usdt-futures/BTCUSDT", "spot/ETHUSDT"]) expect((await send(ann, "PUT", `${favouritesPath}/${place}`)).status).toBe(204);
    expect(await favourites()).toEqual(["spot/ETHUSDT", "usdt-futures/BTCUSDT"]);
    expect(fieldErrors(await send(ann, "PUT", `${favouritesPath}/spot/NOSUCH`))).toEqual(["/symbol unknown_symbol"]);
    for (const place of ["moon/BTCUSDT", "spot/btcusdt", "spot/%20", `spot/${"A".repeat(33)}`])
      for (const method of ["PUT", "DELETE"]) expect((await send(ann, method, `${favouritesPath}/${place}`)).status, place).toBe(404);
    expect((await send(bob, "DELETE", `${favouritesPath}/spot/ETHUSDT`)).status).toBe(204);
    expect(await favourites()).toEqual(["spot/ETHUSDT", "usdt-futures/BTCUSDT"]);
    for (let i = 0; i < 2; i += 1) expect((await send(ann, "DELETE", `${favouritesPath}/spot/ETHUSDT`)).status).toBe(204);
    expect(await favourites()).toEqual(["usdt-futures/BTCUSDT"]);
  });

  test("500 charts, 100 layouts and 200 favourites, and not one more, however many ask at once", async () => {
    const chart = await desk.chart(ann, { symbol: "BTCUSDT" });
    await desk.post(ann, layoutsPath, { name: "L", grid: 1, charts: [chart.id] });
    await desk.installation.query(`UPDATE chart_shelves SET charts = 498, layouts = 98, favourites = 198 WHERE user_id = '${ann.id}'`);
    const together = async (ask: (i: number) => Promise<Reply>): Promise<(string | number)[]> => (await Promise.all(Array.from({ length: 6 }, async (_, i) => await ask(i)))).map((reply) => (reply.status < 300 ? "made" : problemType(reply))).sort();
    expect(await together(async () => await desk.post(ann, chartsPath, { symbol: "BTCUSDT" }))).toEqual(["made", "made", ...Array<string>(4).fill("too-many-charts")].sort());
    expect(problemType(await desk.post(ann, `${chartsPath}/${chart.id}/duplicate`))).toBe("too-many-charts");
    expect(problemType(await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1H"] }))).toBe("too-many-charts");
    expect(await together(async () => await desk.post(ann, layoutsPath, { name: "L", grid: 1, charts: [chart.id] }))).toEqual(["made", "made", ...Array<string>(4).fill("too-many-layouts")].sort());
    const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "TRXUSDT", "DOGEUSDT"];
    expect(await together(async (i) => await send(ann, "PUT", `${favouritesPath}/spot/${symbols[i] as string}`))).toEqual(["made", "made", ...Array<string>(4).fill("too-many-favourites")].sort());
    // Room for one more comes with one less, for each of them once.
    await send(ann, "DELETE", `${chartsPath}/${chart.id}`);
    expect(await together(async () => await desk.post(ann, chartsPath, { symbol: "BTCUSDT" }))).toEqual(["made", ...Array<string>(5).fill("too-many-charts")].sort());
    await desk.installation.query(`UPDATE chart_shelves SET charts = 498 WHERE user_id = '${ann.id}'`);
    const before = (await listed(ann, "?limit=100")).length;
    expect(problemType(await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1m", "5m", "1H"] }))).toBe("too-many-charts");
    await desk.installation.query(`UPDATE chart_shelves SET charts = 400, layouts = 100 WHERE user_id = '${ann.id}'`);
    expect(problemType(await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1m", "5m"] }))).toBe("too-many-layouts");
    expect((await listed(ann, "?limit=100")).length, "all or nothing").toBe(before);
    // Somebody else has room of their own.
    await desk.chart(bob, { symbol: "BTCUSDT" });
  });

  test("a request with a key makes its thing once, also when it comes at the same time", async () => {
    const chart = await desk.chart(ann, { symbol: "BTCUSDT" });
    const makers: [string, object | undefined, object | undefined][] = [
      [chartsPath, { symbol: "BTCUSDT", indicators: [{ kind: "sma" }] }, { symbol: "ETHUSDT" }],
      [`${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1H", "4H"] }, { symbol: "BTCUSDT", intervals: ["4H", "1H"] }],
      [layoutsPath, { name: "L", grid: 1, charts: [chart.id] }, { name: "M", grid: 1, charts: [chart.id] }],
      [`${chartsPath}/${chart.id}/duplicate`, undefined, undefined],
    ];
    for (const [path, body, other] of makers) {
      const headers = { "Idempotency-Key": `key ${randomUUID()}` };
      const all = await Promise.all(Array.from({ length: 5 }, async () => await desk.post(ann, path, body, headers)));
      expect(all.map((reply) => reply.status), path).toEqual(Array(5).fill(201));
      expect(new Set(all.map((reply) => (reply.json as { id: string }).id)).size, path).toBe(1);
      expect((await desk.post(ann, path, body, headers)).json).toEqual(all[0]?.json);
      if (other !== undefined) {
        const reused = await desk.post(ann, path, other, headers);
        expect([reused.status, problemType(reused)]).toEqual([422, "idempotency-key-reused"]);
      }
      // Of somebody else it is another key, and another kind of thing is another request.
      if (path === chartsPath) expect(((await desk.post(bob, path, body, headers)).json as Chart).id).not.toBe((all[0]?.json as Chart).id);
      const elsewhere = await desk.post(ann, path === layoutsPath ? chartsPath : layoutsPath, path === layoutsPath ? { symbol: "BTCUSDT" } : { name: "L", grid: 1, charts: [chart.id] }, headers);
      expect(problemType(elsewhere)).toBe("idempotency-key-reused");
      for (const key of ["", "k".repeat(256), "ü"]) expect(fieldErrors(await desk.post(ann, path, body, { "Idempotency-Key": key })), key).toEqual(["/Idempotency-Key not_allowed"]);
    }
    const fresh = await newMember(desk.program);
    expect(await listed(fresh)).toEqual([]);
  });

  test("a name has a hundred characters, a chart ten indicators and ten years", async () => {
    const indicators = (count: number): object[] => Array.from({ length: count }, (_, i) => ({ kind: "sma", params: { period: i + 2 } }));
    const made = await desk.post(ann, chartsPath, { symbol: "BTCUSDT", name: "ü".repeat(100), days: 3650, indicators: indicators(10) });
    expect(made.status, made.text).toBe(201);
    for (const [json, fault] of [
      [{ name: "ü".repeat(101) }, "/name not_allowed"],
      [{ days: 3651 }, "/days not_allowed"],
      [{ days: 0 }, "/days not_allowed"],
      [{ indicators: indicators(11) }, "/indicators too_long"],
    ] as const) {
      expect(fieldErrors(await desk.post(ann, chartsPath, { symbol: "BTCUSDT", ...json }))).toEqual([fault]);
      expect(fieldErrors(await send(ann, "PATCH", `${chartsPath}/${(made.json as Chart).id}`, json))).toEqual([fault]);
    }
  });

  test("c.37 what belongs to one is not there for the other: charts, layouts, favourites and their data", async () => {
    const hers = await desk.chart(ann, { symbol: "BTCUSDT", name: "secret plan", indicators: [{ kind: "rsi" }] });
    const layout = (await desk.post(ann, layoutsPath, { name: "secret desk", grid: 1, charts: [hers.id] })).json as Layout;
    await send(ann, "PUT", `${favouritesPath}/spot/SOLUSDT`);
    const shape = (reply: Reply): unknown => ({ status: reply.status, body: { ...(reply.json as object), request_id: "" }, fields: Object.keys(reply.headers).sort() });
    for (const [method, path, json] of [
      ["GET", `${chartsPath}/ID`, undefined],
      ["PATCH", `${chartsPath}/ID`, { name: "mine" }],
      ["DELETE", `${chartsPath}/ID`, undefined],
      ["POST", `${chartsPath}/ID/duplicate`, undefined],
      ["GET", `${chartsPath}/ID/data`, undefined],
      ["GET", `${chartsPath}/ID/csv`, undefined],
      ["GET", `${layoutsPath}/ID`, undefined],
      ["PATCH", `${layoutsPath}/ID`, { name: "mine" }],
      ["DELETE", `${layoutsPath}/ID`, undefined],
    ] as const) {
      const id = path.startsWith(layoutsPath) ? layout.id : hers.id;
      const [foreign, unknown] = [await send(bob, method, path.replace("ID", id), json), await send(bob, method, path.replace("ID", randomUUID()), json)];
      expect(foreign.status, `${method} ${path}`).toBe(404);
      expect(shape(foreign), `${method} ${path}`).toEqual(shape(unknown));
    }
    for (const path of [chartsPath, `${chartsPath}?symbol=BTCUSDT`, layoutsPath, favouritesPath]) {
      const reply = await send(bob, "GET", path);
      for (const mark of [hers.id, layout.id, "secret", "SOLUSDT"]) expect(reply.text).not.toContain(mark);
    }
    expect((await send(ann, "GET", `${layoutsPath}/${layout.id}`)).json).toEqual(layout);
  });

  test("the archive has them, and the deletion of the account takes them along", async () => {
    const id = await plantChart(desk.program, bob);
    await desk.post(bob, layoutsPath, { name: "L", grid: 1, charts: [id] });
    await send(bob, "PUT", `${favouritesPath}/spot/SOLUSDT`);
    expect((await send(bob, "DELETE", "/api/v1/auth/me")).status).toBe(204);
    for (const table of ["charts", "layouts", "layout_charts", "favourites", "chart_shelves"])
      expect(await desk.installation.query(`SELECT COUNT(*) FROM ${table} WHERE user_id = '${bob.id}'`), table).toBe("0");
  });
});

test.each(wantedDatabases)("on %s: what was answered is there after a power cut, once, and what comes again is known", async (database) => {
  const desk = await Desk.open(database);
  try {
    const ann = await newMember(desk.program);
    await desk.chart(ann, { symbol: "BTCUSDT" });
    for (let round = 0; round < 3; round += 1) {
      const answered = new Map<string, string>();
      const asked = Array.from({ length: 40 }, (_, i) => `${round} ${i}`);
      const all = asked.map(async (key) => {
        const reply = await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1H", "4H"] }, { "Idempotency-Key": key }).catch(() => undefined);
        if (reply?.status === 201) answered.set(key, (reply.json as Layout).id);
        if (answered.size === 8) await desk.program.kill();
      });
      await Promise.all(all);
      expect(answered.size).toBeGreaterThanOrEqual(8);
      await desk.startAgain();
      for (const [key, id] of answered) {
        const again = await desk.post(ann, `${chartsPath}/multi-timeframe`, { symbol: "BTCUSDT", intervals: ["1H", "4H"] }, { "Idempotency-Key": key });
        expect([again.status, (again.json as Layout).id, (again.json as Layout).charts.length]).toEqual([201, id, 2]);
      }
      // Each as whole as the other, and counted.
      expect(await desk.installation.query("SELECT COUNT(*) FROM layouts l WHERE (SELECT COUNT(*) FROM layout_charts c WHERE c.layout_id = l.id) <> 2")).toBe("0");
      expect(await desk.installation.query("SELECT COUNT(*) FROM chart_shelves s WHERE charts <> (SELECT COUNT(*) FROM charts c WHERE c.user_id = s.user_id) OR layouts <> (SELECT COUNT(*) FROM layouts l WHERE l.user_id = s.user_id)")).toBe("0");
    }
  } finally {
    await desk.close();
  }
});
