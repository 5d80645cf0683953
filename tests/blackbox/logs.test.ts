/** a.46 a.48 c.85 c.89: no secret in the log, the database, an error; and no input makes or fakes a line. */
import { describe, expect, test } from "vitest";
import { signedInOf } from "./support/client";
import { newEmail, wantedDatabases } from "./support/environment";
import { newMember } from "./support/people";
import { dump, freePort } from "./support/postgres";
import { Program } from "./support/program";
import { exchange } from "./support/raw";
import { findPlanted, newPassword, plant } from "./support/secrets";

const me = "/api/v1/auth/me";

/** One of everything that carries a secret or ends badly. */
async function wholeRun(program: Program): Promise<void> {
  const token = await program.setupToken();
  const claimed = await program.send("POST", "/api/v1/auth/setup", { json: { token, password: newPassword() } });
  expect(claimed.status).toBe(200);
  const email = newEmail();
  const password = newPassword();
  const { access_token } = await program.account(email, password);
  expect((await program.me(access_token)).status).toBe(200);
  await program.login(email, newPassword());
  await program.register(email, newPassword());
  await program.register("nobody", newPassword());
  await program.send("POST", "/api/v1/auth/register", { json: { email: newPassword(), password: 7 } });
  await program.send("POST", "/api/v1/auth/login", { body: `{"email":"x","password":"${newPassword()}"` });
  await program.me(`${access_token}x`);
  plant("planted-unknown-token");
  await program.me("planted-unknown-token");
  await program.sendUnchecked("GET", `${me}?token=${access_token}&password=${encodeURIComponent(password)}`);
  await program.sendUnchecked("GET", `${me}?access_token=${access_token}`);
  await program.sendUnchecked("GET", `/nothing?password=${encodeURIComponent(newPassword())}`);
  await program.send("GET", me, { headers: { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}` } });
  await program.send("GET", me, { headers: { cookie: `token=${access_token}`, "x-api-key": access_token } });
  await exchange(program.port, `GET ${me} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access_token}\r\nAuthorization: Bearer ${access_token}\r\n\r\n`);
  await exchange(program.port, `GET ${me}?p=${encodeURIComponent(password)} HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer ${access_token}\r\n\r\n`);
  expect(signedInOf(await program.login(email, password)).access_token).not.toBe(access_token);
}

describe.each(wantedDatabases)("on %s", (database) => {
  test.each(["text", "json"])("a.46 c.85 OpenBao CVE-2025-62705: with LOG_LEVEL=trace and LOG_FORMAT=%s nothing planted is in the log or the database", async (format) => {
    const program = await Program.start({ database, settings: { LOG_LEVEL: "trace", LOG_FORMAT: format, ADMIN_EMAIL: "root@example.com" } });
    await wholeRun(program);
    program.forgetConnections();
    await expect.poll(() => program.log).toMatch(/login/);
    expect(findPlanted(program.log)).toEqual([]);
    if (database === "postgresql") {
      const { port, name } = program.installation.database;
      expect(findPlanted(await dump(port, name))).toEqual([]);
    }
    // The files of the data folder are searched at the end of every program.
    await program.stop();
    expect(findPlanted(program.log)).toEqual([]);
  });
});

test("a.45 a.47 who is signed in and may not do what they ask is named in the log, once, with the request", async () => {
  const program = await Program.start();
  const ann = await newMember(program);
  const made = await program.send("POST", "/api/v1/auth/tokens", { token: ann.token, json: { name: "A", scopes: ["account:read"] } });
  const personal = (made.json as { token: string }).token;
  for (const [method, path, token, reason] of [
    ["GET", "/api/v1/admin/users", ann.token, "not an administrator"],
    // With a body, which is refused before it is read.
    ["PATCH", "/api/v1/admin/policy", ann.token, "not an administrator"],
    ["GET", "/api/v1/admin/users", personal, "a scope is missing"],
    ["GET", "/api/v1/auth/tokens", personal, "a personal token"],
  ] as const) {
    const reply = await program.send(method, path, { token, json: method === "PATCH" ? {} : undefined });
    expect(reply.status, path).toBe(403);
    const id = reply.headers["x-request-id"] as string;
    const lines = (): string[] => program.log.split("\n").filter((line) => line.includes("caller refused") && line.includes(id));
    await expect.poll(lines, { message: path }).toHaveLength(1);
    expect(lines()[0]).toContain(ann.id);
    expect(lines()[0]).toContain(reason);
  }
  await program.stop();
});

test("what is searched for can be found: a planted word in the log would be seen", () => {
  const word = newPassword();
  expect(findPlanted(`x ${word} y`)).toEqual([word]);
  expect(findPlanted(`x ${encodeURIComponent(word)} y`)).toEqual([word]);
  expect(findPlanted(`x${Buffer.from(word).toString("base64")}`)).toEqual([word]);
  expect(findPlanted(word)).toEqual([word]);
  expect(findPlanted(Buffer.from(word))).toEqual([word]);
  expect(findPlanted(word.slice(1))).toEqual([]);
  expect(findPlanted(word.slice(0, -1))).toEqual([]);
  const other = newPassword();
  expect(findPlanted(`${other}${word}${word}`).sort()).toEqual([word, other].sort());
  expect(findPlanted("x y")).toEqual([]);
});

describe("a.48 c.89 forged lines", () => {
  const forged = "FORGED-LINE";
  const attempts: [string, (program: Program) => Promise<unknown>][] = [
    ["e-mail with LF", async (p) => await p.register(`a@example.com\n${forged}`, newPassword())],
    ["e-mail with CR", async (p) => await p.register(`a@example.com\r${forged}`, newPassword())],
    ["e-mail with ESC", async (p) => await p.login(`\u001b[2J\u001b[31m${forged}@example.com`, newPassword())],
    ["e-mail with bidi", async (p) => await p.login(`\u202e${forged}@example.com`, newPassword())],
    ["e-mail with U+2028", async (p) => await p.login(`\u2028${forged}@example.com`, newPassword())],
    ["e-mail with NEL", async (p) => await p.login(`\u0085${forged}@example.com`, newPassword())],
    ["e-mail with quotes", async (p) => await p.login(`" level="error" event="${forged}`, newPassword())],
    ["path with encoded LF", async (p) => await p.sendUnchecked("GET", `/nothing%0a${forged}`)],
    ["path with encoded CRLF", async (p) => await p.sendUnchecked("GET", `/nothing%0d%0a${forged}`)],
    ["path with encoded ESC", async (p) => await p.sendUnchecked("GET", `/nothing%1b[31m${forged}`)],
    ["path with encoded bidi", async (p) => await p.sendUnchecked("GET", `/nothing%E2%80%AE${forged}`)],
    ["path with encoded U+2028", async (p) => await p.sendUnchecked("GET", `/nothing%E2%80%A8${forged}`)],
    ["User-Agent with quotes", async (p) => await p.send("GET", "/health", { headers: { "user-agent": `x" event="${forged}` } })],
    ["User-Agent with high bytes", async (p) => await exchange(p.port, Buffer.from(`GET /health HTTP/1.1\r\nHost: x\r\nUser-Agent: \x85\x9b31m${forged}\r\n\r\n`, "latin1"))],
    ["X-Request-Id", async (p) => await p.send("GET", "/health", { headers: { "x-request-id": `x" event="${forged}` } })],
    ["X-Forwarded-For", async (p) => await p.send("GET", "/health", { headers: { "x-forwarded-for": `1.2.3.4 ${forged}` } })],
    ["method", async (p) => await exchange(p.port, `${forged} /health HTTP/1.1\r\nHost: x\r\n\r\n`)],
  ];

  test("JSON: every line is one object with a time, a level and an event", async () => {
    const program = await Program.start({ settings: { LOG_FORMAT: "json", LOG_LEVEL: "trace" } });
    for (const [, attempt] of attempts) await attempt(program);
    await program.stop();
    const lines = program.log.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const event = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(event)).toEqual(expect.arrayContaining(["time", "level", "event"]));
      expect(String(event["event"])).not.toContain(forged);
      // eslint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
    }
  });

  test("text: no line begins with the forged text, and no control character stands in it", async () => {
    const program = await Program.start({ settings: { LOG_FORMAT: "text", LOG_LEVEL: "trace" } });
    const shape = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s+\S+\s/;
    for (const [, attempt] of attempts) await attempt(program);
    await program.stop();
    const lines = program.log.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(line).toMatch(shape);
      // eslint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
      expect(line).not.toMatch(/[^\\]"[^"]* event="FORGED/);
    }
  });
});

test("LOG_LEVEL=off says nothing but what a person must see", async () => {
  // The line that names the port is an event of the level info: without it nobody can know a port that was chosen freely.
  const program = await Program.start({ settings: { LOG_LEVEL: "error" }, port: await freePort() });
  await program.me();
  await program.stop();
  expect(program.log.split("\n").length).toBeLessThan(5);
});
