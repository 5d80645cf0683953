/**
 * What a hostile client sends, over all routes: members nobody asked for, values of other types, broken fields, planted secrets.
 * All of it is made from the contract, so new routes are attacked without a line here.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, type Outgoing, type Reply } from "./support/client";
import { apiBase, contract, contractRoutes, filledPath } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { newAdmin, newMember, type Person } from "./support/people";
import { dump } from "./support/postgres";
import { Program } from "./support/program";
import { bodyRoutes, goodBody, programRoutes, resolved, type BodyRoute, type ProgramRoute, type Schema } from "./support/routes";
import { findPlanted, newPassword, plant } from "./support/secrets";

let program: Program;
let routes: ProgramRoute[];
beforeAll(async () => {
  program = await Program.start();
  routes = await programRoutes(program);
});
afterAll(async () => {
  await program.stop();
});

const named = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;
const accessOf = (route: { method: string; path: string }): string =>
  routes.find((each) => each.method === route.method && each.path === route.path)?.access ?? "none";

/** Somebody who may use the route. */
const userOf = async (route: BodyRoute | ProgramRoute): Promise<Person> =>
  accessOf(route) === "admin" ? await newAdmin(program) : await newMember(program);

/** The path with the id of an account that nobody needs in each place for one. */
const targetOf = async (path: string): Promise<string> =>
  path.includes("{") ? path.replaceAll(/\{[^}]*\}/g, (await newMember(program)).id) : path;

const bodyRows = bodyRoutes.map((route): [string, BodyRoute] => [named(route), route]);

test("there are routes to attack, and the program knows them all", () => {
  expect(bodyRows.length).toBeGreaterThan(5);
  expect(bodyRows.filter(([, route]) => accessOf(route) === "none")).toEqual([]);
});

describe("members that nobody asked for", () => {
  const wanted = (owner: Person): Record<string, unknown> => ({
    is_admin: true,
    role: "admin",
    roles: ["admin"],
    is_active: false,
    id: owner.id,
    user_id: owner.id,
    userId: owner.id,
    owner: owner.id,
    owner_id: owner.id,
    account: { id: owner.id },
    email_verified: true,
    email_verified_at: "2020-01-01T00:00:00Z",
    verified: true,
    hashed_password: "x",
    security_epoch: 0,
    created_at: "2020-01-01T00:00:00Z",
    second_factor: false,
    proved_at: "2099-01-01T00:00:00Z",
    step: "set-password",
    email: newEmail(),
    new_email: newEmail(),
    user: { is_admin: true },
  });

  test.each(bodyRows)(
    "c.35 a.29 a.30 Zitadel CVE-2026-27946, AnythingLLM CVE-2024-0404, better-auth CVE-2025-61928: %s takes no owner, role or verified flag",
    async (_name, route) => {
      const owner = await newMember(program);
      const user = await userOf(route);
      const target = await targetOf(route.path);
      const everybody = async (): Promise<string> => await program.installation.query("SELECT * FROM users ORDER BY id");
      const before = await everybody();
      for (const [name, value] of Object.entries(wanted(owner))) {
        if (name in route.properties) continue;
        // Where nobody has to be signed in, a body must not stand for a session either.
        for (const token of route.isPublic ? [user.token, undefined] : [user.token]) {
          const reply = await program.send(route.method, target, { token, json: { ...goodBody(route), [name]: value } });
          expect(reply.status, `${name}: ${reply.text}`).toBe(422);
          expect(fieldErrors(reply)).toContain(`/${name} unknown_member`);
        }
        if (!route.isPublic) {
          const nobody = await program.send(route.method, target, { json: { ...goodBody(route), [name]: value } });
          expect(nobody.status, name).toBe(401);
        }
      }
      expect(await everybody()).toBe(before);
      expect((await program.me(user.token)).status).toBe(200);
    },
  );
});

/** JSON texts of every kind. */
const values = [
  "null", "true", "false", "0", "-0", "-1", "1.5", "1e308", "9007199254740993", "9223372036854775808", '""', '" "', "[]", "[null]", '["a"]', "{}",
  '{"a":{"b":1}}', '{"$ne":null}', '{"__proto__":{"is_admin":true}}', "[[[[[[[[[[]]]]]]]]]]", '"\\u0000"', '"\\u202e"', `"' OR 1=1--"`, '"<script>"', '"%s%n"',
  '"2020-13-40T99:99:99Z"', `"${"x".repeat(10_000)}"`, `"${"ä".repeat(3000)}"`,
];
/** Texts that are no JSON, or not in our reading of it. */
const brokenValues = ["1e400", "-1e999", '"\\ud800"', "NaN", "undefined", "01", "'x'", '"\t"', "", "[", '{"a":1,"a":2}', '"\xff"'];

/** Does the schema allow a value of this type? Values of an allowed type may still be refused for what they are. */
function allowsType(schema: Schema, text: string): boolean {
  const known = resolved(schema);
  const value: unknown = JSON.parse(text);
  if (known.enum !== undefined) return known.enum.includes(value);
  if (known.const !== undefined) return known.const === value;
  if (known.type === undefined) return true;
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return [known.type].flat().some((each) => each === type || (type === "number" && (each === "number" || (each === "integer" && Number.isInteger(value)))));
}

describe("values of other types", () => {
  test.each(bodyRows)("a.40 LibreChat CVE-2026-31949, authentik CVE-2026-49443: %s refuses each wrong value in each member", async (_name, route) => {
    let user = await userOf(route);
    let target = await targetOf(route.path);
    const send = async (body: string | Buffer, what: string): Promise<Reply> => {
      const reply = await program.send(route.method, target, { token: user.token, body });
      expect(reply.status, `${what}: ${reply.text}`).toBeLessThan(500);
      // Something was done after all, so this session, or that account, may be over.
      if (reply.status < 300) [user, target] = [await userOf(route), await targetOf(route.path)];
      return reply;
    };
    for (const [name, schema] of Object.entries(route.properties)) {
      const { [name]: _, ...others } = goodBody(route);
      const bodyWith = (text: string): string => `${JSON.stringify(others).slice(0, -1)}${Object.keys(others).length > 0 ? "," : ""}${JSON.stringify(name)}:${text}}`;
      for (const text of values) {
        const reply = await send(bodyWith(text), `${name}: ${text.slice(0, 40)}`);
        // null stands for a member that is not there.
        const mayBe = allowsType(schema, text) || (text === "null" && !route.required.includes(name));
        if (!mayBe) expect(reply.status, `${name}: ${text}: ${reply.text}`).toBe(422);
      }
      for (const text of brokenValues) {
        const reply = await send(Buffer.from(bodyWith(text), "latin1"), `${name}: ${text}`);
        expect(reply.status, `${name}: ${text}`).toBe(400);
      }
    }
    for (const body of ["null", "true", "7", '"x"', "[]", "[{}]"]) expect((await send(body, body)).status, body).toBe(422);
    for (const body of ["{", "}", "{}{}", "[".repeat(8000), "\ufeff{}", "{'a':1}", "{\"a\":1,}"]) expect((await send(body, body.slice(0, 9))).status, body.slice(0, 9)).toBe(400);
    expect((await program.send("GET", "/health")).status).toBe(200);
  });
});

/** What the machine itself may read without credentials is in metrics.test.ts; these tests are on the machine. */
const guardedRoutes = contractRoutes.filter((each) => !each.isPublic && !each.path.endsWith("/metrics"));

describe("broken fields around a request", () => {
  const cookies = ["=", ";;;", "kontor_refresh", "kontor_refresh=", "kontor_refresh=\xff\xfe", "kontor_refresh=;kontor_refresh=x", `kontor_refresh=${"A".repeat(43)}`,
    `__Host-kontor_refresh=${"A".repeat(43)}`, "kontor_device=x", 'kontor_device="', `x=${"y".repeat(4000)}`, "kontor_refresh=null", "kontor_refresh=[]", "session=1; is_admin=1"];

  test("authentik CVE-2026-25748: a broken cookie passes for nobody, and breaks nothing", async () => {
    for (const route of contractRoutes) {
      for (const cookie of cookies) {
        const json = route.method === "GET" ? undefined : {};
        const reply = await program.send(route.method, filledPath(route.path), { headers: { cookie }, json });
        expect(reply.status, `${named(route)} with ${cookie}`).toBeLessThan(500);
        if (guardedRoutes.includes(route)) expect(reply.status, `${named(route)} with ${cookie}`).toBe(401);
      }
    }
  });

  test("authentik CVE-2026-49443: an empty request is nobody's, on every route", async () => {
    for (const route of guardedRoutes) {
      const target = filledPath(route.path);
      const empty: Outgoing[] = [{}, { body: "" }, { json: {} }, { json: null }, { headers: { authorization: "" } }, { headers: { authorization: "Bearer" } }];
      for (const out of empty) expect((await program.send(route.method, target, out)).status, named(route)).toBe(401);
    }
  });

  test("a.36 LibreChat CVE-2026-31949: odd queries on every route that reads", async () => {
    const member = await newMember(program);
    const odd = ["?", "?&&&", "?=", "?limit", "?limit[]=1", "?limit=%00", "?limit=%ff", "?cursor=%27%20OR%201=1--", "?limit=1;DROP%20TABLE%20users", `?${"a=b&".repeat(900)}`, "?%", "?limit=%zz",
      "?limit=1&limit=2", "?__proto__=1", "?q=%25%25%25", "?q=%5C", "?from=x&to=y", "?state=null"];
    for (const route of contractRoutes.filter((each) => each.method === "GET")) {
      for (const query of odd) {
        const reply = await program.send("GET", `${filledPath(route.path)}${query}`, route.isPublic ? {} : { token: member.token });
        // There is no exchange here, and what it never said is not there.
        const isFarAway = route.path.includes("/market/") && reply.status === 503;
        if (isFarAway) expect(reply.json).toMatchObject({ type: "urn:kontor:problem:exchange-unreachable" });
        else expect(reply.status, `${route.path}${query}`).toBeLessThan(500);
      }
    }
    expect((await program.me(member.token)).status).toBe(200);
  });
});

describe.each(wantedDatabases)("planted secrets on %s", (database) => {
  const signingKey = "c41f77f0b2aa4d0d9be2planted-signing-key-of-this-test";
  const pepper = "planted-pepper-9d1c5e0a7b3f4826-of-this-test";
  const mailPassword = "planted-mail-password-5e0a7b3f";
  // Settings with secrets that a capability brings along.
  const withMail = "/auth/password/forgot" in contract.paths;
  const settings = {
    LOG_LEVEL: "trace",
    JWT_SECRET_KEY: signingKey,
    PASSWORD_PEPPER: pepper,
    ...(withMail ? { SMTP_URL: `smtp://kontor:${mailPassword}@127.0.0.1:1`, MAIL_FROM: "kontor@example.com", PUBLIC_URL: "http://127.0.0.1:8500" } : {}),
  };
  const isSecret = (name: string): boolean => /password|passphrase|token|code|secret|api_key/.test(name) && !/_in$/.test(name);

  test("AnythingLLM CVE-2026-24477: no route that reads shows a key, a password, a token or a hash", async () => {
    [signingKey, pepper, mailPassword].forEach(plant);
    const desk = await Program.start({ database, settings });
    const table = await programRoutes(desk);
    const [member, admin] = [await newMember(desk), await newAdmin(desk)];
    const hashes = (await desk.installation.query("SELECT hashed_password FROM users")).split("\n").filter((hash) => hash !== "");
    expect(hashes.length).toBeGreaterThan(1);
    for (const route of table.filter((each) => each.method === "GET")) {
      for (const token of [undefined, member.token, admin.token]) {
        for (const path of [filledPath(route.path), route.path.replaceAll(/\{[^}]*\}/g, member.id)]) {
          const reply = await desk.send("GET", path, { token });
          const all = `${reply.text}\n${JSON.stringify(reply.headers)}`;
          expect(findPlanted(all), path).toEqual([]);
          for (const hash of hashes) expect(all, path).not.toContain(hash);
          expect(all, path).not.toMatch(/\$2[aby]\$|hashed_password|token_hash/);
        }
      }
    }
    await desk.stop();
  });

  test("OpenBao CVE-2025-62705: a secret in any place and of any type reaches no reply, no log, no audit entry and no file", async () => {
    const desk = await Program.start({ database, settings });
    const table = await programRoutes(desk);
    const member = await newMember(desk);
    const admin = await newAdmin(desk);
    for (const route of bodyRoutes) {
      const isForAdmins = table.some((each) => named(each) === named(route) && each.access === "admin");
      const target = filledPath(route.path);
      const send = async (body: string): Promise<void> => {
        const reply = await desk.send(route.method, target, { token: isForAdmins ? admin.token : member.token, body });
        // Replies are searched as they come; their fields here.
        const fields = JSON.stringify({ ...reply.headers, "set-cookie": undefined });
        expect(findPlanted(fields), named(route)).toEqual([]);
        expect(reply.status, `${named(route)}: ${reply.text}`).toBeLessThan(500);
      };
      for (const name of Object.keys(route.properties)) {
        const word = JSON.stringify(newPassword());
        const bytes = JSON.stringify([...Buffer.from(newPassword())]);
        const base64 = JSON.stringify(Buffer.from(newPassword()).toString("base64"));
        const rest = goodBody(route);
        const body = (text: string): string => JSON.stringify({ ...rest, [name]: 0 }).replace(`${JSON.stringify(name)}:0`, `${JSON.stringify(name)}:${text}`);
        // As a text only where a secret belongs: an address or a name may be kept as it is.
        for (const text of [...(isSecret(name) ? [word, base64] : []), `[${word}]`, `[[${base64}]]`, `{"a":${word}}`, `{"a":{"b":[${word}]}}`, `[${bytes}]`]) await send(body(text));
        await send(JSON.stringify({ ...rest, nobody: newPassword() }));
        await send(JSON.stringify({ ...rest, nobody: { deep: [newPassword()] } }));
        await send(body(word).slice(0, -1));
      }
    }
    for (const route of table) {
      const secret = newPassword();
      const encoded = encodeURIComponent(secret);
      const headers = {
        authorization: `Bearer ${encoded}`,
        cookie: `kontor_refresh=${encoded}; token=${encoded}`,
        "proxy-authorization": `Basic ${Buffer.from(secret).toString("base64")}`,
        "x-api-key": secret,
      };
      const json = route.method === "GET" ? undefined : {};
      const reply = await desk.send(route.method, `${filledPath(route.path)}?token=${encoded}&password=${encoded}`, { headers, json });
      expect(findPlanted(`${reply.text}${JSON.stringify({ ...reply.headers, "set-cookie": undefined })}`), named(route)).toEqual([]);
    }
    expect(findPlanted(await desk.installation.query("SELECT * FROM audit_log"))).toEqual([]);
    if (database === "postgresql") {
      const { port, name } = desk.installation.database;
      expect(findPlanted(await dump(port, name))).toEqual([]);
    }
    // Stopping searches the log and every file of the data folder.
    await desk.stop();
    expect(desk.log.length).toBeGreaterThan(1000);
  });
});

test("after all of it the program lives", async () => {
  expect((await program.send("GET", `${apiBase}/health`)).status).toBe(200);
  expect(program.isRunning).toBe(true);
});
