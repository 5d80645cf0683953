/** Personal access tokens from outside: what they open, what ends them, and what they never do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, issuedOf, problemType, signedInOf, userOf, type IssuedToken, type Outgoing, type PersonalToken, type Reply, type SignedIn } from "./support/client";
import { apiBase, filledPath } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { dump } from "./support/postgres";
import { Installation, Program } from "./support/program";
import { programRoutes } from "./support/routes";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;
const nobodysId = "00000000-0000-4000-8000-000000000000";

interface Person {
  email: string;
  password: string;
  token: string;
}

async function newPerson(program: Program): Promise<Person> {
  const email = newEmail();
  const password = newPassword();
  return { email, password, token: (await program.account(email, password)).access_token };
}

async function create(program: Program, by: string, wanted: object = {}): Promise<Reply> {
  return await program.send("POST", `${auth}/tokens`, { token: by, json: { name: "a script", scopes: ["account:read"], ...wanted } });
}

async function newToken(program: Program, by: string, wanted: object = {}): Promise<IssuedToken> {
  const made = await create(program, by, wanted);
  expect(made.status, made.text).toBe(201);
  return issuedOf(made);
}

const revoke = async (program: Program, by: string, id: string): Promise<Reply> => await program.send("DELETE", `${auth}/tokens/${id}`, { token: by });
const listed = async (program: Program, by: string): Promise<PersonalToken[]> =>
  ((await program.send("GET", `${auth}/tokens`, { token: by })).json as { tokens: PersonalToken[] }).tokens;

function expectInvalid(reply: Reply, why = ""): void {
  expect(reply.status, why).toBe(401);
  expect(problemType(reply), why).toBe("invalid-token");
  expect(reply.headers["www-authenticate"]).toMatch(/error="invalid_token"/);
}

describe.each(wantedDatabases)("on %s", (database) => {
  const adminEmail = newEmail();
  let installation: Installation;
  let program: Program;
  let admin: SignedIn;
  beforeAll(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { ADMIN_EMAIL: adminEmail } });
    const claimed = await program.send("POST", `${auth}/setup`, { json: { token: await program.setupToken(), password: newPassword() } });
    admin = signedInOf(claimed);
  });
  afterAll(async () => {
    await program.stop();
    installation.remove();
  });

  test("a token is shown once, listed without its secret, used, and revoked", async () => {
    const me = await newPerson(program);
    const made = await newToken(program, me.token, { name: " backup ", expires_in_days: 90, addresses: ["127.0.0.0/8"] });
    expect(made.token).toMatch(/^kontor_pat_[\w-]{43}$/);
    expect(made.personal_token).toMatchObject({ name: "backup", scopes: ["account:read"], addresses: ["127.0.0.0/8"], last_characters: made.token.slice(-4) });
    const days = (Date.parse(made.personal_token.expires_at ?? "") - Date.parse(made.personal_token.created_at)) / 86_400_000;
    expect(days).toBe(90);

    expect(userOf(await program.me(made.token)).email).toBe(me.email);
    await until("the use is written down", async () => (await listed(program, me.token))[0]?.last_used_at !== undefined);
    // The client insists that no reply carries a secret back.
    expect((await listed(program, me.token))[0]).toMatchObject({ id: made.personal_token.id, last_used_address: "127.0.0.1" });

    expect((await revoke(program, me.token, made.personal_token.id)).status).toBe(204);
    expectInvalid(await program.me(made.token));
    expect((await revoke(program, me.token, made.personal_token.id)).status).toBe(404);
    expect(await listed(program, me.token)).toEqual([]);
    const timeline = (await program.send("GET", `${auth}/timeline`, { token: me.token })).json as { events: { action: string }[] };
    expect(timeline.events.map((event) => event.action).slice(0, 2)).toEqual(["token.revoked", "token.created"]);
  });

  test("a.46 no personal token stands in the database or in the log", async () => {
    const me = await newPerson(program);
    const made = await newToken(program, me.token);
    await program.me(made.token);
    await program.me(`${made.token}x`);
    const secret = made.token.slice("kontor_pat_".length);
    // Half of it would be too much as well.
    const half = secret.slice(0, 21);
    expect(program.log).not.toContain(half);
    if (database === "sqlite") expect(await installation.query(".dump")).not.toContain(half);
    else expect(await dump(installation.database.port, installation.database.name)).not.toContain(half);
  });

  test("Zitadel CVE-2026-27840: a token that is cut, extended or changed in any byte is none", async () => {
    const me = await newPerson(program);
    const { token } = await newToken(program, me.token);
    const other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const wrong = [...token].flatMap((character, i) => {
      const next = other[(other.indexOf(character) + 1) % other.length] as string;
      return [token.slice(0, i), token.slice(i + 1), `${token.slice(0, i)}${next}${token.slice(i + 1)}`];
    });
    wrong.push(`${token}A`, `${token}=`, `${token}.`, `${token}${token}`, `${token}.x.y`, token.toUpperCase(), token.replace("kontor_pat_", "kontor_pat_kontor_pat_"));
    const replies = await Promise.all(wrong.filter((text) => text !== "").map(async (text) => ({ text, reply: await program.me(text) })));
    for (const { text, reply } of replies) expectInvalid(reply, text);
    expect((await program.me(token)).status).toBe(200);
  });

  test("every wrong field is named, and nothing in the body makes somebody else the owner (better-auth CVE-2025-61928)", async () => {
    const me = await newPerson(program);
    const other = await newPerson(program);
    const otherId = userOf(await program.me(other.token)).id;
    for (const [wanted, errors] of [
      [{ name: "" }, ["/name too_short"]],
      [{ name: "x".repeat(101) }, ["/name too_long"]],
      [{ name: "a\u202eb" }, ["/name not_allowed"]],
      [{ scopes: [] }, ["/scopes too_short"]],
      [{ scopes: ["everything"] }, ["/scopes/0 not_allowed"]],
      [{ scopes: ["admin:read"] }, ["/scopes/0 not_allowed"]],
      [{ scopes: "account:read" }, ["/scopes wrong_type"]],
      [{ expires_in_days: 0 }, ["/expires_in_days not_allowed"]],
      [{ expires_in_days: 3651 }, ["/expires_in_days not_allowed"]],
      [{ expires_in_days: 1e30 }, ["/expires_in_days wrong_type"]],
      [{ addresses: ["127.0.0.1", "127.0.0.1/8"] }, ["/addresses/1 not_allowed"]],
      [{ user_id: otherId, owner: otherId, token: "kontor_pat_x" }, ["/owner unknown_member", "/token unknown_member", "/user_id unknown_member"]],
    ] as [object, string[]][]) {
      const refused = await create(program, me.token, wanted);
      expect(refused.status, JSON.stringify(wanted)).toBe(422);
      expect(fieldErrors(refused), JSON.stringify(wanted)).toEqual(errors);
    }
    expect((await program.send("POST", `${auth}/tokens`, { json: { name: "x", scopes: ["account:read"], user_id: otherId } })).status).toBe(401);
    expect(await listed(program, me.token)).toEqual([]);
    expect(await listed(program, other.token)).toEqual([]);
  });

  test("two people: the id of the other's token is an id that nobody has", async () => {
    const anna = await newPerson(program);
    const ben = await newPerson(program);
    const hers = await newToken(program, anna.token);
    const his = await newToken(program, ben.token);
    for (const [by, id, holds] of [
      [anna.token, his.personal_token.id, his.token],
      [ben.token, hers.personal_token.id, hers.token],
      [admin.access_token, hers.personal_token.id, hers.token],
    ] as const) {
      const foreign = await revoke(program, by, id);
      const unknown = await revoke(program, by, nobodysId);
      expect([foreign.status, problemType(foreign)]).toEqual([404, "not-found"]);
      expect({ ...(foreign.json as object), request_id: "" }).toEqual({ ...(unknown.json as object), request_id: "" });
      expect((await program.me(holds)).status).toBe(200);
    }
    expect((await listed(program, anna.token)).map((one) => one.id)).toEqual([hers.personal_token.id]);
    expect((await listed(program, ben.token)).map((one) => one.id)).toEqual([his.personal_token.id]);
  });

  test("every route × every scope: what the table does not open stays shut", async () => {
    const me = await newPerson(program);
    const byScope = {
      member: { owner: me.token, isAdmin: false, scopes: ["account:read"] },
      administrator: { owner: admin.access_token, isAdmin: true, scopes: ["account:read"] },
      "administrator for administration": { owner: admin.access_token, isAdmin: true, scopes: ["admin:read"] },
      "member for conversations": { owner: me.token, isAdmin: false, scopes: ["chat:read", "chat:write"] },
      "member for charts": { owner: me.token, isAdmin: false, scopes: ["charts:read", "charts:write"] },
    };
    const guarded = (await programRoutes(program)).filter((route) => route.access !== "anyone");
    expect(guarded.some((route) => route.tokenScope === undefined)).toBe(true);
    expect(guarded.some((route) => route.tokenScope !== undefined)).toBe(true);
    for (const [name, { owner, isAdmin, scopes }] of Object.entries(byScope)) {
      const { token } = await newToken(program, owner, { scopes });
      for (const { method, path, access, tokenScope } of guarded) {
        const out: Outgoing = method === "GET" || method === "DELETE" ? { token } : { token, json: {} };
        const reply = await program.send(method, filledPath(path), out);
        const what = `${name}: ${method} ${path}`;
        if (tokenScope === undefined) {
          expect([reply.status, problemType(reply)], what).toEqual([403, "token-not-accepted"]);
        } else if (!scopes.includes(tokenScope)) {
          expect([reply.status, problemType(reply)], what).toEqual([403, "insufficient-scope"]);
          expect(reply.headers["www-authenticate"], what).toBe(`Bearer error="insufficient_scope", scope="${tokenScope}"`);
        } else if (access === "admin" && !isAdmin) {
          expect([reply.status, problemType(reply)], what).toEqual([403, "forbidden"]);
        } else {
          // It is let in; an id that nobody has is not found then, and a body that says nothing is refused. No exchange is there.
          if (problemType(reply) === "exchange-unreachable") continue;
          expect(method === "GET" ? [200, 404, 422] : [200, 201, 204, 404, 409, 422], what).toContain(reply.status);
        }
      }
      expect((await program.me(owner)).status).toBe(200);
    }
  });

  test("Open WebUI CVE-2026-45339: every way to carry a token × every restriction", async () => {
    const me = await newPerson(program);
    const good = (await newToken(program, me.token)).token;
    const elsewhere = (await newToken(program, me.token, { addresses: ["192.0.2.7"] })).token;
    const expiring = await newToken(program, me.token, { expires_in_days: 1 });
    await installation.query(`UPDATE personal_tokens SET expires_at = created_at WHERE id = '${expiring.personal_token.id}'`);
    const revoked = await newToken(program, me.token);
    await revoke(program, me.token, revoked.personal_token.id);

    const accepted: ((token: string) => Outgoing)[] = [
      (token) => ({ headers: { authorization: `Bearer ${token}` } }),
      (token) => ({ headers: { authorization: `bearer ${token}` } }),
      (token) => ({ headers: { AUTHORIZATION: `BEARER ${token}` } }),
    ];
    for (const carrier of accepted) {
      expect((await program.send("GET", `${auth}/me`, carrier(good))).status).toBe(200);
      for (const restricted of [elsewhere, expiring.token, revoked.token]) expectInvalid(await program.send("GET", `${auth}/me`, carrier(restricted)));
      expect(problemType(await program.send("GET", `${auth}/tokens`, carrier(good)))).toBe("token-not-accepted");
    }
    const refused: [string, (token: string) => Outgoing][] = [
      ["", (token) => ({ headers: { "x-api-key": token } })],
      ["", (token) => ({ headers: { "x-auth-token": token } })],
      ["", (token) => ({ headers: { authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` } })],
      ["", (token) => ({ headers: { authorization: `Token ${token}` } })],
      ["", (token) => ({ headers: { authorization: token } })],
      ["", (token) => ({ headers: { cookie: `token=${token}; kontor_refresh=${token}` } })],
      [`?access_token=`, () => ({})],
    ];
    for (const [query, carrier] of refused) {
      for (const token of [good, elsewhere, expiring.token, revoked.token]) {
        const reply = await program.send("GET", `${auth}/me${query === "" ? "" : query + token}`, carrier(token));
        expect([400, 401]).toContain(reply.status);
      }
    }
    // Nor is it a refresh token, or a proof of a session.
    expect((await program.send("POST", `${auth}/refresh`, { json: { refresh_token: good } })).status).toBe(401);
    expect((await program.send("POST", `${auth}/refresh`, { headers: { cookie: `kontor_refresh=${good}` } })).status).toBe(401);
    expect((await program.send("POST", `${auth}/logout`, { token: good })).status).toBe(204);
    expect((await program.me(good)).status).toBe(200);
    expect((await program.me(me.token)).status).toBe(200);
  });

  test("a list of addresses is asked of the connection, and of a header only when a trusted proxy sends it", async () => {
    const me = await newPerson(program);
    const { token } = await newToken(program, me.token, { addresses: ["192.0.2.7", "2001:db8::/32"] });
    const from = async (at: Program, address: string): Promise<number> =>
      (await at.send("GET", `${auth}/me`, { token, headers: { "x-forwarded-for": address } })).status;
    expect(await from(program, "192.0.2.7")).toBe(401);
    await program.stop();
    program = await Program.start({ installation, settings: { TRUSTED_PROXIES: "127.0.0.1" } });
    for (const [address, status] of [
      ["192.0.2.7", 200],
      ["::ffff:192.0.2.7", 200],
      ["2001:db8:1::1", 200],
      ["192.0.2.8", 401],
      ["2001:db9::1", 401],
      ["192.0.2.7, 192.0.2.8", 401],
    ] as const) {
      expect(await from(program, address), address).toBe(status);
    }
    await program.stop();
    program = await Program.start({ installation });
  });

  test("fifty of an account and no more, also when they are asked for at the same time", async () => {
    const me = await newPerson(program);
    const replies = await Promise.all(Array.from({ length: 70 }, async () => await create(program, me.token)));
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(50);
    for (const reply of replies.filter((one) => one.status !== 201)) expect([reply.status, problemType(reply)]).toEqual([409, "too-many-tokens"]);
    const tokens = await listed(program, me.token);
    expect(tokens).toHaveLength(50);
    await revoke(program, me.token, tokens[0]?.id as string);
    expect((await create(program, me.token)).status).toBe(201);
  });

  test("a revocation holds for every request that comes after it", async () => {
    const me = await newPerson(program);
    const { token, personal_token } = await newToken(program, me.token);
    let revokedAt = Infinity;
    const late: number[] = [];
    let used = 0;
    const worker = async (): Promise<void> => {
      for (;;) {
        const began = performance.now();
        const { status } = await program.me(token);
        if (began > revokedAt) {
          late.push(status);
          return;
        }
        if (status === 200) used += 1;
      }
    };
    const workers = Array.from({ length: 32 }, worker);
    await until("the token is in use", () => used > 64);
    const gone = await Promise.all(Array.from({ length: 8 }, async () => await revoke(program, me.token, personal_token.id)));
    revokedAt = performance.now();
    await Promise.all(workers);
    expect(gone.map((reply) => reply.status).sort()).toEqual([204, ...Array<number>(7).fill(404)]);
    expect(late).toEqual(Array<number>(32).fill(401));
  });

  test("Keycloak CVE-2026-9802: kill -9 after 201 and after 204 changes nothing", async () => {
    const me = await newPerson(program);
    const gone = await newToken(program, me.token);
    expect((await revoke(program, me.token, gone.personal_token.id)).status).toBe(204);
    const kept = await newToken(program, me.token);
    await program.kill();
    program = await Program.start({ installation });
    expect((await program.me(kept.token)).status).toBe(200);
    expectInvalid(await program.me(gone.token));
    expect((await revoke(program, me.token, kept.personal_token.id)).status).toBe(204);
    await program.kill();
    program = await Program.start({ installation });
    expectInvalid(await program.me(kept.token));
  });
});
