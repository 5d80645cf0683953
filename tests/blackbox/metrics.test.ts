/** /metrics: who may read it, that it is well-formed, and that each number moves by what was done. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { say, setUpModel } from "./support/chats";
import { issuedOf, problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { newEmail, projectFolder, randomText, wantedDatabases } from "./support/environment";
import { metricsOf, parseMetrics, valueOf, type Metrics } from "./support/metrics";
import { Models } from "./support/models";
import { newAdmin, newMember } from "./support/people";
import { Installation, Program } from "./support/program";
import { exchange } from "./support/raw";
import { newPassword } from "./support/secrets";
import { MailServer } from "./support/smtp";
import { Socket } from "./support/socket";
import { until } from "./support/until";
import { Authority } from "./support/web";

const auth = `${apiBase}/auth`;
const outcomeOf = (reply: Reply): string => (reply.status < 400 ? `${reply.status}` : `${reply.status} ${problemType(reply)}`);

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  const start = async (settings: Record<string, string> = {}): Promise<void> => {
    program = await Program.start({ installation, settings });
  };
  beforeEach(async () => {
    installation = await Installation.create(database);
    await start();
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  /** Waits until the numbers are these: a request is counted when its answer is out, which may be just after it came. */
  const movedBy = async (before: Metrics, wanted: [string, Record<string, string>, number][]): Promise<void> => {
    let now = before;
    const differences = (): number[] => wanted.map(([name, labels]) => Math.round((valueOf(now, name, labels) - valueOf(before, name, labels)) * 1e6) / 1e6);
    const expected = wanted.map((each) => each[2]);
    try {
      await until("the numbers have moved", async () => {
        now = await metricsOf(program);
        return JSON.stringify(differences()) === JSON.stringify(expected);
      }, 15_000);
    } catch {
      expect(wanted.map(([name, labels], i) => [name, labels, differences()[i]])).toEqual(wanted);
    }
  };

  test("a.50 the machine itself and administrators read it, nobody else", async () => {
    const [member, admin] = [await newMember(program), await newAdmin(program)];
    const tokenOf = async (by: string, scopes: string[]): Promise<string> =>
      issuedOf(await program.send("POST", `${auth}/tokens`, { token: by, json: { name: "metrics", scopes } })).token;
    const [watching, other, weak] = [await tokenOf(admin.token, ["admin:read"]), await tokenOf(admin.token, ["account:read"]), await tokenOf(member.token, ["account:read"])];
    for (const at of ["/metrics", `${apiBase}/metrics`]) {
      const asked = async (headers: Record<string, string> = {}, token?: string): Promise<string> => outcomeOf(await program.send("GET", at, token === undefined ? { headers } : { headers, token }));
      // On the machine, by each of its names for itself.
      for (const host of ["localhost", `localhost:${program.port}`, `127.0.0.1:${program.port}`, "[::1]:80", "127.9.9.9"]) expect([host, await asked({ host })]).toEqual([host, "200"]);
      // A proxy on the machine asks for somebody: whatever field says so, and whatever it says.
      for (const field of ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "cf-connecting-ip", "true-client-ip"])
        for (const value of ["127.0.0.1", "for=127.0.0.1", "http", ""]) expect([field, value, await asked({ [field]: value })]).toEqual([field, value, "404 not-found"]);
      // A proxy that passes the public name on, and a page in a browser here that calls itself by another name.
      for (const host of ["desk.example", "localhost.example", "127.0.0.1.nip.example", "10.0.0.1"]) expect([host, await asked({ host })]).toEqual([host, "404 not-found"]);
      // Who shows credentials is judged by them, on the machine and elsewhere alike.
      for (const headers of [{}, { "x-forwarded-for": "192.0.2.7" }] as Record<string, string>[]) {
        expect(await asked(headers, admin.token)).toBe("200");
        expect(await asked(headers, watching)).toBe("200");
        expect(await asked(headers, member.token)).toBe("403 forbidden");
        expect(await asked(headers, other)).toBe("403 insufficient-scope");
        expect(await asked(headers, weak)).toBe("403 insufficient-scope");
        expect(await asked(headers, "x")).toBe("401 invalid-token");
        expect(await asked({ ...headers, authorization: "Basic eDp5" })).toBe("401 unauthenticated");
      }
      expect(outcomeOf(await program.send("POST", at, {}))).toBe("405 method-not-allowed");
    }
    // As if it were not there.
    const [hidden, nothing] = [await program.send("GET", "/metrics", { headers: { via: "x" } }), await program.send("GET", `${apiBase}/nothing`)];
    expect({ ...(hidden.json as object), request_id: "" }).toEqual({ ...(nothing.json as object), request_id: "" });
    // The right ends with the role.
    await installation.command(["admin", "create", newEmail()]);
    await newAdmin(program);
    expect((await installation.command(["admin", "demote", admin.email])).code).toBe(0);
    await until("the demotion is known", async () => (await program.send("GET", "/metrics", { token: watching })).status === 403);
  });

  test("where nobody named the proxy, the machine is nobody special; a named one is told apart", async () => {
    const asked = async (headers = {}): Promise<number> => (await program.send("GET", "/metrics", { headers })).status;
    const restart = async (settings: Record<string, string>): Promise<void> => {
      await program.stop();
      await start(settings);
    };
    await restart({ PUBLIC_URL: "https://desk.example" });
    expect(await asked()).toBe(404);
    const admin = await newAdmin(program);
    expect((await program.send("GET", "/metrics", { token: admin.token })).status).toBe(200);
    await restart({ PUBLIC_URL: "https://desk.example", TRUSTED_PROXIES: "127.0.0.1" });
    expect(await asked()).toBe(200);
    // What the trusted proxy says of its client makes nobody local, not even an address of loopback.
    for (const client of ["192.0.2.1", "127.0.0.1", "::1"]) expect(await asked({ "x-forwarded-for": client })).toBe(404);
    await restart({ PUBLIC_URL: "http://localhost:8500" });
    expect(await asked()).toBe(200);
  });

  test("the limits of requests do not blind whoever watches, and hold for all others", async () => {
    await program.stop();
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "5" });
    for (let i = 0; i < 20; i += 1) expect((await program.send("GET", "/metrics")).status).toBe(200);
    const before = await metricsOf(program);
    const others: number[] = [];
    for (let i = 0; i < 20; i += 1) others.push((await program.send("GET", "/metrics", { headers: { via: "x" } })).status);
    const refused = others.filter((status) => status === 429).length;
    expect(refused).toBeGreaterThan(10);
    await movedBy(before, [["kontor_throttle_refusals_total", { limit: "address" }, refused]]);
  });

  test("it is of the format that it says, tells what the document says, and HEAD has no body", async () => {
    const reply = await program.send("GET", "/metrics");
    expect(reply.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(reply.headers["cache-control"]).toBe("no-store");
    const said = parseMetrics(reply.text);
    const rows = readFileSync(path.join(projectFolder, "docs/metrics.md"), "utf8").matchAll(/^\| `([a-z_]+)` \| (counter|gauge|histogram) \|(.*?) \| (.*) \|$/gm);
    const documented = [...rows].map(([, name, type, labels = "", help]) => ({ name, type, help, labels: [...labels.matchAll(/`([a-z]+)`/g)].map((each) => each[1]) }));
    expect([...said].map(([name, { type, help }]) => ({ name, type, help }))).toEqual(documented.map(({ labels: _, ...rest }) => rest));
    for (const { name, labels } of documented)
      for (const sample of said.get(name as string)?.samples ?? []) expect([sample.name, Object.keys(sample.labels).filter((label) => label !== "le")]).toEqual([sample.name, labels]);
    expect((await program.send("HEAD", "/metrics")).text).toBe("");
  });

  test("what the process is", async () => {
    const now = await metricsOf(program);
    const version = (await installation.command(["--version"])).stdout.trim().split(" ")[1] as string;
    expect(valueOf(now, "kontor_build_info", { version, database })).toBe(1);
    expect(Math.abs(valueOf(now, "process_start_time_seconds") - Date.now() / 1000)).toBeLessThan(120);
    expect(valueOf(now, "process_cpu_seconds_total")).toBeGreaterThan(0);
    const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, "utf8"))?.[1]) * 1024;
    expect(valueOf(now, "process_resident_memory_bytes") / resident).toBeGreaterThan(0.5);
    expect(valueOf(now, "process_resident_memory_bytes") / resident).toBeLessThan(2);
    expect(valueOf(now, "process_max_fds")).toBe(Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/limits`, "utf8"))?.[1]));
    expect(valueOf(now, "process_open_fds")).toBeGreaterThan(5);
    expect(valueOf(now, "kontor_vault_ready")).toBe(1);
    expect(valueOf(now, "kontor_data_free_bytes")).toBeGreaterThan(0);
    if (database === "sqlite") expect(valueOf(now, "kontor_database_size_bytes", { file: "database" })).toBeGreaterThan(0);
    else expect(now.get("kontor_database_size_bytes")?.samples).toEqual([]);
  });

  test("requests, sign-ins, secrets and the database: by exactly what was done", { timeout: 60_000 }, async () => {
    const me = await newMember(program);
    await program.send("POST", `${apiBase}/secrets`, { token: me.token, json: { name: "key", value: randomText() } });
    const before = await metricsOf(program);
    const login = async (json: object): Promise<number> => (await program.send("POST", `${auth}/login`, { json })).status;
    for (let i = 0; i < 3; i += 1) expect((await program.me(me.token)).status).toBe(200);
    for (let i = 0; i < 2; i += 1) expect((await program.me("x")).status).toBe(401);
    expect((await program.send("GET", `${apiBase}/chat/00000000-0000-4000-8000-000000000000`, { token: me.token })).status).toBe(404);
    expect(await login({ email: me.email, password: me.password })).toBe(200);
    expect(await login({ email: me.email, password: newPassword() })).toBe(401);
    expect(await login({ email: newEmail(), password: newPassword() })).toBe(401);
    expect(await login({ email: me.email })).toBe(422);
    expect((await program.send("POST", `${auth}/login/code`, { json: { mfa_token: "x".repeat(43), code: "000000" } })).status).toBe(401);
    expect((await program.send("GET", `${apiBase}/nothing/${randomText()}`)).status).toBe(404);
    expect((await program.send("GET", "/", { headers: { accept: "text/html" } })).status).toBe(200);
    const route = (method: string, at: string, status: string): [string, Record<string, string>] => ["kontor_http_requests_total", { method, route: at, status }];
    await movedBy(before, [
      [...route("GET", `${auth}/me`, "2xx"), 3],
      [...route("GET", `${auth}/me`, "4xx"), 2],
      ["kontor_http_request_duration_seconds_count", { method: "GET", route: `${auth}/me` }, 5],
      [...route("GET", `${apiBase}/chat/{id}`, "4xx"), 1],
      [...route("POST", `${auth}/login`, "2xx"), 1],
      [...route("POST", `${auth}/login`, "4xx"), 3],
      [...route("GET", "pages", "4xx"), 1],
      [...route("GET", "pages", "2xx"), 1],
      ["kontor_sign_ins_total", { outcome: "entered" }, 1],
      ["kontor_sign_ins_total", { outcome: "wrong_credentials" }, 2],
      ["kontor_sign_ins_total", { outcome: "wrong_code" }, 1],
      ["kontor_sign_ins_total", { outcome: "throttled" }, 0],
      ["kontor_pool_jobs_total", { pool: "hash" }, 3],
      ["kontor_pool_waiting", { pool: "hash" }, 0],
      ["kontor_database_errors_total", {}, 0],
      ["kontor_database_waiting", {}, 0],
    ]);
    const now = await metricsOf(program);
    expect(valueOf(now, "kontor_database_jobs_total", { kind: "write" })).toBeGreaterThan(valueOf(before, "kontor_database_jobs_total", { kind: "write" }));
    expect(valueOf(now, "kontor_database_commits_total")).toBeGreaterThan(valueOf(before, "kontor_database_commits_total"));
    expect(valueOf(now, "kontor_http_request_duration_seconds_sum", { method: "POST", route: `${auth}/login` })).toBeGreaterThan(0.005);

    const second = await metricsOf(program);
    expect((await program.send("POST", `${apiBase}/secrets/key/reveal`, { token: me.token, json: {} })).status).toBeLessThan(500);
    await until("a refusal by the throttle", async () => (await login({ email: me.email, password: newPassword() })) === 429);
    const third = await metricsOf(program);
    expect(valueOf(third, "kontor_sign_ins_total", { outcome: "throttled" }) - valueOf(second, "kontor_sign_ins_total", { outcome: "throttled" })).toBe(1);
    expect(valueOf(third, "kontor_throttle_refusals_total", { limit: "sign_in" }) - valueOf(second, "kontor_throttle_refusals_total", { limit: "sign_in" })).toBe(1);
  });

  test("sockets, answers and tokens of models", { timeout: 60_000 }, async () => {
    await program.stop();
    const authority = new Authority();
    const models = await Models.start(authority);
    try {
      await start({ EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place });
      const me = await newMember(program);
      await setUpModel(program, models, me);
      models.script = { text: "The answer.", usage: { input: 120, output: 34 } };
      const before = await metricsOf(program);
      const socket = await Socket.open(program, { bearer: me.token });
      await movedBy(before, [["kontor_sockets", {}, 1]]);
      const begun = await say(program, me, "hello");
      socket.send({ type: "subscribe", conversation_id: begun.conversation_id, after: begun.seq });
      await socket.next((frame) => frame.conversation_id === begun.conversation_id && frame.type === "status" && frame.status !== "processing");
      await socket.close();
      await movedBy(before, [
        ["kontor_runs_total", { outcome: "complete" }, 1],
        ["kontor_runs_total", { outcome: "failed" }, 0],
        ["kontor_runs_active", {}, 0],
        ["kontor_model_answers_total", { provider: "openai", outcome: "answered" }, 1],
        ["kontor_model_tokens_total", { provider: "openai", direction: "input" }, 120],
        ["kontor_model_tokens_total", { provider: "openai", direction: "output" }, 34],
        ["kontor_model_tokens_total", { provider: "azure", direction: "input" }, 0],
        ["kontor_vault_reads_total", { outcome: "read" }, 1],
        ["kontor_sockets", {}, 0],
        ["kontor_http_requests_total", { method: "GET", route: "/ws/stream", status: "1xx" }, 1],
      ]);
    } finally {
      await models.goDown();
    }
  });

  test("mails that wait, go out and fail", { timeout: 60_000 }, async () => {
    await program.stop();
    const server = await MailServer.start();
    try {
      await start({ ...server.settings, TRUSTED_PROXIES: "127.0.0.1" });
      // One address may not be written to again so soon.
      const [first, second] = [newEmail(), newEmail()];
      for (const email of [first, second]) await program.account(email, newPassword());
      const before = await metricsOf(program);
      const forgot = async (email: string): Promise<void> => {
        expect((await program.send("POST", `${auth}/password/forgot`, { json: { email } })).status).toBe(202);
      };
      await forgot(first);
      await movedBy(before, [["kontor_mail_sent_total", {}, 1], ["kontor_mail_waiting", {}, 0], ["kontor_mail_failures_total", {}, 0]]);
      server.mood = "refuse";
      await forgot(second);
      await movedBy(before, [["kontor_mail_failures_total", {}, 1], ["kontor_mail_waiting", {}, 1], ["kontor_mail_given_up_total", {}, 0]]);
    } finally {
      await server.goDown();
    }
  });

  test("ten thousand paths that nobody knows make no series, and nothing of what users chose is told", { timeout: 120_000 }, async () => {
    const needle = `needle${randomText()}`;
    const email = `${needle}@example.org`;
    const password = newPassword();
    const { access_token: token, user } = await program.account(email, password);
    await program.send("POST", `${apiBase}/secrets`, { token, json: { name: needle, value: `${needle}-value` } });
    await program.send("GET", `${apiBase}/market/candles?market=spot&symbol=${needle}&interval=1h`, { token });
    await program.send("PUT", `${apiBase}/favourites/spot/${needle}`, { token });
    await metricsOf(program);
    const before = (await program.send("GET", "/metrics")).text.split("\n").length;
    const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];
    const shapes = [(n: string) => `/${n}`, (n: string) => `${apiBase}/${n}`, (n: string) => `${apiBase}/chat/${n}`, (n: string) => `/assets/${n}.js`, (n: string) => `${apiBase}/favourites/${n}/${n}`];
    for (let at = 0; at < 10_000; at += 100) {
      const asked = Array.from({ length: 100 }, async (_, i) => {
        const shape = shapes[(at + i) % shapes.length] as (n: string) => string;
        await program.sendUnchecked(methods[i % methods.length] as string, shape(`${needle}${at + i}`), { headers: { "user-agent": needle, accept: "text/html" } });
      });
      await Promise.all(asked);
    }
    for (let i = 0; i < 20; i += 1) await exchange(program.port, `${needle.toUpperCase()}${i} /${needle} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const text = (await program.send("GET", "/metrics")).text;
    parseMetrics(text);
    // Some routes were asked for the first time: each has at most five classes and one histogram.
    expect(text.split("\n").length).toBeLessThan(before + 12 * (5 + 15));
    for (const secret of [needle, needle.toUpperCase(), email, user.id, password, token, installation.folder, "192.0.2"]) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});

test("the reader of these tests is strict", () => {
  const good = '# HELP a_total All.\n# TYPE a_total counter\na_total{b="c\\"\\\\\\n",d="{}"} 1\n';
  expect(valueOf(parseMetrics(good), "a_total", { b: 'c"\\\n', d: "{}" })).toBe(1);
  const head = "# HELP h All.\n# TYPE h histogram\n";
  for (const bad of [
    "",
    good.slice(0, -1),
    `${good}${good}`,
    `${good}\n`,
    "a_total 1\n",
    "# TYPE a_total counter\na_total 1\n",
    "# HELP a_total All.\na_total 1\n",
    good.replace("} 1", "} one"),
    good.replace("} 1", "} -1"),
    good.replace("} 1", "} 1 2 3"),
    good.replace("a_total{", "b_total{"),
    good.replace('\\"', '"'),
    good.replace(",d=", ",b="),
    good.replace(",d=", ",,d="),
    good.replace("\n", "\r\n"),
    `${head}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
    `${head}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`,
    `${head}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`,
  ])
    expect(() => parseMetrics(bad), bad).toThrow();
});
