// The measurements: each takes the options of the run and returns rows { what, value, unit, goal?, good? } and the details for the file.
import { execFileSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { commitTime, indicatorTimes, loginFlood, logins, median, rawHashRate, refreshes, runTests, vaultTimes, wrk } from "./load.mjs";
import {
  cannedReply, openSockets, password, postJson, request, startBareBeast, startKontor, startNginx, startSockets, temporaryFolder, tokenOf,
} from "./servers.mjs";

const me = "/api/v1/auth/me";

function atLeast(what, value, goal, unit = "×", floor = undefined) {
  return { what, value, unit, goal: `≥ ${goal.toLocaleString("en")}`, good: value >= goal, floor };
}
function atMost(what, value, goal, unit = "×", floor = undefined) {
  return { what, value, unit, goal: `≤ ${goal.toLocaleString("en")}`, good: value <= goal, floor };
}
const whole = (value) => Math.round(value).toLocaleString("en");
const plain = (what, value, unit) => ({ what, value, unit });

/** /auth/me beside two servers that answer the same bytes without doing anything; rounds take turns, so that all meet the same machine. */
async function throughput({ cores, rounds, seconds }) {
  const kontor = await startKontor();
  const token = await tokenOf(kontor, "bench@example.com");
  const reply = await request(kontor.port, "GET", me, { headers: { Authorization: `Bearer ${token}` } });
  if (reply.status !== 200) throw new Error(`${me} answered ${reply.status}: ${reply.body}`);
  const canned = cannedReply(reply);
  const servers = [kontor, await startBareBeast(canned, cores), await startNginx(canned, cores)];
  const rates = Object.fromEntries(servers.map((server) => [server.name, []]));
  const bytes = {};
  for (const server of servers) await wrk(server, token, { seconds: 1 });
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const result = await wrk(server, token, { seconds });
      rates[server.name].push(result.rate);
      bytes[server.name] = Math.round(result.bytes / result.requests);
    }
  }
  for (const server of servers) await server.stop();
  const of = (name) => median(rates[name]);
  // A ratio per round compares neighbours in time; its median is steadier than the ratio of medians on a machine that others use too.
  const against = (name) => median(rates.kontor.map((rate, round) => rate / rates[name][round]));
  return {
    rows: [
      plain("/auth/me", of("kontor"), "requests/s"),
      plain("bare Beast, same bytes", of("bare_beast"), "requests/s"),
      plain("nginx, same bytes", of("nginx"), "requests/s"),
      atLeast("/auth/me ÷ bare Beast", against("bare_beast"), 0.8, "×", `bare Beast, ${whole(of("bare_beast"))} requests/s`),
      plain("/auth/me ÷ nginx", against("nginx"), "×"),
    ],
    details: { rates, bytes_per_reply: bytes },
  };
}

/** Sign-ins beside the raw hash on the same cores: the same number of hashes, in turns. */
async function login({ cores, rounds }) {
  const kontor = await startKontor();
  const emails = [];
  // Twice as many as cores, because the throttle lets an account have five sign-ins under way.
  for (let i = 0; i < 2 * cores; i++) {
    emails.push(`login${i}@example.com`);
    await tokenOf(kontor, emails[i]);
  }
  const count = 24 * cores;
  const raw = [];
  const served = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    raw.push(await rawHashRate(cores, count, 12));
    // More under way than cores, so that a core never waits for a request; a multiple of them, so that none idles at the end.
    const result = await logins(kontor, emails, count, 4 * cores);
    if (result.statuses[200] !== count) throw new Error(`sign-ins were answered with ${JSON.stringify(result.statuses)}`);
    served.push(result.rate);
  }
  await kontor.stop();
  return {
    rows: [
      plain("hashes of cost 12 alone", median(raw), "per s"),
      plain("sign-ins", median(served), "per s"),
      atLeast("sign-ins ÷ hashes", median(served.map((rate, round) => rate / raw[round])), 0.9, "×", `hashes alone, ${median(raw).toFixed(1)} per s`),
    ],
    details: { raw, served },
  };
}

/**
 * How long /auth/me takes while nobody signs in and while sign-ins keep the hash pool full. Eight clients ask at a steady pace that leaves
 * the machine time, because a client that asks as fast as it can measures its own queue; the row "as fast as they can" is that one.
 */
async function latency({ cores, rounds, seconds }) {
  const kontor = await startKontor();
  // The throttle lets an account have five sign-ins under way.
  const emails = Array.from({ length: 4 * cores }, (_, i) => `latency${i}@example.com`);
  for (const email of emails.slice(1)) await tokenOf(kontor, email);
  const token = await tokenOf(kontor, emails[0]);
  const results = { paced: { quiet: [], flooded: [] }, saturated: { quiet: [], flooded: [] } };
  const answered = {};
  await wrk(kontor, token, { seconds: 1, connections: 8 });
  for (let round = 0; round < 2 * rounds; round++) {
    for (const [kind, { quiet, flooded }] of Object.entries(results)) {
      const load = { seconds: Math.min(seconds, 2), connections: 8, paced: kind === "paced" };
      quiet.push(await wrk(kontor, token, load));
      const stop = loginFlood(kontor, emails, 16 * cores);
      flooded.push(await wrk(kontor, token, load));
      for (const [status, count] of Object.entries(await stop())) answered[status] = (answered[status] ?? 0) + count;
    }
  }
  await kontor.stop();
  const p99 = (some) => some.map((result) => result.p99_ms);
  const { paced, saturated } = results;
  // A machine that others use stops for milliseconds now and then, and a disturbed quiet round would flatter the ratio: so the best quiet
  // round stands for the quiet machine, and the middle one for the flood.
  const quiet = Math.min(...p99(paced.quiet));
  const flooded = median(p99(paced.flooded));
  return {
    rows: [
      plain("p99 of /auth/me alone, best round", quiet, "ms"),
      atMost("p99 while sign-ins fill the pool", flooded, 10, "ms"),
      atMost("p99 under sign-ins ÷ alone", flooded / quiet, 3, "×", `alone, ${quiet.toFixed(2)} ms`),
      plain("p99 alone, as fast as they can", median(p99(saturated.quiet)), "ms"),
      atMost("... while sign-ins fill the pool", median(p99(saturated.flooded)), 10, "ms"),
    ],
    details: { ...results, sign_ins_answered: answered },
  };
}

/** Refreshes of 16 sessions at once, each with a durable commit, while wrk needs a share of the same cores. */
async function refresh({ rounds, seconds }) {
  const kontor = await startKontor({ settings: { PASSWORD_BCRYPT_COST: "10" } });
  const email = "refresh@example.com";
  await tokenOf(kontor, email);
  const rates = [];
  for (let round = 0; round < rounds; round++) {
    const tokens = [];
    for (let i = 0; i < 16; i++) {
      const reply = await postJson(kontor.port, "/api/v1/auth/login", { email, password, refresh_token_in: "body" });
      if (reply.status !== 200) throw new Error(`login answered ${reply.status}: ${reply.body}`);
      tokens.push(JSON.parse(reply.body).refresh_token);
    }
    rates.push((await refreshes(kontor, tokens, seconds)).rate);
  }
  await kontor.stop();
  return { rows: [atLeast("refreshes, each durable", median(rates), 5000, "per s")], details: { rates } };
}

/** From starting the process to the first 200 of the readiness check: with an empty folder and with one in use. */
async function start({ rounds }) {
  const fresh = [];
  const again = [];
  for (let round = 0; round < rounds * 2; round++) {
    const first = await startKontor();
    fresh.push(first.readyAfter);
    await first.stop();
    const second = await startKontor({ data: first.data });
    again.push(second.readyAfter);
    await second.stop();
  }
  return {
    rows: [
      atMost("start to ready, new data folder", median(fresh), 150, "ms"),
      atMost("start to ready, existing data", median(again), 150, "ms"),
    ],
    details: { fresh, again },
  };
}

/** Resident memory after the start, and after 100,000 requests. */
async function memory() {
  const kontor = await startKontor();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const idle = kontor.memory();
  const token = await tokenOf(kontor, "memory@example.com");
  const afterOne = kontor.memory();
  let requests = 0;
  while (requests < 100_000) requests += (await wrk(kontor, token, { seconds: 1 })).requests;
  const after = kontor.memory();
  await kontor.stop();
  return {
    rows: [
      atMost("memory, idle", idle, 25, "MB"),
      plain("memory after one registration", afterOne, "MB"),
      plain("memory after 100,000 requests", after, "MB"),
    ],
    details: { idle, after_one_registration: afterOne, after_requests: after, requests },
  };
}

const signingKey = "q8Zr2vKx7TnB4mWc9YdF3hJs6LpG1aQeUo5iRkXtVbNy";

/** A data folder with that many accounts, all with the password of the first one, each with a session. */
async function folderWithUsers(count) {
  const data = path.join(temporaryFolder(), "data");
  const settings = { JWT_SECRET_KEY: signingKey, PASSWORD_BCRYPT_COST: "10" };
  const kontor = await startKontor({ data, settings });
  const token = await tokenOf(kontor, "u0@example.com");
  await kontor.stop();
  const database = path.join(data, "app.db");
  const sqlite = (...statements) => execFileSync("sqlite3", ["-bail", database], { input: statements.join("\n"), encoding: "utf8", maxBuffer: 1 << 28 });
  sqlite(
    "PRAGMA synchronous=OFF; BEGIN;",
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}), r AS (SELECT i, lower(hex(randomblob(16))) AS h FROM n)
     INSERT INTO users (id, email, email_lookalike, hashed_password, is_admin, is_active, security_epoch, created_at, updated_at)
     SELECT substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-a' || substr(h, 18, 3) || '-' || substr(h, 21, 12),
            'u' || i || '@example.com', 'u' || i || '@example.com', hashed_password, 0, 1, security_epoch, created_at, updated_at
     FROM r, (SELECT * FROM users WHERE email = 'u0@example.com');`,
    // Everybody is signed in once, as the first one is.
    `WITH r AS (SELECT id AS user_id, lower(hex(randomblob(16))) AS h FROM users WHERE email <> 'u0@example.com')
     INSERT INTO sessions (id, user_id, device, address, created_at, last_used_at, proved_at, second_factor, epoch, idle_expires_at, expires_at)
     SELECT substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-a' || substr(h, 18, 3) || '-' || substr(h, 21, 12),
            r.user_id, device, address, created_at, last_used_at, proved_at, second_factor, epoch, idle_expires_at, expires_at
     FROM r, (SELECT * FROM sessions LIMIT 1);`,
    "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
  const users = sqlite(`SELECT u.id || ' ' || email || ' ' || s.id FROM users u JOIN sessions s ON s.user_id = u.id ORDER BY random() LIMIT 1000;`)
    .trim().split("\n").map((line) => line.split(" ")).map(([id, email, session]) => ({ id, email, session }));
  return { data, settings, token, users };
}

/** A token as the program would have made it for another account. */
function tokenFor(user, model) {
  const [header, claims] = model.split(".");
  const changed = { ...JSON.parse(Buffer.from(claims, "base64url")), sub: user.id, email: user.email, jti: randomUUID(), sid: user.session };
  const text = `${header}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
  return `${text}.${createHmac("sha256", signingKey).update(text).digest("base64url")}`;
}

/** One request after the other over one connection; the milliseconds of each. */
async function oneByOne(server, items, call) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (const item of items) {
    const began = performance.now();
    const reply = await call(item, agent);
    times.push(performance.now() - began);
    if (reply.status !== 200) throw new Error(`answered ${reply.status}: ${reply.body}`);
  }
  agent.destroy();
  return times;
}

/** What an account costs when there are a thousand times as many. */
async function users({ rounds, seconds, most }) {
  const sizes = [1000, most];
  const folders = {};
  for (const size of sizes) folders[size] = await folderWithUsers(size);
  const results = Object.fromEntries(sizes.map((size) => [size, { known: [], first: [], login: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const size of sizes) {
      const { data, settings, token, users: some } = folders[size];
      const kontor = await startKontor({ data, settings });
      const into = results[size];
      // One account again and again; then 800 accounts, each for the first time: the database is asked for each of them.
      into.known.push((await wrk(kontor, token, { seconds: Math.min(seconds, 3) })).rate);
      const bearer = (user) => ({ Authorization: `Bearer ${tokenFor(user, token)}` });
      await oneByOne(kontor, some.slice(0, 200), (user, agent) => request(kontor.port, "GET", me, { agent, headers: bearer(user) }));
      into.first.push(median(await oneByOne(kontor, some.slice(200), (user, agent) => request(kontor.port, "GET", me, { agent, headers: bearer(user) }))));
      const { rate } = await logins(kontor, some.slice(0, 40).map((user) => user.email), 20, 1);
      into.login.push(1000 / rate);
      await kontor.stop();
    }
  }
  const cost = (kind) => median(results[most][kind].map((value, round) => value / results[1000][kind][round]));
  const label = most.toLocaleString("en");
  return {
    rows: [
      atMost(`/auth/me of one account: ${label} ÷ 1,000 accounts`, 1 / cost("known"), 1.3),
      atMost(`/auth/me of ever new accounts: ${label} ÷ 1,000`, cost("first"), 1.3),
      atMost(`sign-in: ${label} ÷ 1,000`, cost("login"), 1.3),
    ],
    details: { accounts: sizes, known_requests_per_s: sizes.map((s) => results[s].known), first_ms: sizes.map((s) => results[s].first), login_ms: sizes.map((s) => results[s].login) },
  };
}

/** The vault with 1,000 and 100,000 secrets, ten of each user. */
async function vault({ rounds }) {
  const sizes = [1000, 100_000];
  const results = Object.fromEntries(sizes.map((size) => [size, []]));
  for (let round = 0; round < rounds; round++)
    for (const size of sizes) results[size].push(await vaultTimes(temporaryFolder(), size / 10, 10));
  const of = (size, member) => median(results[size].map((each) => each[member]));
  const commit = commitTime(temporaryFolder());
  const ratio = (member) => of(100_000, member) / of(1000, member);
  return {
    rows: [
      atMost("read of a secret among 100,000", of(100_000, "read_us"), 50, "µs"),
      atMost("list of one user among 100,000", of(100_000, "list_us"), 200, "µs"),
      // A save waits for the commit of its group, and each commit for the disk: about two writes of it.
      atMost("save of a secret among 100,000 ÷ a commit alone", of(100_000, "save_us") / commit, 2, "×", `an empty commit to the disk, ${commit.toFixed(0)} µs`),
      plain("save of a secret among 100,000", of(100_000, "save_us"), "µs"),
      plain("read: 100,000 ÷ 1,000", ratio("read_us"), "×"),
      plain("list: 100,000 ÷ 1,000", ratio("list_us"), "×"),
      plain("save: 100,000 ÷ 1,000", ratio("save_us"), "×"),
    ],
    details: { results },
  };
}

/** SMA, EMA, RSI, MACD and Bollinger bands over as many candles as a chart has at most. */
async function indicators({ rounds }) {
  const times = await indicatorTimes(20_000, rounds * 20);
  return {
    rows: [
      atMost("five indicators over 20,000 candles", times.computed_ms, 2, "ms"),
      plain("one indicator, one candle more", times.push_ns, "ns"),
    ],
    details: times,
  };
}

/** What an idle socket costs, in our room and with Beast alone; each has had one message and its answer. */
async function sockets({ most }) {
  const count = most >= 1_000_000 ? 10_000 : 1000;
  const results = {};
  for (const name of ["socket_bench", "bare_sockets"]) {
    const server = await startSockets(name);
    const before = server.memory();
    const open = await openSockets(server, count);
    const after = server.memory();
    results[name] = { before, after, kb: ((after - before) * 1024) / count };
    for (const socket of open) socket.removeAllListeners("close").destroy();
    await server.stop();
  }
  const { socket_bench: ours, bare_sockets: bare } = results;
  const label = count.toLocaleString("en");
  return {
    rows: [
      atMost(`memory with ${label} idle sockets`, ours.after, (150 * count) / 10_000, "MB", `bare Beast, ${bare.after.toFixed(1)} MB`),
      plain("an idle socket", ours.kb, "KB"),
      plain("an idle socket of bare Beast", bare.kb, "KB"),
      plain("an idle socket ÷ bare Beast", ours.kb / bare.kb, "×"),
    ],
    details: { sockets: count, memory_mb: results },
  };
}

/** Figures that tests measure and tell: each in the test that needs what is measured beside it, on SQLite. */
function fromTests(kind, files, environment = {}, filter = "") {
  return async ({ most }) => {
    const isQuick = most < 1_000_000;
    const file = path.join(temporaryFolder(), "figures");
    const wanted = Object.fromEntries(Object.entries(environment).map(([name, [quick, full]]) => [name, isQuick ? quick : full]));
    const { log, passed } = await runTests(kind, files, filter, { ...wanted, KONTOR_FIGURES: file });
    const told = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line)) : [];
    // A figure that was measured several times counts as it was measured last.
    const figures = [...new Map(told.map((each) => [each.what, each])).values()];
    if (figures.length === 0) throw new Error(`the tests told nothing:\n${log.slice(-3000)}`);
    return {
      rows: figures.map(({ what, value, unit, atMost: most_, atLeast: least, floor }) => {
        if (most_ !== undefined) return atMost(what, value, most_, unit, floor);
        return least === undefined ? plain(what, value, unit) : atLeast(what, value, least, unit, floor);
      }),
      details: { tests: files },
      // What was told before a test failed is a figure all the same.
      problem: passed ? undefined : `a test failed:\n${log.slice(-3000)}`,
    };
  };
}

export const measurements = {
  throughput: { about: "/auth/me beside a bare Beast server and nginx", run: throughput },
  login: { about: "sign-ins beside the raw hash", run: login },
  latency: { about: "p99 of /auth/me alone and under a flood of sign-ins", run: latency },
  refresh: { about: "refreshes of sessions with durable commits", run: refresh },
  start: { about: "start to ready", run: start },
  memory: { about: "resident memory", run: memory },
  users: { about: "1,000 and 1,000,000 accounts", run: users },
  sockets: { about: "memory of idle WebSockets beside bare Beast", run: sockets },
  indicators: { about: "five indicators over 20,000 candles", run: indicators },
  vault: { about: "reading, listing and saving among 1,000 and 100,000 secrets", run: vault },
  revocation: { about: "until an end of access bites, on two nodes", run: fromTests("blackbox", ["revocation"]) },
  timing: { about: "whether answers tell by their time that an account is there", run: fromTests("alone", ["timing.alone", "mailTiming.alone"]) },
  answers: { about: "dropped lines and stopped answers", run: fromTests("blackbox", ["runs"], { KONTOR_DISCONNECTS: ["20", "200"] }, "dropped lines|ends the provider's connection") },
  streams: { about: "answers on many sockets", run: fromTests("alone", ["streams.alone"], { KONTOR_STREAMS: ["4", "32"] }) },
  conversations: { about: "a desk of 20,000 conversations and one of 10,000 messages", run: fromTests("alone", ["conversations.alone"], {}, "20,000 conversations") },
  charts: { about: "a full chart, and a thousand who watch a symbol", run: fromTests("alone", ["charts.alone"], { KONTOR_WATCHERS: ["64", "1000"] }) },
  browser: { about: "charts in a browser: frames, first paint, event to pixel", run: fromTests("browser", ["chartSpeed"]) },
};
